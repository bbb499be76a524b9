#!/usr/bin/env python3
"""Measures `capmap batch` on generated applicants and prints the table of docs/scale.md.

    python3 -m venv target/bench-venv && target/bench-venv/bin/pip install reportlab python-docx
    target/bench-venv/bin/python benches/batch.py [--documents 10000] [--applicants 300] [--reference] [--kills 10] [--existing FOLDER]

`--reference` also reads the same files with pdftotext, pandoc and a plain HTML-to-text, which takes longer than all the rest.
Memory is that of the program and its workers together (PSS), sampled four times a second. The middle sample tells whether it grows
with the number of documents; the peak also grows with the occasions on which several large files are read at once.
"""
import argparse
import hashlib
import html.parser
import json
import os
import pathlib
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
CAPMAP = os.environ.get("CAPMAP", ROOT / "target/release/capmap")


def pss(pid):
    """Bytes of a process and all that it started."""
    total, todo = 0, [pid]
    while todo:
        at = todo.pop()
        try:
            rollup = pathlib.Path(f"/proc/{at}/smaps_rollup").read_text()
            total += sum(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) << 10
            for task in pathlib.Path(f"/proc/{at}/task").iterdir():
                todo += map(int, (task / "children").read_text().split())
        except (OSError, ValueError):
            continue
    return total


class Run:
    """One run of the program: wall and user seconds, peak memory, what it printed."""

    def __init__(self, command, kill_after=None):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
        samples, done = [], threading.Event()

        def watch():
            while not done.wait(0.25):
                samples.append(pss(child.pid))

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            self.out, _ = child.communicate(timeout=kill_after)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            self.out, _ = child.communicate()
        done.set()
        watcher.join()
        samples.sort()
        self.peak, self.middle = max(samples, default=0), samples[len(samples) // 2] if samples else 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.wall, self.user = time.monotonic() - began, after.ru_utime - before.ru_utime
        self.status = child.returncode


def batch(folder, root, kill_after=None):
    return Run([CAPMAP, "batch", folder, "--dossier", root, "--format", "json", "--quiet", "--date", "2026-11-23", "--jobs", "2"], kill_after)


def records(root, kind):
    return {str(f.relative_to(root)): f.stat().st_mtime_ns for f in root.glob(f"*/cache/{kind}/*")}


def exports(root):
    """What every dossier holds, as it would travel."""
    digests = {}
    for dossier in sorted(p for p in root.iterdir() if p.is_dir()):
        out = subprocess.run([CAPMAP, "export", "/dev/stdout", "--dossier", dossier], stdout=subprocess.PIPE, check=True).stdout
        digests[dossier.name] = hashlib.sha256(out).hexdigest()
    return digests


class Text(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.parts = []

    def handle_data(self, data):
        self.parts.append(data)


def reference(files):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime + resource.getrusage(resource.RUSAGE_SELF).ru_utime
    for file in files:
        if file.suffix == ".pdf":
            subprocess.run(["pdftotext", file, "-"], stdout=subprocess.DEVNULL, check=True)
        elif file.suffix == ".docx":
            subprocess.run(["pandoc", "-t", "plain", file], stdout=subprocess.DEVNULL, check=True)
        else:
            parser = Text()
            parser.feed(file.read_text())
            "".join(parser.parts)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime + resource.getrusage(resource.RUSAGE_SELF).ru_utime - before


def killed(folder, work, whole, kills):
    """Kills at random moments, resumes; gives (same result, records written twice, runs that were killed)."""
    root, dice, seen, twice, count = work / "killed", random.Random(7), {}, 0, 0
    for _ in range(kills):
        run = batch(folder, root, kill_after=dice.uniform(0.02, 1.6) * whole["wall"] / kills)
        count += run.status == -signal.SIGKILL
        now = records(root, "read")
        twice += sum(now.get(name) != time for name, time in seen.items())
        seen = now
    last = batch(folder, root)
    now = records(root, "read")
    twice += sum(now.get(name) != time for name, time in seen.items())
    same = json.loads(last.out) == whole["json"] and exports(root) == whole["exports"]
    shutil.rmtree(root)
    return same, twice, count


def row(name, value):
    print(f"| {name} | {value} |", flush=True)


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--documents", type=int, default=10_000)
    args.add_argument("--applicants", type=int, default=300)
    args.add_argument("--kills", type=int, default=10)
    args.add_argument("--reference", action="store_true")
    args.add_argument("--existing", type=pathlib.Path, default=None, help="applicants that were written before")
    args.add_argument("--work", type=pathlib.Path, default=None)
    args = args.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="capmap-bench-", dir=args.work))
    folder, root, n = args.existing or work / "in", work / "out", args.documents
    if not args.existing:
        subprocess.run([sys.executable, ROOT / "benches/applicants.py", folder, "--documents", str(n), "--applicants", str(args.applicants)], check=True)
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    kinds = {s: sum(p.suffix == s for p in files) for s in (".pdf", ".docx", ".html")}
    time.sleep(2.5)
    print("| what | measured |\n|---|---|")
    row("documents", f"{len(files)} ({', '.join(f'{c} {s[1:]}' for s, c in kinds.items())}), {sum(p.stat().st_size for p in files) / 1e6:.0f} MB, {sum(p.is_dir() for p in folder.iterdir())} applicants")
    cold = batch(folder, root)
    result = json.loads(cold.out)
    pages = sum(a["documents"] for a in result["applicants"])
    assert pages == len(files), (pages, len(files))
    row("cold run", f"{cold.wall:.1f} s, {len(files) / cold.wall:.0f} documents/s, {cold.user:.1f} s user")
    row("memory, workers included", f"{cold.middle / 1e6:.0f} MB at the middle, {cold.peak / 1e6:.0f} MB at the peak")
    row("not read whole", sum(a["unreadable"] for a in result["applicants"]))
    if args.reference:
        theirs = reference(files)
        row("pdftotext, pandoc, HTML-to-text", f"{theirs:.1f} s user: the program takes {cold.user / theirs:.2f} times that")
    warm = batch(folder, root)
    assert json.loads(warm.out) == result
    row("unchanged rerun", f"{warm.wall:.2f} s, {warm.user:.2f} s user: {100 * warm.user / cold.user:.2f} % of the cold run")
    whole = {"wall": cold.wall, "json": result, "exports": exports(root)}
    read = records(root, "read")
    for found in [*root.glob("*/cache/found/*"), *root.glob("*/batch")]:
        found.unlink()
    judged = batch(folder, root)
    assert json.loads(judged.out) == result
    again = sum(records(root, "read").get(name) != time for name, time in read.items())
    row("every judgement thrown away, as new rules do", f"{judged.wall:.1f} s, {judged.user:.1f} s user; {again} documents extracted again")
    size = sum(f.stat().st_size for f in root.rglob("*") if f.is_file())
    row("dossiers on disk", f"{size / 1e6:.0f} MB, {size / len(files) / 1e3:.0f} KB a document")
    if args.kills:
        same, twice, count = killed(folder, work, whole, args.kills)
        row(f"killed {count} times at random moments, then resumed", f"{'the same result' if same else 'ANOTHER RESULT'}; {twice} of {len(files)} records written twice")
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
