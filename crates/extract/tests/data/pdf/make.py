"""Makes the PDF fixtures from the sources beside it. Needs typst, pikepdf, pillow and numpy from PyPI, and chromium,
libreoffice, pdftoppm and tesseract on the path. The results are committed, so tests need none of these.

    python make.py
"""
import pathlib, subprocess, tempfile
import numpy, pikepdf, typst
from PIL import Image

HERE = pathlib.Path(__file__).parent
SCRATCH = pathlib.Path(tempfile.mkdtemp())

def chromium(name):
    subprocess.run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer",
                    f"--print-to-pdf={HERE / name}.pdf", str(HERE / f"{name}.html")], check=True, capture_output=True)

def libreoffice(name):
    for target, source in (("odt:writer8", HERE / f"{name}.html"), ("pdf", SCRATCH / f"{name}.odt")):
        out = SCRATCH if target.startswith("odt") else HERE
        filters = ["--infilter=HTML (StarWriter)"] if out == SCRATCH else []
        subprocess.run(["soffice", f"-env:UserInstallation=file://{SCRATCH}/lo", "--headless", *filters, "--convert-to",
                        target, "--outdir", str(out), str(source)], check=True, capture_output=True)

def page_image(source, dpi):
    subprocess.run(["pdftoppm", "-r", str(dpi), "-f", "1", "-l", "1", "-gray", "-png", str(HERE / source), str(SCRATCH / "page")], check=True)
    return Image.open(next(SCRATCH.glob("page*.png"))).convert("L")

def scan(source, name):
    """A page as a cheap scanner sees it: turned by one degree, grey, noisy, as JPEG."""
    image = page_image(source, 150).rotate(1.0, resample=Image.BICUBIC, fillcolor=250)
    pixels = numpy.asarray(image, dtype=float)
    noise = numpy.random.default_rng(7).normal(0, 14, pixels.shape)
    image = Image.fromarray(numpy.clip(pixels * 0.93 + noise, 0, 255).astype("uint8"))
    image.save(HERE / f"{name}.pdf", "PDF", resolution=150, quality=30)
    return image

def main():
    for name in ("columns", "hidden"):
        typst.compile(str(HERE / f"{name}.typ"), output=str(HERE / f"{name}.pdf"))
    chromium("tables")
    chromium("rtl")
    libreoffice("report")
    # render mode 3, which typst does not write
    with pikepdf.open(HERE / "hidden.pdf", allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        page.Resources.Font["/Plain"] = pdf.make_indirect(pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica))
        page.contents_add(b"q BT /Plain 10 Tf 3 Tr 50 20 Td (zzmode words drawn invisibly) Tj ET Q", prepend=False)
        pdf.save()
    with pikepdf.open(HERE / "report.pdf") as pdf:
        for page in pdf.pages:
            page.rotate(90, relative=False)
        pdf.save(HERE / "rotated.pdf")
    with pikepdf.open(HERE / "report.pdf") as pdf:
        pdf.save(HERE / "owner-password.pdf", encryption=pikepdf.Encryption(owner="owner", user="", R=6))
        pdf.save(HERE / "user-password.pdf", encryption=pikepdf.Encryption(owner="owner", user="quay", R=6))
    # a composite font without ToUnicode: nothing says what its glyphs mean
    with pikepdf.open(HERE / "tables.pdf") as pdf:
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and "/ToUnicode" in item:
                del item["/ToUnicode"]
        pdf.save(HERE / "no-unicode.pdf")
    scan("report.pdf", "scan").save(SCRATCH / "scan.jpg", quality=30)
    subprocess.run(["tesseract", str(SCRATCH / "scan.jpg"), str(HERE / "searchable"), "--dpi", "150", "pdf"], check=True, capture_output=True)

main()
