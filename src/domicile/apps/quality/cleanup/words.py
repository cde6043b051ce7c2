"""Lists, outcomes, states and reasons of clean-ups in the words of the reader's language."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from domicile.apps.people.selectors import words as people_words
from domicile.apps.quality import definitions
from domicile.apps.quality.cleanup.lists import List, Said, evidence, lists, outcomes
from domicile.apps.quality.cleanup.models import CleanupCase, CleanupRound
from domicile.apps.sources.registry import sources

STATES: dict[str, Any] = {
    CleanupCase.State.OPEN.value: _("no outcome yet"),
    CleanupCase.State.WAITING.value: _("being dealt with"),
    CleanupCase.State.DONE.value: _("settled"),
    CleanupCase.State.GONE.value: _("no longer so"),
}
BADGES = {"open": "badge-care", "waiting": "badge-info", "done": "badge-done", "gone": "badge-done"}
ROUND_STATES: dict[str, Any] = {
    CleanupRound.State.OPEN.value: _("under way"),
    CleanupRound.State.CLOSED.value: _("closed"),
}
#: Why a list may be empty: key of the list -> what was never made, and the name of the page that makes it.
NEVER_ASKED: dict[str, tuple[Any, str]] = {
    "number": (_("List 9 is empty because the rules were never checked."), "quality:rules"),
    "double": (_("List 7 is empty because no search for duplicates was made yet."), "duplicates:list"),
    "omitted": (
        _("List 8, and births on list 1, are empty because no list from outside was compared yet."),
        "sources:overview",
    ),
}


def language() -> str:
    return get_language() or "zh"


def said(text: Said) -> str:
    """In the language of the page."""
    return text.said(language())


def list_name(key: str) -> str:
    return said(lists()[key].name)


def numbered(one: List) -> str:
    """A list with its number on the summary form, so that two of one number stand together."""
    return f"{one.number} {said(one.name)}"


def outcome(key: str) -> str:
    """What was said of a case; '' where nothing was."""
    return said(outcomes()[key].name) if key in outcomes() else ""


def why(codes: str) -> str:
    """Why somebody is on a list, by the codes that the case keeps."""
    return people_words.listed(_reasons(codes.split()))


def _reasons(codes: Iterable[str]) -> list[str]:
    known, rules, named = evidence(), definitions.by_code(), {one.key: one for one in sources()}
    found = []
    for code in codes:
        if code in known:
            found.append(said(known[code]))
        elif code in rules:
            found.append(rules[code].name.said(language()))
        elif code in named:
            found.append(named[code].name(language()))
    return found
