"""What local fields add to the cards of a person and a dwelling."""

from typing import Any

from django.urls import reverse

from domicile.apps.areas.selectors import names_of
from domicile.apps.common.viewer import Viewer
from domicile.apps.localfields import registry as local
from domicile.apps.people.local.handlers import register_handler
from domicile.apps.people.local.selectors import entered
from domicile.apps.people.registry import Section, card_section

LENGTH = 12


def _section(kind: str, viewer: Viewer, subject: Any) -> Section | None:
    lines = entered(viewer, kind, subject.pk)
    if not lines:
        return None
    context = {
        "lines": lines,
        "url": reverse(f"people:local_{kind}", args=[subject.pk]),
        "may_change": viewer.may("propose_change") or viewer.may("apply_change"),
    }
    return Section("people/local_section.html", context)


def of_person(viewer: Viewer, person: Any) -> Section | None:
    return _section("person", viewer, person)


def of_dwelling(viewer: Viewer, dwelling: Any) -> Section | None:
    return _section("dwelling", viewer, dwelling)


def area_names(scopes: Any) -> dict[str, str]:
    """Names of areas by code cut to its level."""
    named = names_of(scope.ljust(LENGTH, "0") for scope in scopes)
    return {scope: named[scope.ljust(LENGTH, "0")] for scope in scopes if scope.ljust(LENGTH, "0") in named}


def register_all() -> None:
    """Called once at start-up."""
    register_handler({"person": "people:person", "dwelling": "people:dwelling"})
    local.name_areas(area_names)
    card_section("person", of_person)
    card_section("dwelling", of_dwelling)
