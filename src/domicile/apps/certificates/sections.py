"""What this app adds to the card of a person: certificates, for the office of the place of registration; permits."""

from django.utils import timezone

from domicile.apps.certificates import policies, words
from domicile.apps.certificates.selectors import cards, permits
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Person
from domicile.apps.people.registry import Section


def of_person(viewer: Viewer, person: Person) -> Section | None:
    """Two queries at most, none for whoever has nothing to do with either."""
    issues = policies.issues_for(viewer, person)
    away = viewer.may("apply_change") and policies.may_apply(person, viewer.scopes[0] if viewer.scopes else "")
    if not issues and not away:
        return None
    applications = permits.permits_of(viewer, person) if away else []
    context = {
        "person": person,
        "issues": issues and person.died_on is None,
        "shows": issues,
        "applies": away,
        "certificates": cards.of_person(viewer, person, timezone.localdate()) if issues else [],
        "applied": any(row.state not in row.OVER for row in applications),
        "permits": [(row, words.PERMIT_STATES[row.state]) for row in applications],
    }
    return Section("certificates/on_person.html", context)
