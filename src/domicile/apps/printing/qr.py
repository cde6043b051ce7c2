"""QR codes as SVG, for printed pages."""

import io

import segno


def qr_svg(text: str) -> str:
    """A QR code as SVG; a quarter of it may be worn off."""
    file = io.BytesIO()
    segno.make(text, encoding="utf-8", error="q", micro=False).save(file, kind="svg", border=0, xmldecl=False, scale=4)
    return file.getvalue().decode()
