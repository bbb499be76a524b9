#!/usr/bin/env python3
"""Checks labels.tsv against corpora/demo: each quote stands exactly once in the text of its file (spaces and line ends
folded), has 5 to 15 words, and each criterion and grade is one of the known ones. Needs pdftotext and pandoc."""
import collections
import html
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent.parent
DEMO = HERE.parent / "demo"
CRITERIA = """data-ingestion allocation reporting-analytics anomaly-management planning-estimating forecasting budgeting
benchmarking unit-economics architecting-for-cloud workload-optimization licensing-saas rate-optimization
cloud-sustainability practice-operations education-enablement policy-governance invoicing-chargeback finops-assessment
onboarding-workloads intersecting-disciplines""".split()


def run(*args):
    return subprocess.run(args, check=True, capture_output=True, text=True).stdout


def text(path):
    if path.suffix == ".pdf":
        out = run("pdftotext", str(path), "-")
    elif path.suffix == ".docx":
        # as HTML, since pandoc's plain tables wrap their cells side by side
        out = html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?(?:strong|em|a|sup|span)\b[^>]*>", "", run("pandoc", "-t", "html", "--wrap=none", str(path)))))
    elif path.suffix == ".html":
        source = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", path.read_text(encoding="utf-8"))
        out = html.unescape(re.sub(r"<[^>]+>", " ", re.sub(r"</?(?:strong|em|a|b)\b[^>]*>", "", source)))
    else:
        out = path.read_text(encoding="utf-8")
    return " ".join(out.split())


def main():
    texts, bad, seen = {}, 0, set()
    count = collections.Counter()
    rows = (HERE / "labels.tsv").read_text(encoding="utf-8").splitlines()
    assert rows[0].split("\t") == ["file", "criterion", "grade", "quote"]
    for row in rows[1:]:
        name, criterion, grade, quote = row.split("\t")
        if name not in texts:
            texts[name] = text(DEMO / name)
        problems = []
        if (n := texts[name].count(quote)) != 1:
            problems.append(f"stands {n} times")
        if not 5 <= len(quote.split()) <= 15:
            problems.append(f"{len(quote.split())} words")
        if not (criterion in CRITERIA or re.fullmatch(r"(scope|provider|compliance):[a-z0-9-]+|concentration", criterion)):
            problems.append("unknown criterion")
        if grade not in ("2", "1", "-1") or (name, criterion, quote) in seen:
            problems.append("grade, or a row twice")
        seen.add((name, criterion, quote))
        count[name.split("/")[0], grade] += 1
        for problem in problems:
            bad += 1
            print(f"{name}: {criterion}: {problem}: {quote}")
    for key in sorted(count):
        print(*key, count[key])
    for applicant in sorted({key[0] for key in count}):
        offered = {r.split("\t")[1] for r in rows[1:] if r.startswith(applicant + "/") and r.split("\t")[2] == "2"}
        excluded = {r.split("\t")[1] for r in rows[1:] if r.startswith(applicant + "/") and r.split("\t")[2] == "-1"}
        print(applicant, "offers", len(offered & set(CRITERIA)), *[c for c in CRITERIA if c in offered])
        print(applicant, "excludes only", *[c for c in CRITERIA if c in excluded - offered])
    sys.exit(bad > 0)


main()
