"""How long a person waits for the terminal: whole processes, cold start included.

    python -m bench.startup [--runs 7]

Prints the median and the worst wall time of each command as a process of its own, and the ratio to `python -c pass` of
the same interpreter in the same run, since machines are noisy.
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

READOUT = str(Path(sys.executable).with_name("readout"))
COMMANDS = {
    "python -c pass": ([sys.executable, "-c", "pass"], None),
    "readout --help": ([READOUT, "--help"], 0.5),
    "readout health": ([READOUT, "health", "--url", "http://127.0.0.1:9"], 0.5),
    "readout brief taiwan": ([READOUT, "brief", "taiwan", "--config", "/dev/null"], 2.0),
}


def wall_seconds(command: list[str]) -> float:
    started = time.perf_counter()
    subprocess.run(command, capture_output=True, timeout=60, check=False)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=7)
    runs = parser.parse_args().runs
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(runs + 1):
        for name, (command, _) in COMMANDS.items():
            times[name].append(wall_seconds(command))
    base = statistics.median(times["python -c pass"][1:])
    for name, (_, bound) in COMMANDS.items():
        counted = times[name][1:]  # the first run warms the disk's cache
        middle = statistics.median(counted)
        goal = f"  goal {bound:.1f} s" if bound else ""
        ratio = f"x{middle / base:.1f} of an empty Python"
        print(f"{name:24} median {middle:.3f} s  worst {max(counted):.3f} s  {ratio}{goal}")


if __name__ == "__main__":
    main()
