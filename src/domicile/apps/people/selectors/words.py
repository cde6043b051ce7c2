"""Codes of the register in the words of the reader's language."""

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from domicile.apps.people.models import Person
from domicile.core.codes.lists import code_list

SEX = "sex"


def language() -> str:
    """The reader's language, for the names of codes."""
    return get_language() or "zh"


def coded(list_name: str, code: str) -> str:
    """The name of a code in the reader's language; the code itself where the list does not have it."""
    if not code:
        return ""
    try:
        return code_list(list_name).name(code, language())
    except KeyError:
        return code


def sex(code: str) -> str:
    """Male, female, or nothing where it is not known."""
    return coded(SEX, code) if code in {"1", "2"} else ""


def age(born: dt.date | None, today: dt.date) -> int | None:
    """Completed years on `today`; None where the birth date is unknown or to come."""
    if born is None or born > today:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def birth(person: Person) -> str:
    """The birth date as far as it is known: 1980-05-06, 1980-05 or 1980."""
    if person.birth_date is None:
        return ""
    length = {"day": 10, "month": 7, "year": 4}.get(person.birth_precision, 0)
    return person.birth_date.isoformat()[:length]


def name(text: str) -> str:
    """A name, or the words for somebody who has none yet."""
    return text or _("no name yet")


def listed(texts: Iterable[str]) -> str:
    """Several in one line."""
    return (", " if language().startswith("en") else "、").join(texts)


def span(text: str, start: str | None, end: str | None) -> str:
    """A text with the days, as they stand in the log, from and until which it held; '' or None for what is not known."""
    days = f"{start} – {end}" if start and end else ""
    if not days and (start or end):
        days = _("since {day}").format(day=start) if start else _("until {day}").format(day=end)
    return f"{text} · {days}" if days else text


def side(key: str) -> str:
    """Living or registered household."""
    return _("registered household") if key == "registered" else _("living household")


def registration(key: str) -> str:
    """Where somebody is registered who is registered in no area."""
    return {"abroad": _("abroad"), "nowhere": _("registered nowhere")}.get(key, _("not known"))


def finding(code: str) -> str:
    """What does not agree between a document and what stands beside it."""
    labels = {
        "checksum": _("check character wrong"),
        "birth_date": _("birth date differs"),
        "sex": _("sex differs"),
    }
    return labels.get(code, code)
