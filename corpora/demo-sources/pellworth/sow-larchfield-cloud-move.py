#!/usr/bin/env python3
"""Writes sow-larchfield-cloud-move.docx with python-docx: clause numbers are real list numbering (abstractNum with three
levels), the tables are real tables, and the header and footer carry a PAGE field."""
import datetime
import io
import sys
import zipfile

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt

doc = Document()
core = doc.core_properties
core.title, core.author = "SOW-2025-31 Larchfield cloud move", "D. Okonkwo"
core.created = core.modified = datetime.datetime(2025, 2, 10, 9, 0)
doc.styles["Normal"].font.name = "Calibri"
doc.styles["Normal"].font.size = Pt(10.5)
section = doc.sections[0]
section.left_margin = section.right_margin = Cm(2.3)
section.header.paragraphs[0].text = "Pellworth Digital, Inc.\tSOW-2025-31\tLarchfield Regional Library System"
foot = section.footer.paragraphs[0]
foot.add_run("Proprietary and confidential. Page ")
foot._p.append(parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'))

numbering = doc.part.numbering_part.element
levels = "".join(
    f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/>'
    f'<w:pPr><w:ind w:left="{left}" w:hanging="{hang}"/></w:pPr></w:lvl>'
    for i, (fmt, text, left, hang) in enumerate([("decimal", "%1.", 567, 567), ("decimal", "%1.%2", 567, 567), ("lowerLetter", "(%3)", 1134, 567)]))
numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77"><w:multiLevelType w:val="multilevel"/>{levels}</w:abstractNum>'))
numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))


def clause(level, text):
    p = doc.add_paragraph(style="Heading 1" if level == 0 else "Normal")
    p._p.get_or_add_pPr().append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'))
    lead, _, rest = text.rpartition("|")
    if lead:
        p.add_run(lead + " ").bold = True
    p.add_run(rest)


def table(*rows):
    t = doc.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for i, row in enumerate(rows):
        for cell, text in zip(t.add_row().cells, row):
            run = cell.paragraphs[0].add_run(text)
            run.bold = i == 0
    tr = t.rows[0]._tr
    tr.get_or_add_trPr().append(parse_xml(f'<w:tblHeader {nsdecls("w")}/>'))



doc.add_paragraph("Statement of Work SOW-2025-31", style="Title")
doc.add_paragraph("For the fourteen library systems in the county basement")
doc.add_paragraph('Between Larchfield Regional Library System ("Larchfield") and Pellworth Digital, Inc. ("Pellworth"), under the '
                  "Professional Services Agreement of June 3, 2023.")
H, C, S = (lambda t: clause(0, t)), (lambda t: clause(1, t)), (lambda t: clause(2, t))
H("Why we are doing this")
C("The county will close the basement data room on December 31, 2025. Larchfield's board voted to move what it can to the public "
  "cloud and to retire what it no longer needs.")
C("The board's second wish was plain: no surprises. It wants to know what a system will cost to run before the system moves.")
H("Services")
C("Inventory.|Pellworth will visit the data room, list every server and application, and record owner, dependencies and use, "
  "to settle what moves to the cloud and in which order.")
C("What it would cost.|For each system Pellworth will work out the monthly cost of running it in the cloud, in three sizes, and "
  "compare it with five years in a rented data room.")
C("Waves.|Pellworth will move the fourteen systems in four waves:")
S("each wave starts only when its systems have an owner, a tested backup and an agreed monthly run cost;")
S("Pellworth carries out the move, on weekends agreed with the branch managers; and")
S("thirty days after each wave Pellworth compares the actual cost with the agreed one and presents the difference to the board.")
C("Rework.|The catalog search and the digital archive will be redesigned to scale to zero outside opening hours, so that Larchfield "
  "pays for reading and not for waiting.")
C("Settling in.|For sixty days after the last wave Pellworth will downsize machines that were moved too large and remove leftover "
  "snapshots and disks.")
C("Code conversion.|The holds module will be migrated from its current language to a supported one.")
H("Deliverables and schedule")
table(("ID", "Deliverable", "Due", "Accepted by"),
      ("L1", "Inventory with the proposed order of moves", "March 14, 2025", "IT director"),
      ("L2", "Run cost comparison for fourteen systems", "April 11, 2025", "Board treasurer"),
      ("L3", "Wave plan with entry rules and expected run cost", "April 30, 2025", "IT director"),
      ("L4", "Redesigned catalog search and digital archive", "August 29, 2025", "IT director"),
      ("L5", "Wave close-out memo with actual against agreed cost", "30 days after each wave", "Board treasurer"),
      ("L6", "Project plan and weekly status report", "Weekly", "Project manager"))
doc.add_paragraph()
H("Outcomes")
C("All fourteen systems are moved or retired by November 28, 2025, and twelve of them run within ten percent of the agreed cost.")
C("Patrons notice nothing, except that search is faster.")
H("Out of scope")
C("Unless added by a change order, Pellworth will not:")
S("buy, recommend or manage reserved capacity or other discounts;")
S("forecast cloud spend beyond the sixty-day settling-in period;")
S("design cost tags or divide the bill among branches;")
S("teach Larchfield staff to manage cloud cost; or")
S("calculate energy use or emissions of any system.")
C("A later phase, not bought under this SOW, may add a maturity review of Larchfield's cost practice.")
H("Who does what")
table(("Task", "Pellworth", "Larchfield IT", "County finance"),
      ("Moving each system to the cloud", "R", "A", "I"),
      ("Comparing run cost for each system", "R", "C", "A"),
      ("Alarm on unusual cloud charges", "I", "R", "A"),
      ("Network circuits and firewalls", "C", "R", "I"))
H("Assumptions")
C("Larchfield signs the cloud agreement in its own name and pays the provider directly.")
C("Branch managers release one weekend per wave. A missed weekend adds two weeks.")
C("Pellworth staff complete the county's volunteer onboarding, including fingerprinting, before entering the data room.")
H("Price and payment")
C("The price is $214,000, fixed. Pellworth invoices 20 percent at signature and 20 percent at the close of each wave, net 45 days.")
C("The project budget holds a contingency of $18,000, released only by the IT director.")
C("Larchfield is exempt from sales tax and will provide its certificate.")
H("Change control")
C("Either party may request a change. Pellworth will estimate the effort and schedule effect within five business days at no charge.")
H("Ownership and licenses")
C("Larchfield owns the work product. Pellworth grants a nonexclusive license to its migration scripts for Larchfield's internal use. "
  "Larchfield supplies license keys for the software it brings.")
H("General")
C("Each party keeps the other's confidential information secret. Patron records are protected under state law and are never copied to "
  "Pellworth equipment.")
C("This SOW is governed by the laws of the State of Michigan.")
table(("Larchfield Regional Library System", "Pellworth Digital, Inc."), ("By:", "By:"), ("Date:", "Date:"))
memory = io.BytesIO()
doc.save(memory)
with zipfile.ZipFile(memory) as made, zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as out:
    for name in made.namelist():  # the same parts, with one fixed time, so that the file comes out the same every time
        info = zipfile.ZipInfo(name, (2025, 2, 10, 9, 0, 0))
        info.compress_type = zipfile.ZIP_DEFLATED
        out.writestr(info, made.read(name))
