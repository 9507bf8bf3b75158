"""PDF files written by hand: letters in Helvetica at given places."""

from __future__ import annotations

from typing import NamedTuple

WIDTH, HEIGHT = 595, 842


class Words(NamedTuple):
    """A string that is drawn at a place, in points from the lower left corner."""

    x: float
    y: float
    text: str
    size: float = 10


def pdf(pages: list[list[Words]], title: str = "", encrypt: str = "") -> bytes:
    """A file of these pages.

    Args:
        pages: what is drawn on each, in this order.
        title: in the file's information, if any.
        encrypt: an encryption dictionary, if any.
    """
    n_pages = len(pages)
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(n_pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {n_pages} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for at, page in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {5 + 2 * at} 0 R "
            "/Resources << /Font << /F 3 0 R >> >> >>".encode()
        )
        drawn = b"\n".join(
            f"BT /F {size} Tf 1 0 0 1 {x} {y} Tm (".encode() + _escaped(text) + b") Tj ET"
            for x, y, text, size in page
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
    objects.append(b"<< /Title (" + _escaped(title) + b") >>")
    body, places = bytearray(b"%PDF-1.4\n"), []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    extra = f" /Encrypt {encrypt} /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]"
    trailer = f"<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R{extra if encrypt else ''} >>"
    return bytes(body) + f"trailer\n{trailer}\nstartxref\n{table}\n%%EOF\n".encode()


def _escaped(text: str) -> bytes:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252")


def column(x: float, y: float, lines: list[str], size: float = 10, pitch: float = 12) -> list[Words]:
    """Lines below each other; an empty string leaves a blank line."""
    return [Words(x, y - at * pitch, line, size) for at, line in enumerate(lines) if line]
