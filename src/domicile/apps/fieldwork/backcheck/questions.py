"""What a check asks at the door, as declarations, and when an answer agrees with the record.

Numbers of documents and phones, remarks and free addresses are not asked again: they are no matter for a second visit.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from domicile.apps.common.refusals import Refused
from domicile.apps.people.actions.names import checked_name
from domicile.apps.people.describing import in_words
from domicile.apps.people.items import ITEMS, Input
from domicile.apps.places.words import USES
from domicile.core.codes.lists import code_list

YES, NO = "yes", "no"
YES_NO = ((YES, _("yes")), (NO, _("no")))
#: How many characters of a day as 1980-05-06 are its month, or all of it.
MONTH, DAY = 7, 10
NOT_KNOWN = {"sex": {"0", "9"}, "use": {"unknown"}, "registration": {"unknown"}}


@dataclass(frozen=True)
class Question:
    """`input` says how it is answered; `as_far_as` how much of a day counts; `item` which item a correction is of."""

    key: str
    input: Input
    as_far_as: int = DAY
    item: str = ""

    @property
    def label(self) -> Any:
        return self.input.label


def _of(key: str, item: str, *, as_far_as: int = DAY, corrects: bool = True) -> Question:
    return Question(key, ITEMS[item].inputs[0], as_far_as, item if corrects else "")


QUESTIONS: dict[str, Question] = {
    question.key: question
    for question in (
        Question(
            "visited",
            Input("visited", _("Did somebody from the community call here around that day?"), "choice", YES_NO),
        ),
        Question("lives_here", Input("lives_here", _("Does this person usually live here?"), "choice", YES_NO)),
        Question("name", Input("name", _("Name as on the document"))),
        _of("sex", "sex"),
        _of("birth_date", "birth_date"),
        _of("relation", "relation"),
        _of("start", "inflow_date", as_far_as=MONTH),
        _of("reason", "inflow_reason"),
        _of("education", "education"),
        _of("marital", "marital"),
        _of("registration", "registered_area", corrects=False),
        Question("use", Input("use", _("How is the dwelling used?"), "choice", tuple(USES.items()))),
    )
}


def choices(question: Question) -> list[tuple[str, str]]:
    """The answers to choose from, in the reader's language; none for what is typed."""
    if question.input.kind != "choice":
        return []
    codes = question.input.codes
    known = code_list(codes).codes if isinstance(codes, str) else [code for code, _label in codes]
    left_out = NOT_KNOWN.get(question.key, set())
    return [(code, in_words(question.input, code)) for code in known if code not in left_out]


def worth(question: Question, first: str) -> bool:
    """Whether a record said something that can be asked about."""
    return bool(first) and first not in NOT_KNOWN.get(question.key, ())


def read(question: Question, text: str, today: dt.date) -> str:
    """A typed answer as it is kept. Raises Refused with the cure."""
    text = text.strip()
    if question.input.kind == "date":
        return _day(text, today)
    if question.input.kind == "choice":
        if text not in {code for code, _label in choices(question)}:
            raise Refused(_("Choose from the list."), question.key)
        return text
    return checked_name(text)


def _day(text: str, today: dt.date) -> str:
    """A day as far as it was told: 1980, 1980-05 or 1980-05-06."""
    text = text.replace("/", "-").replace(".", "-")
    whole = {4: f"{text}-01-01", 7: f"{text}-01"}.get(len(text), text)
    try:
        day = dt.date.fromisoformat(whole)
    except ValueError:
        raise Refused(_("Write the day as 1980-05-06, or 1980-05 or 1980 where no more is known.")) from None
    if not day.year >= 1850 or day > today:
        raise Refused(_("This day lies in the future."))
    return text


def agrees(question: Question, first: str, answer: str) -> bool:
    """Whether both say the same, as far as both are known.

    Days by the part that both have, and the day since which somebody lives here to the month; codes also where one is the
    broader of the other (married, and married for the first time).
    """
    if question.input.kind == "date":
        length = min(len(first), len(answer), question.as_far_as)
        return first[:length] == answer[:length]
    if isinstance(question.input.codes, str):
        known = code_list(question.input.codes)
        if first in known.codes and answer in known.codes:
            return known.is_within(first, answer) or known.is_within(answer, first)
    return first == answer


def told(question: Question, value: str) -> str:
    """A value in the reader's language."""
    return in_words(question.input, value)
