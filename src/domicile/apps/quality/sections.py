"""What the rules add to cards: what is wrong there, why, and what to do; and what is told after an entry."""

import uuid
from collections.abc import Collection

from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Household, Person
from domicile.apps.people.registry import Section
from domicile.apps.places.models import Dwelling
from domicile.apps.quality import definitions, selectors, words
from domicile.apps.quality.rechecking import MOST, open_among, recheck, touched_by


def of_person(viewer: Viewer, person: Person) -> Section | None:
    """One query."""
    return _section(viewer, "person", getattr(person, "ids", [person.pk]))


def of_household(viewer: Viewer, household: Household) -> Section | None:
    """One query."""
    return _section(viewer, "household", [household.pk])


def of_dwelling(viewer: Viewer, dwelling: Dwelling) -> Section | None:
    """One query."""
    return _section(viewer, "dwelling", [dwelling.pk])


def _section(viewer: Viewer, kind: str, ids: Collection[uuid.UUID]) -> Section | None:
    found = selectors.on_card(viewer, kind, ids)
    if not found:
        return None
    context = {
        "open": [one for one in found if one.finding.state == "open"],
        "explained": [one for one in found if one.finding.state == "explained"],
    }
    return Section("quality/on_card.html", context)


def after_entry(viewer: Viewer, change: Change) -> list[str]:
    """Look again at what a change has touched; the names of the rules that fail there. Nothing is held up by it."""
    touched = touched_by(change)
    if not 0 < len(touched) <= MOST:
        return []
    found = recheck(actor=viewer, touched=touched, today=timezone.localdate())
    return [words.said(definitions.by_code()[rule].name) for rule in open_among(found)]
