"""Checks the container files without a container engine: hadolint reads the Dockerfile, docker-compose compose.yaml."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOLS = Path(sys.executable).parent  # the venv's, not what else is on PATH
CHECKS = (
    ("Dockerfile", ("hadolint", "--no-color", "Dockerfile")),
    ("compose.yaml", ("docker-compose", "--file", "compose.yaml", "config", "--quiet")),
)


def main() -> int:
    """0 if both files are fine, else 1 after one line a fault."""
    faults = [fault for name, command in CHECKS if (fault := _fault(name, command))]
    for fault in faults:
        print(fault, file=sys.stderr)
    return 1 if faults else 0


def _fault(name: str, command: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(  # noqa: S603  the tools of the venv on our own files
            (str(TOOLS / command[0]), *command[1:]), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )
    except FileNotFoundError:
        return f"{name}: not checked, {command[0]} is missing from {TOOLS}. Run `make check` to install it."
    except subprocess.TimeoutExpired:
        return f"{name}: not checked, {command[0]} gave no answer within a minute. Try again."
    said = (done.stdout + done.stderr).strip()
    if done.returncode == 0:
        return ""
    return f"{name}: {command[0]} refuses it\n{said}"


if __name__ == "__main__":
    sys.exit(main())
