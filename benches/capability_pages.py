#!/usr/bin/env python3
"""One page per capability from a vendor's toolkit: is the page's own capability its top one?

usage: benches/capability_pages.py [FOLDER]   (default: ../shared/corpora/documents/finops-toolkit-capability-pages)

FOLDER holds the pages and labels.tsv (file, name of the capability). A page's top capability is the one whose suggestions on that page have
the largest sum of confidence, offers and topics alike: such pages explain, they do not offer.
"""
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parent.parent
default = root / "../shared/corpora/documents/finops-toolkit-capability-pages"
folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
capmap = root / "target/release/capmap"
with tempfile.TemporaryDirectory() as dossier:
    run = subprocess.run(
        [capmap, "map", folder, "--dossier", dossier, "--format", "json", "--quiet"],
        stdout=subprocess.PIPE,
        check=False,
    )
found = collections.defaultdict(collections.Counter)
names = {}
for line in json.loads(run.stdout)["criteria_map"]:
    if line["kind"] == "capability":
        names[line["name"]] = line["criterion"]
        for suggestion in line["suggestions"]:
            found[suggestion["document"]][line["criterion"]] += suggestion["confidence"]
right = total = 0
for line in (folder / "labels.tsv").read_text().splitlines():
    name, capability = line.split("\t")[:2]
    slug = names.get(capability, capability)
    page = next((p for p in found if pathlib.Path(p).name == pathlib.Path(name).name), None)
    if page is None and not (folder / pathlib.Path(name).name).exists():
        continue  # the head of the table
    total += 1
    top = found[page].most_common(1)[0][0] if page else "nothing"
    right += top == slug
    if top != slug:
        print(f"{name}: {slug}, but {top}")
print(f"{right} of {total} pages have their own capability on top")
