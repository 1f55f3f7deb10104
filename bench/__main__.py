"""`python -m bench` lists the benches; `python -m bench NAME ...` runs one, as `python -m bench.NAME ...` does."""

import ast
import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    names = sorted(file.stem for file in HERE.glob("*.py") if not file.stem.startswith("_"))
    if len(sys.argv) < 2 or sys.argv[1] not in names:
        for name in names:
            about = ast.get_docstring(ast.parse((HERE / f"{name}.py").read_text("utf-8"))) or ""
            print(f"{name:12} {about.splitlines()[0] if about else ''}")
        return 0 if len(sys.argv) < 2 else 2
    name = sys.argv.pop(1)
    runpy.run_module(f"bench.{name}", run_name="__main__", alter_sys=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
