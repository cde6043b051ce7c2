"""What a saved view may hold. Denied by default: a filter is kept only where its ledger says that it may be.

A filter set names in `savable` the filters that a view may keep, each with what it classes people by: '' for nothing (a
place, a use), or one of SUBJECTS. What somebody is looked for by (a name, a number) is never among them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

ORIGIN, SEX, AGE = "origin", "sex", "age"
SUBJECTS = frozenset({"", ORIGIN, SEX, AGE})
#: No view may class people by all of these together.
REFUSED_TOGETHER = frozenset({ORIGIN, SEX, AGE})


def savable(filterset: Any) -> Mapping[str, str]:
    """The filters of a filter set that a view may keep."""
    return getattr(filterset, "savable", {}) if filterset is not None else {}


def kept(filterset: Any, asked: Any) -> list[tuple[str, str]]:
    """(name, value) of the filters that are set and may be kept, of what was asked as a QueryDict."""
    return [(name, value) for name in savable(filterset) for value in asked.getlist(name) if value]


def left_out(filterset: Any, asked: Any) -> bool:
    """Whether something is asked by which a view may not keep: it is left out of it."""
    names = set(filterset.base_filters) if filterset is not None else set()
    return any(asked.get(name) for name in names - set(savable(filterset)))


def classes_by_origin_sex_and_age(filterset: Any, names: Iterable[str], subjects: Iterable[str]) -> bool:
    """Whether these filters, in a ledger that is itself about `subjects`, class people by origin, sex and age."""
    known = savable(filterset)
    return {*subjects, *(known.get(name, "") for name in names)} >= REFUSED_TOGETHER
