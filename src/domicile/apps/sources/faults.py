"""What about a list is refused, and what is asked before it is used: codes, told in words by words.QUESTIONS.

A question stops a list until staff say that it is right, and why. Nothing odd is swallowed, and nothing right is kept out.
"""

import datetime as dt

from django.utils.translation import gettext as _

from domicile.apps.common.refusals import Refused
from domicile.apps.sources import rules
from domicile.apps.sources.models import Load
from domicile.apps.sources.preparing import Prepared
from domicile.apps.sources.registry import Source

SHRANK, REPEATED, UNIDENTIFIED, OUTSIDE, UNKNOWN = "shrank", "repeated", "unidentified", "outside", "unknown_here"


def refuse_unusable(found: Prepared, today: dt.date) -> None:
    """Raise Refused for a list with which nothing can be done."""
    if not found.read:
        raise Refused(
            _("The file holds no rows of data. Check that the right sheet was saved, and choose it again."), "file"
        )
    if found.names and found.lost / found.names > rules.share("lost_share", today):
        raise Refused(
            _(
                "{count} of {all} names hold question marks: they were lost when the file was saved in another code page. "
                "Ask for the file as xlsx, or as CSV UTF-8."
            ).format(count=found.lost, all=found.names),
            "file",
        )
    if found.rows.is_empty():
        raise Refused(
            _(
                "No row names anybody: each needs a number, or a name with a birth date. Look whether the columns are the "
                "right ones, or ask for a list that has them."
            ),
            "file",
        )


def questions_before(
    source: Source, found: Prepared, load: Load, before: Load | None, today: dt.date
) -> dict[str, list[int]]:
    """What is asked about the rows themselves: code -> the numbers that its words name."""
    asked: dict[str, list[int]] = {}
    rows = found.rows.height
    if found.repeated > rules.share("repeated_share", today) * (rows + found.repeated):
        asked[REPEATED] = [found.repeated, rows + found.repeated]
    if found.unidentified > rules.share("unidentified_share", today) * found.read:
        asked[UNIDENTIFIED] = [found.unidentified, found.read]
    areas = found.rows["area"].drop_nulls()
    outside = int((~areas.str.starts_with(load.scope)).sum())
    if areas.len() and outside > rules.share("outside_share", today) * areas.len():
        asked[OUTSIDE] = [outside, areas.len()]
    if before is not None and a_day(rows, source, load) < rules.share("shrank_below", today) * a_day(
        before.rows, source, before
    ):
        asked[SHRANK] = [rows, before.rows]
    return asked


def a_day(rows: int, source: Source, load: Load) -> float:
    """Rows a day of a list that covers a span; all rows of one of a moment."""
    return rows / max(1, (load.end - load.begin).days) if source.period == "span" else float(rows)


def questions_after(known: int, rows: int, today: dt.date) -> dict[str, list[int]]:
    """What is asked once the rows are compared: whether it is a list of this area at all."""
    few = rows >= rules.number("known_rows", today) and known < rules.share("known_share", today) * rows
    return {UNKNOWN: [known, rows]} if few else {}
