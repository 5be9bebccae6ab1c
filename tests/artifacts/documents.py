"""Documents, pictures and notebooks.

In: a path and a sheet. Out: one file of an office format, PDF, a picture with
what cameras and generators leave in it, or a notebook.
"""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path

import docx
import openpyxl
import pptx
import pypdf
import xlsxwriter
from openpyxl.comments import Comment
from PIL import Image, PngImagePlugin, TiffImagePlugin, TiffTags
from reportlab.pdfgen import canvas

from leaks import Sheet, artifact


def split(paragraph: object, text: str) -> None:
    """Add text to a paragraph in runs of a few letters, as editors leave it."""
    for n, start in enumerate(range(0, len(text), 7)):
        run = paragraph.add_run()
        run.text = text[start : start + 7]
        run.font.bold = n % 2 == 0


@artifact("docx", "report.docx")
def word(file: Path, sheet: Sheet) -> None:
    """Text split over runs, a table, a header, properties."""
    document = docx.Document()
    document.add_paragraph(sheet.text("paragraph"))
    split(document.add_paragraph(), sheet.text("paragraph split over runs"))
    document.add_table(1, 1).cell(0, 0).text = sheet.text("cell of a table")
    document.sections[0].header.paragraphs[0].text = sheet.text("header")
    document.core_properties.author = sheet.email("author")
    document.core_properties.comments = sheet.text("comments of the properties")
    document.save(str(file))


@artifact("xlsx", "table.xlsx")
def spreadsheet(file: Path, sheet: Sheet) -> None:
    """Shared strings, a comment, a link, properties."""
    book = openpyxl.Workbook()
    page = book.active
    page["A1"] = "name"
    page["A2"] = sheet.text("shared string")
    page["B2"] = "commented"
    page["B2"].comment = Comment(sheet.text("comment"), sheet.email("author of a comment"))
    page["C2"] = f'="{sheet.token("formula")}"'
    book.properties.creator = sheet.email("creator")
    book.properties.description = sheet.text("description")
    book.save(file)


@artifact("xlsx", "inline.xlsx")
def spreadsheet_inline(file: Path, sheet: Sheet) -> None:
    """Strings in the cells themselves, and one of several fonts."""
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    page = book.add_worksheet()
    page.write_string(0, 0, sheet.text("inline string"))
    token = sheet.token("string of several fonts")
    page.write_rich_string(
        1,
        0,
        "use ",
        book.add_format({"bold": True}),
        token[:3],
        book.add_format({"italic": True}),
        token[3:],
    )
    book.close()


@artifact("pptx", "talk.pptx")
def slides(file: Path, sheet: Sheet) -> None:
    """Text split over runs, notes, properties."""
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = sheet.text("title")
    split(slide.placeholders[1].text_frame.paragraphs[0], sheet.text("paragraph split over runs"))
    slide.notes_slide.notes_text_frame.text = sheet.text("notes")
    deck.core_properties.author = sheet.email("author")
    deck.save(str(file))


def page(file: Path | io.BytesIO, sheet: Sheet, compress: bool) -> None:
    """A page of lines and the properties of the document."""
    pdf = canvas.Canvas(
        str(file) if isinstance(file, Path) else file, pageCompression=int(compress)
    )
    pdf.setAuthor(sheet.email("Info author"))
    pdf.setTitle(sheet.text("Info title"))
    pdf.setFont("Helvetica", 7)
    for line in range(40):
        text = sheet.text("line of a page") if line == 17 else f"line {line} of an ordinary page"
        pdf.drawString(20, 800 - 12 * line, text)
    pdf.linkURL(f"file://{sheet.path('link')}", (0, 0, 9, 9))
    pdf.save()


@artifact("pdf", {"plain.pdf": False, "packed.pdf": True})
def pdf(file: Path, sheet: Sheet, compress: bool) -> None:
    """Content as text, and through Flate and ASCII85."""
    page(file, sheet, compress)


@artifact("pdf", "attached.pdf")
def pdf_rewritten(file: Path, sheet: Sheet) -> None:
    """Flate alone, a file attached, metadata of its own."""
    source = io.BytesIO()
    page(source, sheet, True)
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(source.getvalue()))
    for each in writer.pages:
        each.compress_content_streams()
    writer.add_attachment("notes.txt", sheet.text("attached file").encode())
    writer.add_metadata({"/Keywords": sheet.text("Info keywords")})
    writer.write(file)


def picture() -> Image.Image:
    """A few grey points."""
    return Image.new("RGB", (16, 16), (90, 90, 90))


def camera(sheet: Sheet) -> Image.Exif:
    """What cameras and editors record: owner, comments, place."""
    exif = Image.Exif()
    exif[0x010E] = sheet.text("EXIF description")
    exif[0x013B] = sheet.email("EXIF artist")
    # In UTF-16.
    exif[0x9C9D] = (sheet.text("EXIF XPAuthor") + "\0").encode("utf-16-le")
    details = exif.get_ifd(0x8769)
    details[0xA430] = sheet.email("EXIF owner of the camera")
    details[0x9286] = b"UNICODE\0" + sheet.text("EXIF user comment").encode("utf-16-le")
    details[0xA431] = "0123456789"
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (52.0, 31.0, 12.5), "E", (13.0, 24.0, 36.1)
    return exif


def xmp(sheet: Sheet) -> bytes:
    """Metadata as XML."""
    return (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description><dc:creator>'
        f"{sheet.text('XMP')}</dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()


@artifact("png", "generated.png")
def png(file: Path, sheet: Sheet) -> None:
    """What picture generators keep: prompts, workflows, in each kind of chunk."""
    workflow = {"nodes": [{"widgets_values": [sheet.path("workflow"), sheet.token("workflow")]}]}
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("parameters", f"a castle\nSteps: 20, Lora: {sheet.path('tEXt')}")
    chunks.add_text("workflow", json.dumps(workflow))
    chunks.add_text("notes", sheet.text("zTXt"), zip=True)
    chunks.add_itxt("prompt", f"größer {sheet.text('iTXt')}")
    chunks.add_itxt("description", sheet.text("iTXt packed"), zip=True)
    picture().save(file, pnginfo=chunks, exif=camera(sheet))


@artifact("png", "tail.png")
def png_tail(file: Path, sheet: Sheet) -> None:
    """Text behind the end of the picture."""
    out = io.BytesIO()
    picture().save(out, "PNG")
    file.write_bytes(out.getvalue() + sheet.text("bytes after IEND").encode())


@artifact("jpeg", "photo.jpg")
def jpeg(file: Path, sheet: Sheet) -> None:
    """EXIF, XMP, comment."""
    picture().save(file, exif=camera(sheet), xmp=xmp(sheet), comment=sheet.text("comment"))


@artifact("webp", "photo.webp")
def webp(file: Path, sheet: Sheet) -> None:
    """EXIF and XMP."""
    picture().save(file, exif=camera(sheet), xmp=xmp(sheet))


@artifact("tiff", "scan.tif")
def tiff(file: Path, sheet: Sheet) -> None:
    """The same tags, in the picture's own directory and the one below it."""
    exif = camera(sheet)
    directory = TiffImagePlugin.ImageFileDirectory_v2()
    for tag, value in exif.items():
        directory[tag] = value
    directory.tagtype[0x8769] = TiffTags.LONG
    directory[0x8769] = dict(exif.get_ifd(0x8769))
    picture().save(file, tiffinfo=directory)


@artifact("ipynb", "analysis.ipynb")
def notebook(file: Path, sheet: Sheet) -> None:
    """Source, streams, a traceback in colours, HTML, a picture's metadata."""
    out = io.BytesIO()
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("notes", sheet.text("zTXt of a picture in an output"), zip=True)
    picture().save(out, "PNG", pnginfo=chunks)
    photo = io.BytesIO()
    picture().save(photo, "JPEG", exif=camera(sheet))
    address = sheet.email("HTML of an output").replace("@", "&#64;")
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": [sheet.text("stream") + "\n"]},
        {
            "output_type": "error",
            "ename": "Error",
            "evalue": sheet.text("error value"),
            "traceback": [f"\x1b[0;31mError\x1b[0m in \x1b[0;32m{sheet.path('traceback')}\x1b[0m"],
        },
        {
            "output_type": "display_data",
            "metadata": {},
            "data": {
                "text/html": [f"<p>by {address}</p>"],
                "application/json": {"token": sheet.token("JSON of an output")},
                "image/png": base64.b64encode(out.getvalue()).decode(),
                "image/jpeg": base64.encodebytes(photo.getvalue()).decode(),
            },
        },
    ]
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": [sheet.text("markdown")]},
        {
            "cell_type": "code",
            "execution_count": 1,
            "metadata": {},
            "outputs": outputs,
            "source": [f"login({sheet.token('source')!r})\n"],
        },
    ]
    content = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"by": sheet.email("metadata")},
        "cells": cells,
    }
    file.write_text(json.dumps(content, indent=1))
