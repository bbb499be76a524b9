#!/usr/bin/env python3
"""Turns a .clauses file into a flat OpenDocument text (.fodt), which LibreOffice then exports or saves.

A line's beginning says what it is:
  title:, subtitle:, header:, footer:, meta:  document-wide lines (footer gets "Page x of y")
  #, ##, ###      a numbered clause heading / clause / sub-clause (real list numbering)
  - text          a bullet;   plain text: an unnumbered paragraph
  |a|b|c          a table row (the first row of a run is the header); "widths: 3 10 3" before it sets the columns
Inline: **bold**, {fn:footnote text}, {ins:who|when|text}, {del:who|when|text} (tracked changes)
"""
import re
import sys
from xml.sax.saxutils import escape

NS = " ".join(f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{u}:1.0"' for p, u in [
    ("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"), ("fo", "xsl-fo-compatible"),
    ("meta", "meta"), ("svg", "svg-compatible")]) + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'

changes, notes = [], 0


def change(kind, who, when, inner):
    ident = f"ct{len(changes) + 1}"
    info = f"<office:change-info><dc:creator>{who}</dc:creator><dc:date>{when}T09:30:00</dc:date></office:change-info>"
    if kind == "ins":
        changes.append(f'<text:changed-region xml:id="{ident}" text:id="{ident}"><text:insertion>{info}</text:insertion></text:changed-region>')
        return f'<text:change-start text:change-id="{ident}"/>{inner}<text:change-end text:change-id="{ident}"/>'
    changes.append(f'<text:changed-region xml:id="{ident}" text:id="{ident}"><text:deletion>{info}<text:p>{inner}</text:p></text:deletion></text:changed-region>')
    return f'<text:change text:change-id="{ident}"/>'


def inline(s):
    global notes
    s = escape(s)

    def foot(m):
        global notes
        notes += 1
        return (f'<text:note text:id="ftn{notes}" text:note-class="footnote"><text:note-citation>{notes}</text:note-citation>'
                f'<text:note-body><text:p text:style-name="Footnote">{m[1]}</text:p></text:note-body></text:note>')

    s = re.sub(r"\{fn:([^}]*)\}", foot, s)
    s = re.sub(r"\{(ins|del):([^|}]*)\|([^|}]*)\|([^}]*)\}", lambda m: change(*m.groups()), s)
    return re.sub(r"\*\*(.+?)\*\*", r'<text:span text:style-name="Bold">\1</text:span>', s)


def clause(level, s):
    if level == 1:
        inner = f'<text:h text:style-name="Heading_20_1" text:outline-level="1">{inline(s)}</text:h>'
    else:
        inner = f'<text:p text:style-name="Clause_20_{level}">{inline(s)}</text:p>'
    out = f'<text:list-item>{inner}</text:list-item>'
    for _ in range(level - 1):
        out = f"<text:list-item><text:list>{out}</text:list></text:list-item>"
    return f'<text:list text:style-name="Clauses" text:continue-numbering="true">{out}</text:list>'


def table(rows, widths, n):
    cols = len(rows[0])
    widths = widths or [1] * cols
    unit = 16.5 / sum(widths)
    styles = "".join(f'<style:style style:name="T{n}c{i}" style:family="table-column"><style:table-column-properties style:column-width="{w * unit:.2f}cm"/></style:style>'
                     for i, w in enumerate(widths))
    body = "".join(f'<table:table-column table:style-name="T{n}c{i}"/>' for i in range(cols))
    for r, row in enumerate(rows):
        assert len(row) == cols, row
        cells = "".join(f'<table:table-cell table:style-name="{"Head" if r == 0 else "Cell"}" office:value-type="string">'
                        f'<text:p text:style-name="{"Table_20_Heading" if r == 0 else "Table_20_Contents"}">{inline(c)}</text:p></table:table-cell>' for c in row)
        line = f'<table:table-row table:style-name="Row">{cells}</table:table-row>'
        body += f"<table:table-header-rows>{line}</table:table-header-rows>" if r == 0 else line
    return styles, f'<table:table table:name="Table{n}" table:style-name="Grid">{body}</table:table><text:p text:style-name="Gap"/>'


def main(path):
    meta, body, auto, rows, widths, n = {}, [], [], [], None, 0
    lines = open(path, encoding="utf-8").read().split("\n") + [""]
    for line in lines:
        if rows and not line.startswith("|"):
            n += 1
            s, t = table(rows, widths, n)
            auto.append(s), body.append(t)
            rows, widths = [], None
        if m := re.match(r"(title|subtitle|header|footer|author|date): (.*)", line):
            meta[m[1]] = m[2]
            if m[1] in ("title", "subtitle"):
                body.append(f'<text:p text:style-name="{m[1].title()}">{inline(m[2])}</text:p>')
        elif m := re.match(r"widths: (.*)", line):
            widths = [float(x) for x in m[1].split()]
        elif m := re.match(r"(#{1,3}) (.*)", line):
            body.append(clause(len(m[1]), m[2]))
        elif line.startswith("|"):
            rows.append([c.strip() for c in line[1:].split("|")])
        elif line.startswith("- "):
            body.append(f'<text:list text:style-name="Bullets"><text:list-item><text:p text:style-name="Clause_20_3">{inline(line[2:])}</text:p></text:list-item></text:list>')
        elif line.strip():
            body.append(f'<text:p text:style-name="Text_20_body">{inline(line)}</text:p>')
    levels = "".join(
        f'<text:list-level-style-number text:level="{i}" text:display-levels="{i}" style:num-format="1"{" style:num-suffix=" + chr(34) + "." + chr(34) if i == 1 else ""}>'
        f'<style:list-level-properties text:list-level-position-and-space-mode="label-alignment"><style:list-level-label-alignment text:label-followed-by="listtab" '
        f'text:list-tab-stop-position="{p}cm" fo:text-indent="-{w}cm" fo:margin-left="{p}cm"/></style:list-level-properties></text:list-level-style-number>'
        for i, p, w in [(1, 1, 1), (2, 1, 1), (3, 2.3, 1.3)])
    border = 'fo:border="0.5pt solid #555555" fo:padding="0.1cm"'
    print(f'''<?xml version="1.0" encoding="UTF-8"?>
<office:document {NS} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:meta><dc:title>{escape(meta.get("title", ""))}</dc:title><meta:initial-creator>{meta.get("author", "")}</meta:initial-creator><dc:creator>{meta.get("author", "")}</dc:creator><meta:creation-date>{meta["date"]}T09:00:00</meta:creation-date><dc:date>{meta["date"]}T09:00:00</dc:date></office:meta>
<office:font-face-decls><style:font-face style:name="Liberation Serif" svg:font-family="'Liberation Serif'"/><style:font-face style:name="Liberation Sans" svg:font-family="'Liberation Sans'"/></office:font-face-decls>
<office:styles>
<style:default-style style:family="paragraph"><style:text-properties style:font-name="Liberation Serif" fo:font-size="10.5pt" fo:language="en" fo:country="GB" fo:hyphenate="false"/></style:default-style>
<style:style style:name="Standard" style:family="paragraph"/>
<style:style style:name="Text_20_body" style:display-name="Text body" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:margin-bottom="0.2cm" fo:line-height="115%"/></style:style>
<style:style style:name="Title" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:margin-bottom="0.1cm"/><style:text-properties style:font-name="Liberation Sans" fo:font-size="18pt" fo:font-weight="bold"/></style:style>
<style:style style:name="Subtitle" style:family="paragraph" style:parent-style-name="Standard"><style:paragraph-properties fo:margin-bottom="0.5cm"/><style:text-properties style:font-name="Liberation Sans" fo:font-size="12pt"/></style:style>
<style:style style:name="Heading_20_1" style:display-name="Heading 1" style:family="paragraph" style:parent-style-name="Standard" style:default-outline-level="1"><style:paragraph-properties fo:margin-top="0.45cm" fo:margin-bottom="0.15cm" fo:keep-with-next="always"/><style:text-properties style:font-name="Liberation Sans" fo:font-size="12pt" fo:font-weight="bold"/></style:style>
<style:style style:name="Clause_20_2" style:display-name="Clause 2" style:family="paragraph" style:parent-style-name="Text_20_body"/>
<style:style style:name="Clause_20_3" style:display-name="Clause 3" style:family="paragraph" style:parent-style-name="Text_20_body"/>
<style:style style:name="Table_20_Contents" style:display-name="Table Contents" style:family="paragraph" style:parent-style-name="Standard"><style:text-properties fo:font-size="9.5pt"/></style:style>
<style:style style:name="Table_20_Heading" style:display-name="Table Heading" style:family="paragraph" style:parent-style-name="Table_20_Contents"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="Gap" style:family="paragraph" style:parent-style-name="Standard"><style:text-properties fo:font-size="5pt"/></style:style>
<style:style style:name="Header" style:family="paragraph" style:parent-style-name="Standard"><style:text-properties fo:font-size="8.5pt" fo:color="#444444"/></style:style>
<style:style style:name="Footer" style:family="paragraph" style:parent-style-name="Header"/>
<style:style style:name="Footnote" style:family="paragraph" style:parent-style-name="Standard"><style:text-properties fo:font-size="8.5pt"/></style:style>
<style:style style:name="Bold" style:family="text"><style:text-properties fo:font-weight="bold"/></style:style>
<text:list-style style:name="Clauses">{levels}</text:list-style>
<text:list-style style:name="Bullets"><text:list-level-style-bullet text:level="1" text:bullet-char="•"><style:list-level-properties text:list-level-position-and-space-mode="label-alignment"><style:list-level-label-alignment text:label-followed-by="listtab" text:list-tab-stop-position="1.6cm" fo:text-indent="-0.6cm" fo:margin-left="1.6cm"/></style:list-level-properties></text:list-level-style-bullet></text:list-style>
</office:styles>
<office:automatic-styles>
<style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm" fo:margin-top="1.6cm" fo:margin-bottom="1.5cm" fo:margin-left="2.2cm" fo:margin-right="2.2cm"/><style:header-style><style:header-footer-properties fo:min-height="0.8cm" fo:margin-bottom="0.4cm" fo:border-bottom="0.5pt solid #888888"/></style:header-style><style:footer-style><style:header-footer-properties fo:min-height="0.8cm" fo:margin-top="0.4cm"/></style:footer-style></style:page-layout>
<style:style style:name="Grid" style:family="table"><style:table-properties style:width="16.5cm" table:align="left" fo:margin-top="0.1cm"/></style:style>
<style:style style:name="Row" style:family="table-row"><style:table-row-properties fo:keep-together="auto"/></style:style>
<style:style style:name="Head" style:family="table-cell"><style:table-cell-properties {border} fo:background-color="#e4e9ee"/></style:style>
<style:style style:name="Cell" style:family="table-cell"><style:table-cell-properties {border}/></style:style>
{"".join(auto)}
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4"><style:header><text:p text:style-name="Header">{escape(meta.get("header", ""))}</text:p></style:header><style:footer><text:p text:style-name="Footer">{escape(meta.get("footer", ""))} Page <text:page-number text:select-page="current"/> of <text:page-count/></text:p></style:footer></style:master-page></office:master-styles>
<office:body><office:text>
<text:tracked-changes text:track-changes="false">{"".join(changes)}</text:tracked-changes>
{chr(10).join(body)}
</office:text></office:body></office:document>''')


main(sys.argv[1])
