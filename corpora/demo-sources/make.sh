#!/bin/sh
# Remakes every file of corpora/demo from its source here, with real document makers.
#   needs: LibreOffice (soffice), chromium, pandoc, python3 with the PyPI packages typst and python-docx (PYTHON=... names it)
#   usage: corpora/demo-sources/make.sh [output folder, default corpora/demo]
# Typst, python-docx, pandoc, the .doc and the copied pages come out the same every time. LibreOffice (PDF, DOCX) and Chromium
# write their own creation time and file identifier, so those files differ in such bytes and in nothing else.
# Afterwards makers/check_labels.py checks that every quote of labels.tsv still stands in its file.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$(mkdir -p "${1:-$here/../demo}" && cd "${1:-$here/../demo}" && pwd)
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SOURCE_DATE_EPOCH=1760000000 TZ=UTC LC_ALL=C.UTF-8
mkdir -p "$out/northquay" "$out/pellworth"

# office FILTER EXTENSION SOURCE TARGET: LibreOffice opens the source and exports or saves it
office() {
    soffice "-env:UserInstallation=file://$work/profile" --headless --convert-to "$2:$1" --outdir "$work/out" "$3" >/dev/null 2>&1
    name=$(basename "$3")
    mv "$work/out/${name%.*}.$2" "$4"
}

# clauses SOURCE: a .clauses file becomes flat OpenDocument text
clauses() {
    flat=$work/$(basename "$1" .clauses).fodt
    "$python" "$here/makers/clauses_to_fodt.py" "$1" > "$flat"
}

# chrome_print SOURCE TARGET: Chromium prints a page
chrome_print() {
    chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
        --disable-component-update --disable-sync "--user-data-dir=$work/chromium" --no-pdf-header-footer \
        "--print-to-pdf=$2" "file://$1" >/dev/null 2>&1
    test -s "$2"
}

# Northquay Cloud Economics
clauses "$here/northquay/sow-harrow-vale-cost-office.clauses"
office writer_pdf_Export pdf "$flat" "$out/northquay/sow-harrow-vale-cost-office.pdf"
clauses "$here/northquay/sow-tern-bank-commitments.clauses"
office "MS Word 2007 XML" docx "$flat" "$out/northquay/sow-tern-bank-commitments.docx"
"$python" -c 'import sys, typst; typst.compile(sys.argv[1], output=sys.argv[2], timestamp=int(sys.argv[3]))' \
    "$here/northquay/maturity-review.typ" "$out/northquay/maturity-review.pdf" "$SOURCE_DATE_EPOCH"
pandoc -N "$here/northquay/migration-economics-proposal.md" -o "$out/northquay/migration-economics-proposal.docx"
chrome_print "$here/northquay/case-study-fernleaf.html" "$out/northquay/case-study-fernleaf.pdf"
cp "$here/northquay/cloud-cost-advisory.html" "$here/northquay/terms-of-engagement.html" "$here/northquay/training-catalogue.md" "$out/northquay/"

# Pellworth Digital
chrome_print "$here/pellworth/sow-12-orchard-mutual-platform-support.html" "$out/pellworth/SOW 12 - Orchard Mutual platform support.pdf"
"$python" "$here/pellworth/sow-larchfield-cloud-move.py" "$out/pellworth/sow-larchfield-cloud-move.docx"
clauses "$here/pellworth/license-desk.clauses"
office "MS Word 2007 XML" docx "$flat" "$out/pellworth/license-desk.docx"
"$python" "$here/pellworth/service-matrix.fods.py" > "$work/service-matrix.fods"
office calc_pdf_Export pdf "$work/service-matrix.fods" "$out/pellworth/service-matrix.pdf"
pandoc -f markdown+smart --template "$here/pellworth/blog-template.html" "$here/pellworth/blog-why-the-bill-grew.md" -o "$out/pellworth/blog-why-the-bill-grew.html"
cp "$here/pellworth/call-off-order-7.txt" "$out/pellworth/"
# A Word 97 file, as old folders hold them: it cannot be read as text
clauses "$here/pellworth/signed-sow-2019-brindle.clauses"
office "MS Word 97" doc "$flat" "$out/pellworth/signed-sow-2019-brindle.doc"
