"""Lists from outside in the words of the reader's language."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from domicile.apps.people.selectors import words as people_words
from domicile.apps.sources.models import ListRow, Load
from domicile.apps.sources.registry import Source
from domicile.core.codes.identity import mask

STATES = {
    Load.State.READ.value: _("Read, not compared yet"),
    Load.State.ASKED.value: _("A question is open"),
    Load.State.COMPARING.value: _("Being compared"),
    Load.State.READY.value: _("Compared"),
    Load.State.DISCARDED.value: _("Put away"),
}
PILES = {
    ListRow.Pile.DIFFER.value: _("Differ"),
    ListRow.Pile.THERE.value: _("Only on the list"),
    ListRow.Pile.HERE.value: _("Only in the register"),
    ListRow.Pile.AGREE.value: _("Agree"),
}
PILE_HELP = {
    ListRow.Pile.DIFFER.value: _("On both sides, but they do not say the same, or it is not sure who is meant."),
    ListRow.Pile.THERE.value: _("The list names somebody, or something, that the register does not know."),
    ListRow.Pile.HERE.value: _("The register has somebody whom the list should name, and does not."),
    ListRow.Pile.AGREE.value: _("Both say the same. There is nothing to do."),
}
OUTCOMES = {
    ListRow.Outcome.DONE.value: _("registered or corrected"),
    ListRow.Outcome.VISIT.value: _("visit asked for"),
    ListRow.Outcome.SAME.value: _("the same person"),
    ListRow.Outcome.WRONG.value: _("wrong on the list"),
    ListRow.Outcome.ELSEWHERE.value: _("another county's"),
}
STEPS = {
    "number": _("same number, and the name fits"),
    "couple": _("same numbers of both"),
    "name_birth": _("same name, birth date and sex"),
    "mother_birth": _("same mother's number and birth date"),
    "name_mother": _("same name, mother's name and birth date"),
    "couple_names": _("same names of both and day"),
    "mother_name_birth": _("same mother's name, birth date and sex; no number says more"),
    "mother_same_day": _("same mother and birth date, but another name"),
    "name_birth_any": _("same name and birth date, but another number or sex"),
    "sound_birth": _("a name that sounds the same, and the same birth date"),
    "couple_one": _("one of the two has the same number, and the day is the same"),
    "couple_other": _("one of the two has the same number, and the day is the same"),
    "number_alone": _("same number, but another name: it may be borrowed or mistyped"),
    "name_slip_birth": _("same name and sex; the birth date is a slip away"),
    "slip_birth": _("same birth date and sex; the name is a slip away"),
    "likely": _("much agrees, weighed together; no single step is sure"),
    "several": _("several fit equally well"),
    "chosen": _("chosen by staff"),
    "refused": _("those found were ruled out by staff"),
}
WHY = {
    "mother": _("the mother, on file"),
    "spouse": _("one of the two, on file"),
    "maybe": _("may be meant"),
    "not": _("ruled out"),
}
MASKED = frozenset({"number", "other_number"})


def questions(load: Load) -> list[str]:
    """What is asked about a list, in sentences."""
    texts = {
        "shrank": _now("It has {0} rows; the one before had {1}. Was the file cut short, or is it right?"),
        "repeated": _now("{0} of {1} rows say the same as another. They count once. Is it the right file?"),
        "unidentified": _now(
            "{0} of {1} rows name nobody: no number, and no name with a birth date. They are left out."
        ),
        "outside": _now("{0} of {1} area codes lie outside the area that you named. Is it a list of another county?"),
        "unknown_here": _now("Only {0} of {1} are known here. Is it a list of another county?"),
    }
    asked: Mapping[str, Sequence[int]] = load.report.get("questions", {})
    return [texts[code].format(*numbers) for code, numbers in asked.items() if code in texts]


def facts(source: Source, said: Mapping[str, str], full: Collection[str] = ()) -> dict[str, str]:
    """What is said, as it is shown: sex in words, numbers masked but for the fields in `full`."""
    shown = {}
    for field, value in said.items():
        masked = field in MASKED and field not in full
        shown[field] = people_words.sex(value) if field == "sex" else mask(value) if masked else value
    return shown


def fields(source: Source, differs: str) -> str:
    """The fields that differ, in one line."""
    return people_words.listed(source.label(field, get_language() or "zh") for field in differs.split())


def time_of(load: Load, source: Source) -> str:
    """The time a list covers, as people say it: the last day counted in."""

    last = load.end - dt.timedelta(days=1)
    return load.begin.isoformat() if last == load.begin else f"{load.begin.isoformat()} – {last.isoformat()}"


def step(text: str) -> Any:
    return STEPS.get(text, text)
