"""Printed pages: a Typst template and plain data in, a PDF out.

    data = {"frame": frame(viewer, title=_("Household card"), area="河沿社区"), "rows": [...]}
    return respond(TEMPLATE, data, name=f"家庭卡-{address}")

The template imports `/printing/typst/common.typ`, which reads the data and draws head, foot and watermark. Whatever is
refused or fails is a NotPrinted, which becomes a page that says what to do (printing/middleware.py).
"""

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from domicile.apps.access.roles import matrix
from domicile.apps.common.viewer import Viewer

APPS = Path(__file__).resolve().parent.parent
FONTS = Path(__file__).resolve().parent / "fonts"
NEEDED = ("NotoSansHans-Regular.otf", "NotoSansHans-Bold.otf")
#: A table with its heads on each page: heads, rows, widths, size, signatures (printing.tables reckons the middle two).
LEDGER = Path(__file__).resolve().parent / "typst" / "ledger.typ"
COMPILER = Path(__file__).resolve().parent / "compiler.py"
#: More rows than this make a document that nobody reads and that takes half a minute and a gigabyte to make.
MOST_ROWS = 3_000
SECONDS = 120
INHERITED = ("HOME", "PATH", "LANG", "SYSTEMROOT", "TEMP")


class NotPrinted(Exception):
    """Nothing was printed. `cause` says why, `cure` what to do."""

    status = 422

    def __init__(self, cause: str, cure: str) -> None:
        super().__init__(cause)
        self.cause, self.cure = cause, cure


class CannotPrint(NotPrinted):
    """This server cannot print as it stands."""

    status = 503


def frame(
    viewer: Viewer,
    *,
    title: str | Promise,
    area: str = "",
    day: dt.date | None = None,
    watermark: bool = True,
    notes: str = "",
) -> dict[str, Any]:
    """What stands around every page: title, area, day, who printed it for which purpose and when; language and words.

    `watermark` writes who printed it across the page: for pages that name people. `notes` stands under the title.
    """
    now = timezone.localtime()
    language = get_language() or "zh-hans"
    known = matrix(now.date()).known_purposes.get(viewer.purpose)
    purpose = known.label.name(language) if known else ""
    who = _("Printed by {name} for: {purpose}") if purpose else _("Printed by {name}")
    return {
        "title": str(title),
        "area": area,
        "day": (day or now.date()).isoformat(),
        "notes": notes,
        "mark": f"{who.format(name=viewer.name, purpose=purpose)} · {now:%Y-%m-%d %H:%M}",
        "watermark": f"{viewer.name} {now:%Y-%m-%d}" if watermark else "",
        "at": int(now.timestamp()),
        "language": "en" if language.startswith("en") else "zh",
        "words": {
            "page": _("Page {page} of {pages}"),
            "area": _("Area"),
            "day": _("As of"),
            "none": _("nothing on file"),
        },
    }


def render(template: Path, data: Mapping[str, Any]) -> bytes:
    """The PDF (PDF/A-2a, tagged) of a template inside the package. Raises CannotPrint.

    `data` is what JSON can say, besides days, UUIDs and translated words; `data["frame"]` comes from `frame`. The
    document is made in a process of its own, whose memory, up to a gigabyte for a long table, goes when it ends.
    """
    check_fonts()
    given = json.dumps(data, ensure_ascii=False, default=str).encode("utf-8", "replace")
    command = [sys.executable, "-I", str(COMPILER), str(APPS), str(template), str(FONTS), str(data["frame"]["at"])]
    environment = {name: os.environ[name] for name in INHERITED if name in os.environ}
    try:
        made = subprocess.run(  # noqa: S603 - our own program
            command, input=given, capture_output=True, timeout=SECONDS, check=True, env=environment
        )
    except subprocess.TimeoutExpired:
        raise NotPrinted(_("The page took too long to make."), _("Filter for fewer rows, then print again.")) from None
    except subprocess.CalledProcessError as error:
        # Not its input, which names people.
        raise CannotPrint(
            _("The page could not be made ({reason}).").format(reason=error.stderr.decode(errors="replace")[-200:]),
            _("Tell whoever runs this server."),
        ) from None
    return made.stdout


def respond(template: Path, data: Mapping[str, Any], *, name: str) -> HttpResponse:
    """The PDF for the browser to show, kept nowhere. `name` is the name of the file without its ending, often Chinese."""
    return answer(render(template, data), name=name)


def answer(pdf: bytes, *, name: str) -> HttpResponse:
    """A PDF that was made, as an answer."""
    safe = "".join(character for character in name if character.isprintable() and character not in '/\\:*?"<>|')
    response = HttpResponse(pdf, content_type="application/pdf", headers={"Cache-Control": "no-store"})
    response["Content-Disposition"] = str(content_disposition_header(False, f"{safe or 'page'}.pdf"))
    # Browsers show a PDF by an element of their own, which `object-src 'none'` would forbid. No page of ours is in it.
    response._csp_exempt = True  # type: ignore[attr-defined]
    return response


def check_rows(count: int) -> None:
    """Raise NotPrinted where a table has more rows than are printed. Ask before the rows are read."""
    if count > MOST_ROWS:
        raise NotPrinted(
            _("{count} rows are too many to print; {most} are the most.").format(count=count, most=MOST_ROWS),
            _("Filter for fewer rows, or download a spreadsheet, which has no such limit."),
        )


def check_fonts() -> None:
    """Raise CannotPrint where the front end, which brings the Chinese font, was not built."""
    if not all((FONTS / name).is_file() for name in NEEDED):
        raise CannotPrint(
            _("The font for printed pages is missing on this server."),
            _("Whoever runs it builds it with: make front-end"),
        )
