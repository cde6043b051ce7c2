"""Subjects that no local field may be about (P-3), found by words in Chinese and in English."""

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from django.utils.translation import gettext as _

from domicile.apps.common.refusals import Refused
from domicile.apps.localfields.models import in_words
from domicile.core import declared
from domicile.core.codes.lists import dropped_subject
from domicile.core.codes.text import comparison_key, fold_width

#: Signs that stand between characters to get past a list of words.
BETWEEN = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Subject:
    """A refused subject with the pattern that finds it in a folded text; `indicator`: figures that rate people."""

    zh: str
    en: str
    chinese: tuple[str, ...]
    english: re.Pattern[str]
    indicator: bool

    @property
    def name(self) -> str:
        return in_words(self.zh, self.en)

    def within(self, text: str) -> bool:
        folded = " ".join(BETWEEN.split(fold_width(text).casefold())).strip()
        packed = BETWEEN.sub("", comparison_key(text))
        return any(word in packed for word in self.chinese) or self.english.search(folded) is not None


@cache
def subjects() -> tuple[Subject, ...]:
    """Every refused subject, as refused_subjects.yaml lists them."""
    text = (resources.files("domicile.apps.localfields") / "refused_subjects.yaml").read_text("utf-8")
    return tuple(_subject(row) for row in declared.read(text))


def _subject(row: dict[str, Any]) -> Subject:
    words = "|".join(re.escape(str(word).casefold()) for word in row["en"])
    chinese = tuple(comparison_key(str(word)) for word in row["zh"])
    pattern = re.compile(rf"(?<![a-z])(?:{words})")
    return Subject(row["subject"]["zh"], row["subject"]["en"], chinese, pattern, bool(row.get("indicator")))


def refuse(text: str, field: str) -> None:
    """Raise Refused, naming the subject, when a text is about something that no local field may hold."""
    for subject in subjects():
        if subject.within(text):
            if subject.indicator:
                raise Refused(
                    _("Monitoring indicators and figures that rate people cannot be added as local fields."), field
                )
            raise Refused(_not_kept(subject.name), field)
    dropped = dropped_subject(text)
    if dropped is not None:
        raise Refused(_not_kept(dropped), field)


def _not_kept(subject: str) -> str:
    return _("The register keeps nothing about this: {subject}. Ask only for what the service needs.").format(
        subject=subject
    )
