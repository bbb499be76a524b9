#!/usr/bin/env python3
"""Writes applicants with documents for `benches/batch.py`: PDF, DOCX and HTML, varied, the same for the same seed.

The words are passages of `corpora/labelled/tune`, between contract text that offers nothing. PDF by reportlab, DOCX by
python-docx (both put no time or random id into a file here), HTML as service pages look: menus, cards, footers.

    benches/applicants.py FOLDER [--applicants 300] [--documents 10000] [--seed 1]
"""
import argparse
import datetime
import functools
import html
import json
import multiprocessing
import pathlib
import random

import docx
from reportlab.lib.pagesizes import A4, letter
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import ListFlowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADS = ["Scope of services", "Deliverables", "Approach", "Team", "Timeline", "Out of scope", "Assumptions", "Fees", "Outcomes"]
PLAIN = [
    "Invoices fall due within thirty days of receipt and are paid in the currency of the order.",
    "The parties keep each other's information confidential for three years after the end of this order.",
    "Meetings are held remotely unless both parties agree otherwise in writing.",
    "The Client names one person who answers questions within two working days.",
    "This order is governed by the law of the place in which the Provider has its seat.",
    "Travel is charged at cost and needs the Client's agreement beforehand.",
    "Either party may end this order with sixty days' notice.",
    "Changes to this order are made in writing and signed by both parties.",
]


def passages():
    texts = []
    for file in sorted((ROOT / "corpora/labelled/tune").glob("*.jsonl")):
        for line in file.read_text().splitlines():
            text = " ".join(json.loads(line)["text"].split())
            if text[:1].isalnum() and len(text.split()) > 8:
                texts.append(text)
    return texts


def document(dice, texts, number):
    """Title, and sections of (heading, paragraphs, list, table)."""
    sections = []
    for place, head in enumerate(dice.sample(HEADS, dice.randint(4, 8)), 1):
        body = [dice.choice(texts if dice.random() < 0.4 else PLAIN) for _ in range(dice.randint(3, 9))]
        body = [f"{text} (Item {number}.{place}.{i})" if dice.random() < 0.5 else text for i, text in enumerate(body)]
        points = [dice.choice(texts) for _ in range(dice.randint(0, 5))]
        rows = [[f"{place}.{i}", dice.choice(PLAIN)[:40], str(dice.randint(1, 90))] for i in range(dice.randint(0, 6))]
        sections.append((f"{place} {head}", body, points, rows))
    return f"Statement of work {number}", sections


def write_pdf(path, title, sections, dice):
    styles = getSampleStyleSheet()
    size = A4 if dice.random() < 0.6 else letter
    story = [Paragraph(html.escape(title), styles["Title"])]
    for head, body, points, rows in sections:
        story.append(Paragraph(html.escape(head), styles["Heading2"]))
        story += [Paragraph(html.escape(text), styles["BodyText"]) for text in body]
        if points:
            story.append(ListFlowable([Paragraph(html.escape(p), styles["BodyText"]) for p in points], bulletType="bullet"))
        if rows:
            story.append(Table([["No", "Item", "Days"], *rows]))
        story.append(PageBreak() if dice.random() < 0.3 else Spacer(1, 12))
    SimpleDocTemplate(str(path), pagesize=size, title=title, invariant=1).build(story)


def write_docx(path, title, sections, dice):
    made = docx.Document()
    made.core_properties.created = made.core_properties.modified = datetime.datetime(2026, 1, 1)
    made.core_properties.title = title
    made.add_heading(title, 0)
    for head, body, points, rows in sections:
        made.add_heading(head, 2)
        for text in body:
            made.add_paragraph(text)
        for point in points:
            made.add_paragraph(point, style="List Bullet")
        if rows:
            table = made.add_table(rows=0, cols=3)
            for row in [["No", "Item", "Days"], *rows]:
                for cell, text in zip(table.add_row().cells, row):
                    cell.text = text
    made.save(str(path))


def write_html(path, title, sections, dice):
    e = html.escape
    menu = "".join(f"<li><a href='/{i}'>{e(h)}</a></li>" for i, (h, *_) in enumerate(sections))
    out = [f"<!doctype html><html lang=en><head><meta charset=utf-8><title>{e(title)}</title><style>.x{{color:red}}</style></head>"]
    out.append(f"<body><nav><ul>{menu}</ul></nav><main><h1>{e(title)}</h1>")
    for head, body, points, rows in sections:
        out.append(f"<section><h2>{e(head)}</h2>" + "".join(f"<div class=card><p>{e(t)}</p></div>" for t in body))
        out.append("<ul>" + "".join(f"<li>{e(p)}</li>" for p in points) + "</ul>")
        out.append("<table>" + "".join("<tr>" + "".join(f"<td>{e(c)}</td>" for c in r) + "</tr>" for r in rows) + "</table></section>")
    out.append("</main><footer><p>© Example. All rights reserved.</p></footer></body></html>")
    path.write_text("\n".join(out))


WRITERS = [("pdf", write_pdf, 0.5), ("docx", write_docx, 0.8), ("html", write_html, 1.0)]


def main():
    args = argparse.ArgumentParser()
    args.add_argument("folder", type=pathlib.Path)
    args.add_argument("--applicants", type=int, default=300)
    args.add_argument("--documents", type=int, default=10_000)
    args.add_argument("--seed", type=int, default=1)
    args = args.parse_args()
    texts = passages()
    with multiprocessing.Pool(4) as pool:
        one = functools.partial(write_one, args.folder, args.applicants, args.seed, texts)
        for _ in pool.imap_unordered(one, range(args.documents), chunksize=50):
            pass


def write_one(root, applicants, seed, texts, number):
    dice = random.Random(f"{seed}/{number}")
    folder = root / f"applicant-{number % applicants:03}"
    folder.mkdir(parents=True, exist_ok=True)
    roll = dice.random()
    ending, write, _ = next(w for w in WRITERS if roll < w[2])
    write(folder / f"sow-{number:05}.{ending}", *document(dice, texts, number), dice)


if __name__ == "__main__":
    main()
