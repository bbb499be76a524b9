#!/usr/bin/env python3
"""Writes service-matrix.fods, a flat OpenDocument spreadsheet that LibreOffice Calc exports to PDF."""
from xml.sax.saxutils import escape

ROWS = [
    ("Area", "Included in Standard", "Added in Plus", "Not offered"),
    ("Websites", "Hosting, updates, small fixes", "A/B tests, performance tests", "Photography"),
    ("Managed platforms", "Patching, backups, incident response", "Weekend cover", "Mainframes"),
    ("Cloud usage", "Yearly sweep for idle servers and disks", "Sweep every quarter, with downsizing", "Commitment purchases and discount plans"),
    ("Cloud reporting", "Monthly cost and usage page by application", "Dashboard of spend by team, refreshed daily", "Allocation rules for shared cloud costs"),
    ("Cloud moves", "Intake call and rough run cost of one workload", "Migration in waves, each with its run cost", "Office relocation"),
    ("Cloud planning", "Price check of one new design a year", "Three cost scenarios for any new workload", "Forecasts of total cloud spend"),
    ("Software", "Yearly count of SaaS seats nobody uses", "License Desk, as described in PD-LD-02", "Resale of licenses"),
    ("Design", "Look and feel, accessibility", "Redesign of costly components to run for less", "Brand strategy"),
    ("Data protection", "Privacy notice, cookie banner", "Yearly privacy training for your web editors", "Data protection officer"),
    ("Finance", "One invoice a month, net 30", "Invoices split by purchase order", "Checking cloud provider invoices for you"),
    ("People", "Named account manager", "On-site day each quarter", "Training your teams in cloud cost"),
    ("Commercial", "Rate card fixed for a year", "5 percent discount on rates", "Gain share"),
]
WIDTHS = (2.9, 7.2, 7.4, 7.2)
NS = " ".join(f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{u}:1.0"' for p, u in [
    ("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"), ("fo", "xsl-fo-compatible")])
cols = "".join(f'<style:style style:name="c{i}" style:family="table-column"><style:table-column-properties style:column-width="{w}cm"/></style:style>' for i, w in enumerate(WIDTHS))
body = "".join(f'<table:table-column table:style-name="c{i}"/>' for i in range(len(WIDTHS)))
body += f'<table:table-row><table:table-cell table:style-name="title" office:value-type="string" table:number-columns-spanned="4"><text:p>Pellworth Digital: what each plan contains, 2025</text:p></table:table-cell></table:table-row>'
for i, row in enumerate(ROWS):
    body += "<table:table-row table:style-name=\"row\">" + "".join(
        f'<table:table-cell table:style-name="{"head" if i == 0 or j == 0 else "cell"}" office:value-type="string"><text:p>{escape(c)}</text:p></table:table-cell>'
        for j, c in enumerate(row)) + "</table:table-row>"
for note in ("Plans run for twelve months and renew. A plan change takes effect on the next invoice date.",
             "Anything outside the plan is quoted by the hour and needs a signed order. Ohio law governs."):
    body += f'<table:table-row><table:table-cell table:style-name="note" office:value-type="string" table:number-columns-spanned="4"><text:p>{note}</text:p></table:table-cell></table:table-row>'
box = 'fo:border="0.5pt solid #444444" fo:wrap-option="wrap" fo:padding="0.1cm" style:vertical-align="top"'
print(f'''<?xml version="1.0" encoding="UTF-8"?>
<office:document {NS} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:styles><style:style style:name="Default" style:family="table-cell"><style:text-properties fo:font-family="Liberation Sans" fo:font-size="10pt" fo:language="en" fo:country="US"/></style:style></office:styles>
<office:automatic-styles>{cols}
<style:style style:name="row" style:family="table-row"><style:table-row-properties style:use-optimal-row-height="true"/></style:style>
<style:style style:name="title" style:family="table-cell" style:parent-style-name="Default"><style:text-properties fo:font-size="14pt" fo:font-weight="bold"/></style:style>
<style:style style:name="note" style:family="table-cell" style:parent-style-name="Default"><style:text-properties fo:font-size="9pt"/></style:style>
<style:style style:name="head" style:family="table-cell" style:parent-style-name="Default"><style:table-cell-properties {box} fo:background-color="#e8e8e8"/><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="cell" style:family="table-cell" style:parent-style-name="Default"><style:table-cell-properties {box}/></style:style>
<style:style style:name="sheet" style:family="table" style:master-page-name="Wide"><style:table-properties table:display="true"/></style:style>
<style:page-layout style:name="wide"><style:page-layout-properties fo:page-width="27.94cm" fo:page-height="21.59cm" style:print-orientation="landscape" fo:margin-top="1.4cm" fo:margin-bottom="1.4cm" fo:margin-left="1.5cm" fo:margin-right="1.5cm" style:scale-to-X="1" style:scale-to-Y="0"/><style:header-style><style:header-footer-properties fo:min-height="0.75cm" fo:margin-bottom="0.25cm"/></style:header-style><style:footer-style><style:header-footer-properties fo:min-height="0.75cm" fo:margin-top="0.25cm"/></style:footer-style></style:page-layout>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Wide" style:page-layout-name="wide"><style:header><text:p>Pellworth Digital, Inc. - plan matrix PD-PM-07</text:p></style:header><style:footer><text:p>Page <text:page-number>1</text:page-number>. Replaces all earlier issues.</text:p></style:footer></style:master-page></office:master-styles>
<office:body><office:spreadsheet><table:table table:name="Plans" table:style-name="sheet">{body}</table:table></office:spreadsheet></office:body></office:document>''')
