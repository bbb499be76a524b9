#!/usr/bin/env python3
"""The Spark job against one machine: the same documents must give the same dossiers, with an executor killed on the way.

    deploy/spark/test.py [--documents 60] [--applicants 6] [--executors 2] [--no-kill]

Makes its own environment with PySpark under target/ (Java 17 must be there). The larger run of docs/scale.md:
`deploy/spark/test.py --documents 1000 --applicants 30 --executors 4`.
"""
import argparse
import hashlib
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CAPMAP = os.environ.get("CAPMAP", str(ROOT / "target/release/capmap"))
VENV = ROOT / "target/spark-venv"
PYSPARK = "pyspark==4.3.0"


def environment():
    if not (VENV / "bin/spark-submit").exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run([VENV / "bin/pip", "install", "--quiet", PYSPARK], check=True)


def write_inputs(folder, count, applicants):
    """The demo's files, and pages and statements made of practice passages; one file is empty and one broken."""
    lines = [line for file in sorted((ROOT / "corpora/labelled/tune").glob("*.jsonl")) for line in file.read_text().splitlines()]
    texts, demo = [json.loads(line)["text"] for line in lines], sorted(p for p in (ROOT / "corpora/demo").rglob("*") if p.is_file())
    for number in range(count):
        dice, at = random.Random(number), folder / f"applicant {number % applicants:02}" / f"batch-{number % 3}"
        at.mkdir(parents=True, exist_ok=True)
        if number < len(demo):
            shutil.copy(demo[number], at / f"{number:04}-{demo[number].name}")
        elif number == len(demo):
            (at / f"{number:04}-empty.md").write_text("")
        elif number == len(demo) + 1:
            (at / f"{number:04}-broken.pdf").write_bytes(b"%PDF-1.4\n1 0 obj\n<<")
        elif number % 2:
            body = "\n\n".join(dice.sample(texts, 12))
            (at / f"{number:04} sow #%.md").write_text(f"# Statement of work {number}\n\n## 3 Services\n\n{body}\n")
        else:
            body = "".join(f"<p>{t}</p>" for t in dice.sample(texts, 12))
            (at / f"{number:04}-page.html").write_text(f"<html><title>Offer {number}</title><body><h1>Services</h1>{body}</body></html>")


DEATHS = """
import capmap_job as job, os, sys, tempfile
dies = job.Worker(["sh", "-c", "read request; kill -9 $$"])
outcome = dies.ask("a.md", b"# words")["outcome"]["unreadable"]["failure"]
assert outcome["kind"] == "crashed" and "died" in outcome["detail"], outcome
mark = tempfile.mktemp()
once = job.Worker(["sh", "-c", f"if [ -e {mark} ]; then exec {sys.argv[1]} worker; else touch {mark}; kill -9 $$; fi"])
for name in ("a.md", "b.md"):
    assert "read" in once.ask(name, b"# words")["outcome"]
once.stop()
os.remove(mark)
"""


def worker_deaths():
    """A worker that dies is started again, and its document marked where it dies again."""
    subprocess.run([VENV / "bin/python", "-c", DEATHS, CAPMAP], cwd=HERE, check=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})


def descendants(pid):
    todo, found = [pid], []
    while todo:
        at = todo.pop()
        try:
            children = [int(c) for task in pathlib.Path(f"/proc/{at}/task").iterdir() for c in (task / "children").read_text().split()]
        except OSError:
            continue
        found += children
        todo += children
    return found


def command_line(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def kill_one_executor(job):
    """Waits until an executor has a worker at work, and kills that executor. True where one was killed."""
    while job.poll() is None:
        for pid in descendants(job.pid):
            if "CoarseGrainedExecutorBackend" in command_line(pid):
                if any(" worker" in command_line(child) and "capmap" in command_line(child) for child in descendants(pid)):
                    os.kill(pid, signal.SIGKILL)
                    return True
        time.sleep(0.02)
    return False


def spark(inputs, output, work, args):
    conf = {"spark.ui.enabled": "false", "spark.sql.session.timeZone": "UTC", "spark.executor.memory": "1g", "spark.sql.shuffle.partitions": "4"}
    command = [str(VENV / "bin/spark-submit"), "--master", f"local-cluster[{args.executors},1,1024]"]
    command += [part for key, value in conf.items() for part in ("--conf", f"{key}={value}")]
    command += [str(HERE / "capmap_job.py"), f"file://{inputs}", f"file://{output}", "--capmap", CAPMAP, "--partitions", str(args.executors * 4)]
    env = {**os.environ, "PYSPARK_PYTHON": str(VENV / "bin/python"), "SPARK_LOCAL_DIRS": str(work / "spark"), "SPARK_WORKER_DIR": str(work / "workers")}
    with open(work / "spark.log", "w") as log:
        job = subprocess.Popen(command, env=env, cwd=work, stdout=log, stderr=log)
        killed = False if args.no_kill else kill_one_executor(job)
        status = job.wait()
    if status:
        print((work / "spark.log").read_text()[-6000:])
    assert status == 0, f"the job ended with status {status}"
    assert killed or args.no_kill, "the job ended before an executor could be killed"


def dossiers(root):
    digests = {}
    for dossier in sorted(p for p in root.iterdir() if p.is_dir()):
        out = subprocess.run([CAPMAP, "export", "/dev/stdout", "--dossier", dossier], stdout=subprocess.PIPE, check=True).stdout
        digests[dossier.name] = (hashlib.sha256(out).hexdigest(), out.count(b'"suggestion":{"rank"'))
    return digests


def capmap(*args):
    run = subprocess.run([CAPMAP, *args, "--quiet", "--format", "json"], stdout=subprocess.PIPE)
    assert run.returncode in (0, 1), run.returncode
    return json.loads(run.stdout)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--documents", type=int, default=60)
    args.add_argument("--applicants", type=int, default=6)
    args.add_argument("--executors", type=int, default=2)
    args.add_argument("--no-kill", action="store_true")
    args = args.parse_args()
    environment()
    worker_deaths()
    work = pathlib.Path(tempfile.mkdtemp(prefix="capmap-spark-"))
    inputs, output = work / "in put", work / "out"
    write_inputs(inputs, args.documents, args.applicants)
    began = time.monotonic()
    here = capmap("batch", inputs, "--dossier", work / "one")
    one = time.monotonic() - began
    spark(inputs, output, work, args)
    many = time.monotonic() - began - one
    there = capmap("import-parquet", output, "--dossier", work / "many")
    strip = lambda rows: [{**row, "renewal": None} for row in rows["applicants"]]
    assert strip(here) == strip(there), "the summaries differ"
    left, right = dossiers(work / "one"), dossiers(work / "many")
    assert left == right, f"dossiers differ: {[name for name in left if left[name] != right.get(name)]}"
    again = capmap("import-parquet", output, "--dossier", work / "many")
    assert again == there and dossiers(work / "many") == left, "a second import changed something"
    count = sum(row["documents"] for row in there["applicants"])
    assert count == args.documents, count
    suggestions = sum(number for _, number in left.values())
    assert suggestions > args.documents / 2, suggestions
    how = "none killed" if args.no_kill else "one killed"
    print(f"spark: {count} documents on {args.executors} executors ({how}) in {many:.1f} s, one machine {one:.1f} s: the same {suggestions} suggestions in {len(left)} dossiers, byte for byte")
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
