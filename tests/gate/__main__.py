"""`python -m tests.gate` prints every figure beside its floor; with `--accept` today's figures become the floors."""

import argparse
import json
import sys

from tests.gate.figures import digest, figures
from tests.gate.floors import PINNED, failures, pinned


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accept", action="store_true", help="write today's figures and digest as the floors")
    if parser.parse_args().accept:
        PINNED.write_text(json.dumps({"digest": digest(), "floors": figures()}, indent=2) + "\n", "utf-8")
    floors = pinned().floors
    for name, figure in figures().items():
        print(f"{name:18} {figure:.3f}  floor {floors.get(name, 0.0):.3f}")
    found = failures(pinned(), digest(), figures())
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
