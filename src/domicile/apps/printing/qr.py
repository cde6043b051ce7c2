"""QR codes as SVG, for printed pages."""

import io

import segno


def qr_svg(text: str, *, error: str = "q") -> str:
    """A QR code as SVG; a quarter of it may be worn off, or with `error` "m" a seventh, in larger squares."""
    file = io.BytesIO()
    segno.make(text, encoding="utf-8", error=error, micro=False).save(
        file, kind="svg", border=0, xmldecl=False, scale=4
    )
    return file.getvalue().decode()
