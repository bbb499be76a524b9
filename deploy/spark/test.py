#!/usr/bin/env python3
"""The Spark job against one machine: the same documents and web captures must give the same dossiers, with an executor killed on
the way.

    deploy/spark/test.py [--documents 60] [--applicants 6] [--executors 2] [--no-kill]

Makes its own environment with PySpark and warcio under target/ (Java 17 must be there). The larger run of docs/scale.md:
`deploy/spark/test.py --documents 1000 --applicants 30 --executors 4`.
"""
import argparse
import hashlib
import json
import os
import pathlib
import random
import re
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
PACKAGES = ["pyspark==4.3.0", "warcio==1.8.1"]
LARGE = 1 << 20  # bytes that Spark may hold of one file here: every document is smaller, and a capture file is larger


def environment():
    if not all((VENV / "bin" / program).exists() for program in ("spark-submit", "warcio")):
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
        subprocess.run([VENV / "bin/pip", "install", "--quiet", *PACKAGES], check=True)


def practice():
    """Passages to make documents of."""
    files = sorted((ROOT / "corpora/labelled/tune").glob("*.jsonl"))
    return [json.loads(line)["text"] for file in files for line in file.read_text().splitlines()]


def write_inputs(folder, count, applicants):
    """The demo's files, and pages and statements made of practice passages; one file is empty and one broken."""
    texts, demo = practice(), sorted(p for p in (ROOT / "corpora/demo").rglob("*") if p.is_file())
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


WARC = """
import io, json, sys
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter
with open(sys.argv[1], "wb") as out:
    writer = WARCWriter(out, gzip=sys.argv[1].endswith(".gz"))
    writer.write_record(writer.create_warcinfo_record("crawl.warc.gz", {"software": "test"}))
    for line in sys.stdin:
        page = json.loads(line)
        head = StatusAndHeaders(page["status"], [("Content-Type", page["type"])], protocol="HTTP/1.1")
        told = {"WARC-Date": page["time"]}
        for kind in ("request", "response"):
            what = bytes.fromhex(page["body"]) if kind == "response" else b""
            heads = head if kind == "response" else StatusAndHeaders("GET / HTTP/1.1", [("Host", "a.example")], is_http_request=True)
            writer.write_record(writer.create_warc_record(page["url"], kind, payload=io.BytesIO(what), http_headers=heads, warc_headers_dict=told))
"""


def captured(texts, site, number):
    """A page as a crawl meets it: mostly HTML, in two charsets, some missing, some met before, some no page at all."""
    dice, time = random.Random(f"{site}/{number}"), f"2026-05-{1 + number % 28:02}T10:00:00Z"
    charset = dice.choice(["utf-8", "iso-8859-1"])
    body = f"<title>Größe {number}</title><h1>Services</h1>" + "".join(f"<p>{t}</p>" for t in dice.sample(texts, 6))
    page = {"url": f"https://{site}.example/p{number % 9}", "status": "200 OK", "type": f"text/html; charset={charset}", "time": time}
    page["body"] = body.encode(charset, "replace").hex()
    if number % 9 == 4:
        page |= {"status": "404 Not Found", "body": b"gone".hex()}
    if number % 9 == 5:
        page |= {"type": "image/png", "body": dice.randbytes(LARGE).hex()}
    return page


def write_captures(folder, applicants):
    """Capture files of the reference tool, packed record by record and not at all: two of one site, one that is cut short. Gives
    how many inputs they are."""
    texts = practice()
    plans = [(0, "crawl [1].warc.gz", "ash", range(14)), (0, "more/crawl.WARC.gz", "ash", range(20, 26)), (1 % applicants, "saved.warc", "birch", range(3))]
    for number, name, site, pages in plans:
        at = folder / f"applicant {number:02}" / name
        at.parent.mkdir(parents=True, exist_ok=True)
        lines = "".join(json.dumps(captured(texts, site, page)) + "\n" for page in pages)
        subprocess.run([VENV / "bin/python", "-c", WARC, at], input=lines, text=True, check=True)
    whole = (folder / "applicant 00/more/crawl.WARC.gz").read_bytes()
    (folder / "applicant 00/cut.warc.gz").write_bytes(whole[: len(whole) * 2 // 3])
    assert (folder / "applicant 00/crawl [1].warc.gz").stat().st_size > LARGE


DEATHS = """
import capmap_job as job, os, sys, tempfile
dies = job.Worker(["sh", "-c", "read request; kill -9 $$"])
outcome = dies.ask("a.md", bytes="IyB3b3Jkcw==")["outcome"]["unreadable"]["failure"]
assert outcome["kind"] == "crashed" and "died" in outcome["detail"], outcome
mark = tempfile.mktemp()
once = job.Worker(["sh", "-c", f"if [ -e {mark} ]; then exec {sys.argv[1]} worker; else touch {mark}; kill -9 $$; fi"])
for name in ("a.md", "b.md"):
    assert "read" in once.ask(name, bytes="IyB3b3Jkcw==")["outcome"]
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
    conf["spark.sql.sources.binaryFile.maxLength"] = str(LARGE)
    command = [str(VENV / "bin/spark-submit"), "--master", f"local-cluster[{args.executors},1,1024]"]
    command += [part for key, value in conf.items() for part in ("--conf", f"{key}={value}")]
    command += [str(HERE / "capmap_job.py"), f"file://{inputs}", f"file://{output}", "--capmap", CAPMAP, "--partitions", str(args.executors * 4)]
    env = {**os.environ, "PYSPARK_PYTHON": str(VENV / "bin/python"), "SPARK_LOCAL_DIRS": str(work / "spark"), "SPARK_WORKER_DIR": str(work / "workers")}
    env["JAVA_TOOL_OPTIONS"] = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"  # these programs run for seconds: no time to compile twice
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


def cited_pages(root):
    """Pages out of captures that suggestions cite."""
    exports = [subprocess.run([CAPMAP, "export", "/dev/stdout", "--dossier", d], stdout=subprocess.PIPE, check=True).stdout for d in root.iterdir() if d.is_dir()]
    cited = [re.findall(rb'"source":"(https://[a-z]+.example/[^"]*)"', line) for out in exports for line in out.splitlines() if b'"suggestion":{"rank"' in line]
    return len({page for found in cited for page in found})


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
    write_captures(inputs, args.applicants)
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
    count, pages = sum(row["documents"] for row in there["applicants"]), cited_pages(work / "many")
    assert count > args.documents + 10 and pages > 5, (count, pages)
    suggestions = sum(number for _, number in left.values())
    assert suggestions > args.documents / 2, suggestions
    how = "none killed" if args.no_kill else "one killed"
    print(f"spark: {args.documents} documents and {count - args.documents} pages and files of web captures on {args.executors} executors ({how}) in {many:.1f} s, one machine {one:.1f} s: the same {suggestions} suggestions in {len(left)} dossiers, byte for byte")
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
