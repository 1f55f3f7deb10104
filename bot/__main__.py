"""The process's first statements: a signal that comes while modules are still being imported ends cleanly, too."""

import os
import signal
import sys
from types import FrameType


def _leave(_signal: int, _frame: FrameType | None) -> None:
    os._exit(0)  # nothing is open yet: app.py puts its own handlers in place of this before it opens anything


def main() -> None:
    """The console script `readout`."""
    signal.signal(signal.SIGTERM, _leave)
    try:
        from bot import cli

        status = cli.main(sys.argv[1:])
    except KeyboardInterrupt:
        status = 130  # as a shell says it
    sys.exit(status)


if __name__ == "__main__":
    main()
