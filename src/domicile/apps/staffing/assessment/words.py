"""Figures in words: what was measured, in a sentence that says what it lacks."""

from collections.abc import Callable

from django.utils.functional import Promise
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from domicile.apps.staffing.assessment.measures import COMPLETENESS, COVERAGE, TIMELINESS
from domicile.apps.staffing.words import told
from domicile.core.policy import assessment as formula

BACK_CHECK = "back_check_error"
SENTENCES: dict[str, Callable[[int], str]] = {
    TIMELINESS: lambda whole: ngettext(
        "{part} of {whole} task done by its day", "{part} of {whole} tasks done by their day", whole
    ),
    COMPLETENESS: lambda whole: ngettext(
        "{part} of {whole} form whole: nothing of it was returned",
        "{part} of {whole} forms whole: nothing of them was returned", whole,
    ),
    COVERAGE: lambda whole: ngettext(
        "{part} of {whole} door gone to at least once", "{part} of {whole} doors gone to at least once", whole
    ),
    BACK_CHECK: lambda whole: ngettext(
        "{part} of {whole} answer was wrong when it was checked again",
        "{part} of {whole} answers were wrong when they were checked again", whole,
    ),
}  # fmt: skip
LACKS: dict[str, str | Promise] = {
    TIMELINESS: _("Not in time:"), COMPLETENESS: _("Returned:"), COVERAGE: _("Not gone to:"),
}  # fmt: skip
#: What a measure counts, for who corrects it.
COUNTS: dict[str, str | Promise] = {
    TIMELINESS: _("done in time"), COMPLETENESS: _("whole"), COVERAGE: _("gone to"), BACK_CHECK: _("wrong"),
}  # fmt: skip


def label(measure: str, entry: "dict[str, str]") -> str:
    """What a measure of the formula is called in the language of the page."""
    return told(entry) if entry else measure


def sentence(part: formula.Part, least: int) -> str:
    """What was measured, and why it does not count where it does not."""
    if part.state == formula.NOTHING:
        return now("Nothing was measured; the other measures share its weight.")
    plain = SENTENCES.get(part.measure, lambda whole: now("{part} of {whole}"))
    text = plain(part.whole).format(part=part.part, whole=part.whole)
    if part.state == formula.TOO_FEW:
        why = now("{text}. Fewer than {least} say little, so it does not count; the other measures share its weight.")
        return why.format(text=text, least=least)
    return text
