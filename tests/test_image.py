"""The container files keep what the contract promises; no engine is needed to see it."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
INSTALL_LOCK = "pip install --no-deps --require-hashes --only-binary :all: -r requirements.lock"
SECTIONS = re.compile(r"^(FROM|RUN|COPY|ENV|USER|VOLUME|EXPOSE|HEALTHCHECK|ENTRYPOINT|CMD|WORKDIR)\s+(.*)$")


def stages() -> list[list[tuple[str, str]]]:
    """The Dockerfile's instructions, one list a stage, with continued lines joined and comments dropped."""
    text = (ROOT / "Dockerfile").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    found: list[list[tuple[str, str]]] = []
    for line in joined.splitlines():
        read = SECTIONS.match(line)
        assert read, f"an instruction that this test does not know: {line}"
        if read[1] == "FROM":
            found.append([])
        found[-1].append((read[1], read[2]))
    return found


def last(name: str) -> str:
    """The argument of the one such instruction in the final stage."""
    (argument,) = [argument for instruction, argument in stages()[-1] if instruction == name]
    return argument


def environment() -> dict[str, str]:
    return dict(word.split("=", 1) for word in shlex.split(last("ENV")))


def compose() -> str:
    return (ROOT / "compose.yaml").read_text("utf-8")


def test_the_image_starts_readout_and_passes_signals_on() -> None:
    """Exec form throughout: no shell stands between the engine and Readout."""
    assert json.loads(last("ENTRYPOINT")) == ["readout"]
    assert json.loads(last("CMD")) == ["run"]
    assert json.loads(last("HEALTHCHECK").partition(" CMD ")[2]) == ["readout", "health"]


def test_the_image_runs_as_a_numbered_user_that_owns_the_data() -> None:
    """A numeric user, so that an engine can see it is not root; a new volume takes the folder's owner."""
    order = [name for name, _ in stages()[-1]]
    assert last("USER") == "10001:10001"
    assert last("VOLUME") == "/data"
    assert "--owner=10001 --group=10001 --mode=0700 /data" in last("RUN")
    assert order.index("RUN") < order.index("USER") < order.index("VOLUME")


def test_the_image_works_with_a_root_that_cannot_be_written() -> None:
    """Python writes no bytecode, and what wants a home finds /tmp; data and address are set."""
    assert environment() == {
        "PATH": "/opt/readout/bin:$PATH",
        "HOME": "/tmp",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "READOUT_DATA": "/data",
        "READOUT_WEB__HOST": "0.0.0.0",
    }


def test_the_image_installs_the_lock_and_nothing_else() -> None:
    """Every package is a wheel with a known hash; both stages rest on the same slim Python."""
    build, final = stages()
    assert ("RUN", f"/opt/readout/bin/{INSTALL_LOCK}") in build
    assert build[0][1].removesuffix(" AS build") == final[0][1]
    assert re.fullmatch(r"python:3\.13-slim-\w+", final[0][1])


def test_everything_that_is_copied_exists_and_reaches_the_builder() -> None:
    """Each source of a COPY is in the checkout and let through by .dockerignore, which lets nothing else through."""
    copied = {
        source
        for stage in stages()
        for name, argument in stage
        if name == "COPY" and "--from" not in argument
        for source in shlex.split(argument)[:-1]
    }
    ignored = [
        line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if line and not line.startswith("#")
    ]
    assert ignored[0] == "*"
    assert {line[1:] for line in ignored if line.startswith("!")} == copied
    assert [source for source in sorted(copied) if not (ROOT / source).exists()] == []


@pytest.mark.parametrize(
    "line",
    [
        "init: true",
        "read_only: true",
        "restart: unless-stopped",
        '- "127.0.0.1:8080:8080"',
        "- data:/data",
        "- /tmp",
        "- ALL",
        "- no-new-privileges:true",
        "required: false",
    ],
)
def test_compose_locks_the_container_down(line: str) -> None:
    """Each promise about the service is a line of compose.yaml."""
    assert line in [written.strip() for written in compose().splitlines()]


def test_compose_publishes_on_this_machine_alone() -> None:
    """No other port is opened."""
    assert re.findall(r'"[\d.:]*\d+:\d+"', compose()) == ['"127.0.0.1:8080:8080"']


def parsed(*profiles: str) -> dict[str, dict[str, Any]]:
    """The services that these profiles turn on, as the real program reads the file."""
    tool = Path(sys.executable).parent / "docker-compose"
    turned_on = [word for profile in profiles for word in ("--profile", profile)]
    command = [str(tool), "--file", "compose.yaml", *turned_on, "config", "--format", "json"]
    done = subprocess.run(command, cwd=ROOT, env={"PATH": ""}, capture_output=True, check=True, timeout=60)
    services: dict[str, dict[str, Any]] = json.loads(done.stdout)["services"]
    return services


def test_compose_runs_one_service_unless_asked() -> None:
    """SQLite in a volume; no server is started beside it."""
    assert set(parsed()) == {"readout"}


@pytest.mark.parametrize(("profile", "ours"), [("postgres", {"bot"}), ("roles", {"chat", "worker", "ingest"})])
def test_composes_profiles_need_no_edit(profile: str, ours: set[str]) -> None:
    """A server with a health check and a volume; our services know its address, wait for it and stay locked down."""
    services = parsed(profile)
    db = services["db"]
    assert set(services) == {"readout", "db", *ours}
    assert db["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    assert [volume["source"] for volume in db["volumes"]] == ["database"]
    assert "ports" not in db
    password = db["environment"]["POSTGRES_PASSWORD"]
    for name in ours:
        assert services[name]["environment"]["READOUT_DATABASE"] == f"postgresql://readout:{password}@db/readout"
        assert services[name]["depends_on"]["db"]["condition"] == "service_healthy"
        assert services[name]["read_only"]
        assert services[name]["cap_drop"] == ["ALL"]


def test_composes_services_on_one_port_cannot_run_side_by_side() -> None:
    """Whoever forgets to name the service gets one bot that runs, not two that post with the same tokens."""
    services = parsed("postgres", "roles")
    ports = {name: [port["published"] for port in one.get("ports", [])] for name, one in services.items()}
    assert ports == {"readout": ["8080"], "bot": ["8080"], "chat": ["8080"], "db": [], "worker": [], "ingest": []}
