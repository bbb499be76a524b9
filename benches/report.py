#!/usr/bin/env python3
"""Time and memory of `capmap report`, by number of decisions, in each format.

`python3 benches/report.py` builds the program, makes dossiers of 200, 2,000 and 20,000 decisions (100 to a document, every
third with a note), writes each format three times and prints the best run: processor seconds, seconds by the clock, and the
peak of memory as the system accounts it to the process. It fails where ten times the decisions take much more than ten
times the time or the memory, or where 2,000 decisions need 200 MB."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RELEASE = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"
COUNTS = (200, 2_000, 20_000)
FORMATS = ("html", "md", "docx", "xlsx", "csv", "json", "jsonld")
RUNS = 3
# A step of ten may cost this much: what is linear, and a third for what is not the work itself (caches, the allocator).
STEP = 13.3
SMALL = 0.02  # seconds of processor time that every run has, whatever it writes


def measure(command):
    """Processor seconds, clock seconds, peak memory in MB."""
    began = time.monotonic()
    process = os.posix_spawn(command[0], command, os.environ)
    _, status, used = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"failed: {' '.join(command)}")
    return used.ru_utime + used.ru_stime, time.monotonic() - began, used.ru_maxrss * 1024 / 1e6


def build():
    subprocess.run(["cargo", "build", "--release", "--quiet", "-p", "capmap"], cwd=ROOT, check=True)
    example = ["cargo", "build", "--release", "--quiet", "-p", "capmap-report", "--example", "write"]
    subprocess.run(example, cwd=ROOT, check=True)


def dossier(folder, count):
    pack, made = folder / f"{count}.json", folder / f"{count}"
    subprocess.run([RELEASE / "examples/write", "json", str(count), pack], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([RELEASE / "capmap", "import", pack, "--dossier", made, "--quiet"], check=True)
    pack.unlink()
    return made


def main():
    build()
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        dossiers = {count: dossier(Path(folder), count) for count in COUNTS}
        print(f"{'format':8}" + "".join(f" | {f'{count:,} decisions':>28}" for count in COUNTS))
        print(f"{'':8}" + f" | {'CPU s':>8} {'clock s':>8} {'peak MB':>8}  " * len(COUNTS))
        for name in FORMATS:
            out = str(Path(folder) / "out")
            cells = {}
            for count in COUNTS:
                command = [str(RELEASE / "capmap"), "report", "--format", name, "-o", out,
                           "--dossier", str(dossiers[count]), "--date", "2026-11-23", "--quiet"]
                cells[count] = min(measure(command) for _ in range(RUNS))
            print(f"{name:8}" + "".join(f" | {c[0]:8.2f} {c[1]:8.2f} {c[2]:8.1f}  " for c in cells.values()), flush=True)
            wrong += judge(name, cells)
    for line in wrong:
        print(line)
    sys.exit(1 if wrong else 0)


def judge(name, cells):
    small, medium, large = (cells[count] for count in COUNTS)
    for what, at, floor in (("time", 0, SMALL), ("memory", 2, 0)):
        for less, more in ((small, medium), (medium, large)):
            if more[at] > max(less[at], floor) * STEP:
                yield f"{name}: {what} grows from {less[at]:.2f} to {more[at]:.2f}"
    if medium[2] >= 200:
        yield f"{name}: 2,000 decisions need {medium[2]:.0f} MB"


if __name__ == "__main__":
    main()
