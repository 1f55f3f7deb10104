"""The lock that lets one `readout run` at a time work on a data folder."""

import fcntl
import os
from pathlib import Path
from typing import Self

from bot.errors import StoreError
from bot.store.sqlite import not_writable


class Lock:
    """Held from `with` until its end or the process's, whichever comes first: the system lets go of a dead one's."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "readout.lock"
        self._file = -1

    def __enter__(self) -> Self:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise StoreError(not_writable(self._path.parent, error.strerror or "permission denied")) from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(self._file, 20).decode("ascii", "replace").strip()
            os.close(self._file)
            who = f"process {holder}" if holder else "another process"
            raise StoreError(
                f"Readout already runs on {self._path.parent} ({who}); stop it first,"
                " or give this one another data folder (READOUT_DATA)"
            ) from None
        except OSError as error:
            os.close(self._file)
            raise StoreError(
                f"{self._path} cannot be locked ({error.strerror}); keep the data folder on a local disk"
            ) from None
        os.truncate(self._file, 0)
        os.write(self._file, f"{os.getpid()}\n".encode())
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._file)
