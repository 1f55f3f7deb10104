"""`make run` where something is missing: one clear line each. The Pythons are stand-ins, nothing is installed."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = (
    "sh",
    "basename",
    "cat",
    "chmod",
    "cksum",
    "cp",
    "cut",
    "dirname",
    "grep",
    "head",
    "id",
    "make",
    "mkdir",
    "rm",
    "tail",
)
NOBODY = 65534

# Answers what scripts/venv asks of a Python. What it is asked to do besides goes to the file `calls`.
PYTHON = """#!/bin/sh
version={version}
case "$*" in
    --version) echo "Python $version.1" ;;
    *print*version_info*) echo $version ;;
    *version_info*) case $version in 3.1[1-4]) exit 0 ;; *) exit 1 ;; esac ;;
    *"import ensurepip, venv"*) {ensurepip} ;;
    *"import pip"*) {has_pip} ;;
    "-m venv "*)
        echo "$*" >> calls
        {make_venv}
        mkdir -p "$3/bin"
        cp "$0" "$3/bin/python"
        echo "command = python -m venv $PWD/$3" > "$3/pyvenv.cfg"
        printf '#!/bin/sh\\necho "readout $*"\\n' > "$3/bin/readout"
        chmod +x "$3/bin/readout" ;;
    "-m pip "*) echo "pip" >> calls; {pip} ;;
esac
"""


class Checkout:
    """A folder with the Makefile, the script and stand-in locks, and a PATH that holds what the test puts there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "checkout"
        self.path = folder / "bin"
        self.path.mkdir()
        (self.folder / "scripts").mkdir(parents=True)
        shutil.copy(ROOT / "Makefile", self.folder)
        shutil.copy(ROOT / "scripts" / "venv", self.folder / "scripts")
        for name in ("requirements.lock", "requirements-dev.lock", "pyproject.toml"):
            (self.folder / name).write_text(name)
        for tool in TOOLS:
            found = shutil.which(tool)
            if found is None:
                pytest.skip(f"{tool} is not installed here")
            (self.path / tool).symlink_to(found)

    def add_python(
        self,
        name: str = "python3.13",
        version: str = "3.13",
        *,
        ensurepip: str = "exit 0",
        has_pip: str = "exit 0",
        make_venv: str = ":",
        pip: str = "exit 0",
    ) -> None:
        script = self.path / name
        script.write_text(
            PYTHON.format(version=version, ensurepip=ensurepip, has_pip=has_pip, make_venv=make_venv, pip=pip)
        )
        script.chmod(0o755)

    def make(self, *words: str, user: int | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.path / "make"), "--no-print-directory", *words],
            cwd=self.folder,
            env={"PATH": str(self.path), "LC_ALL": "C"},
            user=user,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    def fault(self, *words: str, user: int | None = None) -> str:
        """The one line that a failing target prints; make adds its own about the failed recipe."""
        done = self.make(*words, user=user)
        assert done.returncode != 0
        (line,) = [line for line in done.stderr.splitlines() if not line.startswith("make: ***")]
        return line.removeprefix("readout: ").replace(str(self.folder), "CHECKOUT")

    def calls(self) -> list[str]:
        record = self.folder / "calls"
        return record.read_text().splitlines() if record.exists() else []


@pytest.fixture
def checkout() -> Iterator[Checkout]:
    """In a folder that every user may enter, which pytest's own is not."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Checkout(Path(folder).resolve())


def test_an_old_python_is_named(checkout: Checkout) -> None:
    """`make run PYTHON=python3.10` says which versions fit."""
    checkout.add_python("python3.10", "3.10")
    assert checkout.fault("run", "PYTHON=python3.10") == (
        "needs Python 3.11 to 3.14, found Python 3.10.1 as python3.10. Install one (Debian: apt install python3 "
        "python3-venv; macOS: brew install python) or name it: make run PYTHON=python3.13"
    )


def test_an_old_python_alone_is_named(checkout: Checkout) -> None:
    """Where nothing else is installed, what `python3` is stands in the line."""
    checkout.add_python("python3", "3.9")
    assert checkout.fault("run").startswith("needs Python 3.11 to 3.14, found Python 3.9.1. Install one")


def test_no_python_at_all_is_said(checkout: Checkout) -> None:
    """Neither a missing command nor one that only pretends to exist leaves a line of its own."""
    assert checkout.fault("run").startswith("needs Python 3.11 to 3.14, found none. Install one")
    pretender = checkout.path / "python3.13"
    pretender.write_text("#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n")
    pretender.chmod(0o755)
    assert checkout.fault("run", "PYTHON=python3.13").startswith(
        "needs Python 3.11 to 3.14, found none as python3.13. Install one"
    )


def test_a_python_that_fits_is_found_among_others(checkout: Checkout) -> None:
    """An old `python3` is passed over for a `python3.12` that fits; the venv is made with it."""
    checkout.add_python("python3", "3.9")
    checkout.add_python("python3.12", "3.12")
    done = checkout.make("run", "ARGS=--port 0")
    assert done.stdout == "readout run --port 0\n"
    assert checkout.calls() == ["-m venv .venv", "pip", "pip"]


def test_a_missing_venv_package_is_named(checkout: Checkout) -> None:
    """Debian's python3 comes without it."""
    checkout.add_python("python3", "3.11", ensurepip="exit 1")
    assert checkout.fault("run") == (
        "python3 cannot make a virtual environment: its venv package is missing. Install it "
        "(Debian: apt install python3.11-venv)."
    )


def test_another_reason_for_no_venv_is_passed_on(checkout: Checkout) -> None:
    """A full disk is not called a missing package, and nothing half-made stays."""
    checkout.add_python(make_venv='mkdir "$3"; echo "Error: [Errno 28] No space left on device"; exit 1')
    assert checkout.fault("run") == (
        "python3.13 cannot make a virtual environment in CHECKOUT: Error: [Errno 28] No space left on device"
    )
    assert not (checkout.folder / ".venv").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can take another user's part")
@pytest.mark.parametrize("before", ["nothing", "a venv of an old Python"])
def test_a_folder_that_cannot_be_written_is_named(checkout: Checkout, before: str) -> None:
    """It says where, and what to do; nothing is tried first."""
    checkout.add_python()
    if before != "nothing":
        (checkout.folder / ".venv" / "bin").mkdir(parents=True)
        (checkout.folder / ".venv" / "bin" / "python").symlink_to(checkout.path / "gone")
    checkout.folder.chmod(0o555)
    assert checkout.fault("run", user=NOBODY).startswith("cannot write in CHECKOUT. Make it writable for ")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can take another user's part")
def test_what_is_installed_starts_for_a_user_who_cannot_write(checkout: Checkout) -> None:
    """The second start needs neither network nor permission, and asks pip for nothing."""
    checkout.add_python()
    checkout.make("run")
    before = checkout.calls()
    checkout.folder.chmod(0o555)
    done = checkout.make("run", user=NOBODY)
    assert (done.stdout, done.stderr) == ("readout run\n", "")
    assert checkout.calls() == before


def test_a_failed_download_is_one_line(checkout: Checkout) -> None:
    """Of pip's many lines the last error is shown; the log has the rest. The next try begins again."""
    noise = "WARNING: Retrying (Retry(total=0)) after connection broken\\nERROR: No matching distribution for aiohttp"
    checkout.add_python(pip=f"printf '{noise}\\n'; exit 1")
    done = checkout.make("run")
    first, second, *_ = done.stderr.splitlines()
    assert first == "readout: installing requirements.lock into .venv (once, and again when it changes)"
    assert second == (
        "readout: could not install: ERROR: No matching distribution for aiohttp. The whole log is .venv/install.log; "
        "with the network back, run the same command again."
    )
    assert checkout.make("run").returncode != 0


def test_it_installs_again_only_when_a_lock_changed(checkout: Checkout) -> None:
    """A new lock is installed once; what the tests need holds all that running needs."""
    checkout.add_python()
    checkout.make("run")
    checkout.make("run")
    assert checkout.calls() == ["-m venv .venv", "pip", "pip"]
    (checkout.folder / "requirements.lock").write_text("changed")
    checkout.make("test")
    checkout.make("run")
    assert checkout.calls() == ["-m venv .venv", "pip", "pip", "pip", "pip"]


def test_a_checkout_that_was_moved_gets_a_new_venv(checkout: Checkout) -> None:
    """The scripts of a venv hold its old path and would not start."""
    checkout.add_python()
    checkout.make("run")
    checkout.folder = checkout.folder.rename(checkout.folder.with_name("elsewhere"))
    assert checkout.make("run").stdout == "readout run\n"
    assert checkout.calls().count("-m venv .venv") == 2


def test_a_venv_whose_making_was_interrupted_is_made_anew(checkout: Checkout) -> None:
    """One without pip cannot be mended by pip."""
    checkout.add_python(has_pip='[ -e calls ] && [ "$(grep -c venv calls)" = 2 ]')
    assert checkout.make("run").stdout == "readout run\n"
    assert checkout.calls() == ["-m venv .venv", "-m venv .venv", "pip", "pip"]


def test_each_named_python_has_a_venv_of_its_own(checkout: Checkout) -> None:
    """`make test PYTHON=...` does not disturb the usual one."""
    checkout.add_python("python3.12", "3.12")
    checkout.make("test", f"PYTHON={checkout.path}/python3.12")
    assert checkout.calls()[0] == "-m venv .venv-python3.12"
    assert not (checkout.folder / ".venv").exists()
