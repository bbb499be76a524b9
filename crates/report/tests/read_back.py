"""Reads back what the report wrote: the workbook with openpyxl, the annotations with a JSON-LD processor.

Called with a folder that holds report.xlsx, annotations.jsonld, report.json and texts.json (source to canonical text).
Ends with a message and status 1 where something is not as it should be."""

import json
import sys
from pathlib import Path

import openpyxl
from pyld import jsonld

OA = "http://www.w3.org/ns/oa#"
AS = "http://www.w3.org/ns/activitystreams#"
DC = "http://purl.org/dc/elements/1.1/"
TERMS = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"


def link(iri, **more):
    return {"@id": iri, "@type": "@id", **more}


# The words of the Web Annotation vocabulary that the report uses, as https://www.w3.org/TR/annotation-vocab/ defines them: the
# published context cannot be fetched in a test.
ANNOTATION_CONTEXT = {
    "id": "@id",
    "type": "@type",
    "Annotation": OA + "Annotation",
    "AnnotationCollection": AS + "OrderedCollection",
    "AnnotationPage": AS + "OrderedCollectionPage",
    "Person": FOAF + "Person",
    "Software": AS + "Application",
    "Text": "http://purl.org/dc/dcmitype/Text",
    **{name: OA + name for name in (
        "SpecificResource", "TextualBody", "TextQuoteSelector", "TextPositionSelector", "FragmentSelector", "TimeState",
        "classifying", "commenting", "moderating", "exact", "prefix", "suffix", "start", "end", "sourceDate")},
    "body": link(OA + "hasBody"),
    "target": link(OA + "hasTarget"),
    "source": link(OA + "hasSource"),
    "selector": link(OA + "hasSelector"),
    "state": link(OA + "hasState"),
    "refinedBy": link(OA + "refinedBy"),
    "motivation": {"@id": OA + "motivatedBy", "@type": "@vocab"},
    "purpose": {"@id": OA + "hasPurpose", "@type": "@vocab"},
    "creator": link(TERMS + "creator"),
    "created": TERMS + "created",
    "conformsTo": link(TERMS + "conformsTo"),
    "generator": link(AS + "generator"),
    "items": link(AS + "items", **{"@container": "@list"}),
    "first": link(AS + "first"),
    "total": AS + "totalItems",
    "startIndex": AS + "startIndex",
    "format": DC + "format",
    "value": RDF + "value",
    "label": RDFS + "label",
    "name": FOAF + "name",
}


def load(url, _options):
    assert url == "http://www.w3.org/ns/anno.jsonld", f"asked for {url}"
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url,
            "document": {"@context": ANNOTATION_CONTEXT}}


def value(node, key):
    return node[key][0]["@value"]


def selectors(target):
    return {s["@type"][0].removeprefix(OA): s for s in target[OA + "hasSelector"]}


def check_annotations(folder, pack, texts):
    raw = json.loads((folder / "annotations.jsonld").read_text())
    expanded = jsonld.expand(raw, {"documentLoader": load})
    assert len(expanded) == 1
    collection = expanded[0]
    assert collection["@type"] == [AS + "OrderedCollection"]
    items = collection[AS + "first"][0][AS + "items"][0]["@list"]
    shown = [e for e in pack["evidence"] if e["outcome"] != "rejected"]
    assert len(items) == len(shown) == value(collection, AS + "totalItems")
    for item, evidence in zip(items, shown):
        check_annotation(item, evidence, texts[evidence["citation"]["source"]], pack["criteria"]["id"])
    # Nothing may be lost between the file and its meaning: every key had a definition.
    flat = json.dumps(jsonld.compact(expanded, raw["@context"], {"documentLoader": load}), sort_keys=True)
    for evidence in shown:
        assert json.dumps(evidence["citation"]["quote"]) in flat
    quads = jsonld.to_rdf(raw, {"documentLoader": load, "format": "application/n-quads"})
    assert quads.count(f"<{OA}Annotation>") == len(items)


def check_annotation(item, evidence, text, criteria):
    assert item["@type"] == [OA + "Annotation"]
    confirmed = evidence["outcome"] == "confirmed"
    assert item[OA + "motivatedBy"][0]["@id"] == OA + ("classifying" if confirmed else "moderating")
    concept = item[OA + "hasBody"][0][OA + "hasSource"][0]["@id"]
    assert concept == f"urn:capmap:criteria:{criteria}:{evidence['criterion']}", concept
    target = item[OA + "hasTarget"][0]
    quote = evidence["citation"]["quote"]
    chosen = selectors(target)
    position, exact = chosen["TextPositionSelector"], chosen["TextQuoteSelector"]
    assert text[value(position, OA + "start"):value(position, OA + "end")] == quote
    around = [value(exact, OA + key) if OA + key in exact else "" for key in ("prefix", "exact", "suffix")]
    assert around[1] == quote and text.count("".join(around)) == 1, around
    assert len(around[0]) <= 64 and len(around[2]) <= 64
    source = target[OA + "hasSource"][0]["@id"]
    if evidence["public"]:
        assert source.startswith("https://") and OA + "hasState" in target
        assert "FragmentSelector" not in chosen
    else:
        assert source.startswith("ni:///sha-256;")
        number = evidence["citation"]["page"]
        assert ("FragmentSelector" in chosen) == (number is not None)
        for page in filter(None, [chosen.get("FragmentSelector")]):
            assert value(page, RDF + "value") == f"page={number}"
            assert value(page[OA + "refinedBy"][0], OA + "exact") == quote


def check_workbook(folder, pack):
    book = openpyxl.load_workbook(folder / "report.xlsx")
    assert book.sheetnames == ["summary", "decisions", "capabilities", "documents", "log"], book.sheetnames
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type in ("s", "n"), (sheet.title, cell.coordinate, cell.data_type)
                if cell.data_type == "s" and cell.row > 1:
                    assert cell.quotePrefix, (sheet.title, cell.coordinate)
    rows = list(book["decisions"].iter_rows(values_only=True))
    columns = {name: i for i, name in enumerate(rows[0])}
    assert len(rows) == len(pack["evidence"]) + 1
    for row, evidence in zip(rows[1:], pack["evidence"]):
        seen = "".join(c for c in evidence["citation"]["quote"] if c not in "\x1b\u202e\u200d")
        assert row[columns["quote"]] == seen, (row[columns["quote"]], seen)
        assert row[columns["outcome"]] == evidence["outcome"]
        assert row[columns["start"]] == evidence["citation"]["start"]
    assert book["log"].max_row == len(pack["log"]["events"]) + 1
    assert book["documents"].max_row == len(pack["documents"]) + 1


def main():
    folder = Path(sys.argv[1])
    pack = json.loads((folder / "report.json").read_text())
    texts = json.loads((folder / "texts.json").read_text())
    check_workbook(folder, pack)
    check_annotations(folder, pack, texts)
    print("ok")


if __name__ == "__main__":
    main()
