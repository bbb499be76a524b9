#!/usr/bin/env python3
"""Reads the documents of many applicants on a Spark cluster and writes them as Parquet.

    spark-submit --files /usr/local/bin/capmap#capmap deploy/spark/capmap_job.py INPUT OUTPUT [--capmap ./capmap]

INPUT is any path that Hadoop knows, with one folder per applicant. OUTPUT gets three tables, each partitioned by applicant:
`documents` (what was read, with all that `capmap import-parquet` needs), `passages` and `suggestions`. Every task hands its
documents to a `capmap worker` of its own, one JSON line each; a worker that dies is started again, and its document is marked
after a second try. A task that Spark repeats writes nothing twice: its files count only once it has ended.

Files of web captures (`.warc`, `.warc.gz`, as Common Crawl lays them out) are a task each: Hadoop's own file command copies the file
to the executor's disk, `capmap captures` unpacks and lists its pages, and the worker reads them one by one. No such file is ever in
memory, and its pages get the names, the duplicates and the reasons that one machine gives them.
"""
import argparse
import base64
import hashlib
import json
import os
import re
import select
import shlex
import shutil
import subprocess
import tempfile
from xml.sax.saxutils import escape

import pyspark
from pyspark.sql import SparkSession
from pyspark.sql import functions as f
from pyspark.sql import types as t

WALL = 150  # seconds for one document; the worker itself stops earlier
LARGEST = 1 << 30  # bytes of a document that Spark may hold in memory; the worker's own limit is lower
CAPTURES = r"(?i)\.warc(\.gz)?$"
DOCUMENT = t.StructType(
    [t.StructField(name, t.StringType(), False) for name in ("applicant", "applicant_name", "source", "path", "id", "format")]
    + [t.StructField("size", t.LongType(), False), t.StructField("modified", t.LongType(), False)]
    + [t.StructField(name, t.StringType(), False) for name in ("status", "reason", "outcome", "judged", "suggestions", "made_by", "listing")]
)
PASSAGE = t.StructType(
    [t.StructField(name, t.StringType(), False) for name in ("applicant", "source", "id")]
    + [t.StructField("number", t.LongType(), False), t.StructField("text", t.StringType(), False)]
)
SUGGESTION = t.StructType(
    [t.StructField(name, t.StringType(), False) for name in ("applicant", "source", "id", "criterion", "grade", "tier")]
    + [t.StructField("confidence", t.DoubleType(), False), t.StructField("quote", t.StringType(), False)]
    + [t.StructField("suggestion", t.StringType(), False)]
)


class Worker:
    """A `capmap worker` that is started anew when it dies."""

    def __init__(self, command):
        self.command, self.child, self.pending = command, None, b""

    def start(self):
        self.pending = b""
        self.child = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)

    def stop(self):
        if self.child:
            self.child.kill()
            self.child.wait()
            self.child.stdin.close()
            self.child.stdout.close()
            self.child = None

    def line(self):
        """The next line; raises where the worker is dead or too slow."""
        while b"\n" not in self.pending:
            if not select.select([self.child.stdout], [], [], WALL)[0]:
                raise TimeoutError(f"took longer than {WALL} s")
            got = os.read(self.child.stdout.fileno(), 1 << 16)
            if not got:
                raise EOFError("the reader died on this file")
            self.pending += got
        line, self.pending = self.pending.split(b"\n", 1)
        return line

    def ask(self, source, **what):
        """What the worker says of `bytes`, or of the file at `path`."""
        request, why = {"id": 1, "op": "judge", "source": source, **what}, None
        for _ in range(2):
            try:
                if not self.child:
                    self.start()
                self.child.stdin.write(json.dumps(request).encode() + b"\n")
                self.child.stdin.flush()
                return json.loads(self.line())
            except (OSError, EOFError, TimeoutError) as error:
                why = error
                self.stop()
        kind = "timeout" if isinstance(why, TimeoutError) else "crashed"
        detail = f"{why if not isinstance(why, OSError) or isinstance(why, TimeoutError) else 'the reader died on this file'}; convert it to PDF or text and pass that"
        return {"outcome": {"unreadable": {"failure": {"kind": kind, "detail": detail}}}}


def applicant_and_source(path, root):
    """The first folder below the root, and the rest of the path. Hadoop writes paths without escapes."""
    rest = re.sub(r"^[A-Za-z][A-Za-z0-9+.-]*:(//[^/]*)?", "", path)[len(root):].lstrip("/")
    applicant, _, source = rest.partition("/")
    return (applicant, source) if source else ("", applicant)


def document(place, facts, reply, listing=""):
    """A row of the table: `place` is (applicant, source, path), `facts` is (id, size, modified)."""
    (applicant, source, path), (digest, size, modified) = place, facts
    result = reply.get("result") or {}
    if "error" in result or "outcome" not in reply:
        raise RuntimeError(result.get("error") or reply.get("error"))
    (status, body), = reply["outcome"].items()
    return (
        applicant, applicant, source, path, digest, reply.get("format") or "other", size, modified,
        status, (body.get("failure") or {}).get("detail", ""), json.dumps(reply["outcome"], ensure_ascii=False),
        result.get("judged", ""), json.dumps(result.get("suggestions", []), ensure_ascii=False), result.get("made_by", ""), listing,
    )


def nanos(time):
    return int(time.timestamp() * 1000) * 1_000_000


def read(rows, root, command):
    """Documents whose bytes Spark has read."""
    worker = Worker([command[0], "worker", *command[1:]])
    try:
        for row in rows:
            applicant, source = applicant_and_source(row.path, root)
            content = bytes(row.content)
            reply = worker.ask(source, bytes=base64.b64encode(content).decode())
            digest = "sha256:" + hashlib.sha256(content).hexdigest()
            yield document((applicant, source, row.path), (digest, row.length, nanos(row.modificationTime)), reply)
    finally:
        worker.stop()


def hadoop(folder):
    """Hadoop's file commands: the cluster's own, else those that come with Spark, which need a file of settings."""
    if shutil.which("hadoop"):
        return ["hadoop", "fs"], os.environ
    home = os.environ.get("SPARK_HOME") or os.path.dirname(pyspark.__file__)
    return [os.path.join(home, "bin", "spark-class"), "org.apache.hadoop.fs.FsShell"], {"HADOOP_CONF_DIR": folder, **os.environ}


def copied(path, folder, shell, settings):
    """Copies a file to this machine's disk. The job's own settings of Hadoop go along in a file, since they may hold keys; the
    command takes patterns, so their signs are escaped."""
    told, to = os.path.join(folder, "core-site.xml"), os.path.join(folder, "captures")
    with open(told, "w") as out:
        lines = (f"<property><name>{escape(name)}</name><value>{escape(value)}</value></property>" for name, value in settings)
        out.write(f"<configuration>{''.join(lines)}</configuration>")
    command, environment = (shell, os.environ) if shell else hadoop(folder)
    with open(to, "wb") as out:
        path = re.sub(r"([][{}*?\\])", r"\\\1", path)
        subprocess.run([*command, "-conf", told, "-cat", path], env=environment, stdout=out, check=True)
    return to


def read_captures(files, root, command, shell, settings):
    """The pages of capture files, each file's own row last."""
    worker = Worker([command[0], "worker", *command[1:]])
    disk = (os.environ.get("SPARK_LOCAL_DIRS") or "").split(",")[0] or None
    try:
        for path, modified in files:
            applicant, source = applicant_and_source(path, root)
            with tempfile.TemporaryDirectory(dir=disk) as folder:
                file = copied(path, folder, shell, settings)
                asked = [command[0], "captures", file, "--into", os.path.join(folder, "pages"), "--source", source, *command[1:]]
                with subprocess.Popen(asked, stdout=subprocess.PIPE) as listed:
                    for line in listed.stdout:
                        yield page(json.loads(line), (applicant, path, modified), worker)
                if listed.returncode:
                    raise RuntimeError(f"capmap captures ended with status {listed.returncode} on {path}")
    finally:
        worker.stop()


def page(entry, file, worker):
    """One line of the list of captures."""
    (applicant, path, modified), listing = file, entry["listing"]
    if entry["outcome"]:
        reply = entry
    else:
        charset = {"charset": listing["charset"]} if listing["charset"] else {}
        reply = worker.ask(entry["source"], path=entry["path"], format=entry["format"], **charset)
        reply["format"] = entry["format"]
    record = (listing["capture"] or {}).get("record")
    where = f"{path}#{record}" if record else path
    facts = (entry["id"], entry["size"], modified)
    return document((applicant, entry["source"], where), facts, reply, json.dumps(listing, ensure_ascii=False))


def passed_over(spark, path, root):
    """What is not handed out: empty files and names that begin with a dot or an underscore, which Spark's reader leaves out
    without a word, and files that are too large."""
    found = []
    files = path.getFileSystem(spark._jsc.hadoopConfiguration()).listFiles(path, True)
    while files.hasNext():
        status = files.next()
        at = status.getPath().toString()
        applicant, source = applicant_and_source(at, root)
        hidden = any(part.startswith((".", "_")) for part in source.split("/"))
        large = status.getLen() > LARGEST and not re.search(CAPTURES, at)
        if status.getLen() and not hidden and not large or ".git/" in source:
            continue
        kind, detail = ("empty", "the file is empty")
        if large:
            kind, detail = "limit", f"larger than {LARGEST} bytes; split it"
        elif status.getLen():
            kind, detail = "unsupported", "Spark passes over names that begin with a dot or an underscore; rename it"
        outcome = json.dumps({"unreadable": {"failure": {"kind": kind, "detail": detail}}})
        empty = "sha256:" + hashlib.sha256(b"").hexdigest()
        found.append((applicant, applicant, source, at, empty, "other", status.getLen(), status.getModificationTime() * 1_000_000,
                      "unreadable", detail, outcome, "", "[]", "", ""))
    return found


def passages(row):
    (_, body), = json.loads(row.outcome).items()
    document = body.get("document")
    text = document["text"].encode() if document else b""
    for number, passage in enumerate(document["passages"] if document else []):
        span = passage["span"]
        yield (row.applicant_name, row.source, row.id, number, text[span["start"]:span["end"]].decode())


def suggestions(row):
    for s in json.loads(row.suggestions):
        yield (row.applicant_name, row.source, s["id"], s["criterion"], s["grade"], s["tier"], float(s["confidence"]), s["quote"], json.dumps(s, ensure_ascii=False))


def write(frame, output, name):
    frame.write.mode("overwrite").partitionBy("applicant").option("compression", "snappy").parquet(f"{output}/{name}")


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("input")
    args.add_argument("output")
    args.add_argument("--capmap", default="./capmap", help="the program, as the executors find it")
    args.add_argument("--partitions", type=int, default=0, help="tasks (default: as Spark cuts the input)")
    args.add_argument("--flag", action="append", default=[], help="a flag for `capmap worker`, as --flag=--ocr=off")
    args.add_argument("--fs", default="", help="Hadoop's file command, as the executors find it (default: hadoop fs, else Spark's own)")
    args = args.parse_args()
    spark = SparkSession.builder.appName("capmap").getOrCreate()
    path = spark._jvm.org.apache.hadoop.fs.Path(args.input)
    root, command, shell = path.toUri().getPath(), [args.capmap, *args.flag], shlex.split(args.fs)
    files = spark.read.format("binaryFile").option("recursiveFileLookup", True).load(args.input)
    # By the listing alone: of what is left out here, no byte is read.
    is_captures = f.col("_metadata.file_path").rlike(CAPTURES)
    plain = files.where(~is_captures & (f.col("_metadata.file_size") <= LARGEST))
    if args.partitions:
        plain = plain.repartition(args.partitions)
    rows = plain.rdd.mapPartitions(lambda rows: read(rows, root, command))
    captures = [(row.path, nanos(row.modificationTime)) for row in files.where(is_captures).select("path", "modificationTime").collect()]
    if captures:
        own = "spark.hadoop."
        settings = [(name[len(own):], value) for name, value in spark.sparkContext.getConf().getAll() if name.startswith(own)]
        each = spark.sparkContext.parallelize(captures, len(captures))
        rows = rows.union(each.mapPartitions(lambda files: read_captures(files, root, command, shell, settings)))
    found = spark.createDataFrame(rows, DOCUMENT)
    left_out = passed_over(spark, path, root)
    if left_out:
        found = found.union(spark.createDataFrame(left_out, DOCUMENT))
    write(found, args.output, "documents")
    # What follows is taken from what was written: no document is read twice.
    documents = spark.read.parquet(f"{args.output}/documents").select("applicant_name", "source", "id", "outcome", "suggestions")
    write(spark.createDataFrame(documents.rdd.flatMap(passages), PASSAGE), args.output, "passages")
    write(spark.createDataFrame(documents.rdd.flatMap(suggestions), SUGGESTION), args.output, "suggestions")
    spark.stop()


if __name__ == "__main__":
    main()
