"""Comparisons in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from domicile.apps.comparisons.models import Comparison, Likeness
from domicile.core.linkage.private import Strength

STATES: dict[str, str | Promise] = {
    Comparison.State.PROPOSED: pgettext_lazy("a comparison", "waits for an answer"),
    Comparison.State.RUNNING: pgettext_lazy("a comparison", "under way"),
    Comparison.State.DONE: pgettext_lazy("a comparison", "done"),
    Comparison.State.REFUSED: pgettext_lazy("a comparison", "declined"),
    Comparison.State.STOPPED: pgettext_lazy("a comparison", "stopped"),
}
BADGES = {
    Comparison.State.PROPOSED: "badge-care", Comparison.State.RUNNING: "badge-info", Comparison.State.DONE: "badge-done",
}  # fmt: skip
FOUND: dict[str, str | Promise] = {
    Likeness.State.OPEN: pgettext_lazy("of somebody found", "to be looked into"),
    Likeness.State.ASKED: pgettext_lazy("of somebody found", "asked there"),
    Likeness.State.APART: pgettext_lazy("of somebody found", "not the same"),
    Likeness.State.SETTLED: pgettext_lazy("of somebody found", "settled"),
}
STRENGTHS: dict[int, str | Promise] = {
    Strength.STRONG: pgettext_lazy("how sure", "very likely the same"),
    Strength.LIKELY: pgettext_lazy("how sure", "likely the same"),
    Strength.WEAK: pgettext_lazy("how sure", "perhaps the same"),
}
#: What agreed, by match key.
KINDS: dict[str, str | Promise] = {
    "number": _("document number"),
    "name_birth": _("name by its sound, birth date and sex"),
    "name_tail": _("name by its sound, and the end of the number"),
    "name_phone": _("name by its sound, and phone"),
    "birth_phone": _("birth date, sex and phone"),
}
STAGES: dict[str, str | Promise] = {
    "blinding": _("making own people unrecognisable"),
    "doubling": _("working on what came"),
}


def kinds(text: str) -> list[str]:
    """What agreed, in words."""
    return [str(KINDS.get(kind, kind)) for kind in text.split()]
