"""Where somebody lives who applies for a permit, how the application stands, and since when half a year has passed."""

import datetime as dt
import uuid
from dataclasses import dataclass

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.certificates import policies, words
from domicile.apps.certificates.models import PermitApplication, PermitStep
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Person, Spell
from domicile.apps.people.selectors.words import name as person_name
from domicile.core.policy.parameters import parameter


@dataclass(frozen=True)
class PermitCard:
    """An application with its steps; `half_year`: the day from which the stay is long enough, None where it is unknown."""

    application: PermitApplication
    person_id: uuid.UUID
    name: str
    address: str
    since: dt.date | None
    half_year: dt.date | None
    reached: bool
    state: str
    ground: str
    steps: list[tuple[PermitStep, str]]
    follows: list[tuple[str, str]]


def home_of(viewer: Viewer, person_id: uuid.UUID) -> Spell | None:
    """The open stay, usual before temporary, inside the viewer's areas. One query."""
    rows = Spell.objects.filter(person_id=person_id, end=None).select_related("dwelling")
    found = list(restrict(rows, viewer, "dwelling__place_code"))
    return min(found, key=lambda row: (row.kind != Spell.Kind.USUAL, row.pk)) if found else None


def half_year_of(since: dt.date | None, today: dt.date) -> dt.date | None:
    """The first day on which somebody has lived here long enough for a permit."""
    return months_after(since, int(parameter("certificates.permit_months", today))) if since else None


def permits_of(viewer: Viewer, person: Person) -> list[PermitApplication]:
    """The applications that the viewer's areas noted, the latest first. One query."""
    return list(
        restrict(PermitApplication.objects.filter(person__in=person.ids), viewer).order_by("-applied_on", "-pk")
    )


def permit_card(viewer: Viewer, application_id: uuid.UUID, *, today: dt.date, question: str = "permit") -> PermitCard:
    """An application, after the look is recorded. Raises NotAllowed, OutOfReach."""
    viewer.require("view_person")
    rows = PermitApplication.objects.select_related("person").filter(pk=application_id)
    row = restrict(rows, viewer).first()
    if row is None:
        raise OutOfReach()
    home = home_of(viewer, row.person_id)
    since = home.start if home else None
    half_year = half_year_of(since, today)
    card = PermitCard(
        application=row,
        person_id=row.person_id,
        name=person_name(row.person.name),
        address=home.dwelling.address if home else "",
        since=since,
        half_year=half_year,
        reached=half_year is not None and half_year <= today,
        state=str(words.PERMIT_STATES[row.state]),
        ground=str(words.GROUNDS[row.ground]),
        steps=[(step, str(words.PERMIT_STATES[step.state])) for step in row.steps.order_by("number")],
        follows=[(state, str(words.PERMIT_STATES[state])) for state in policies.FOLLOWS[row.state]],
    )
    record_look(viewer, question=question, persons=[row.person_id])
    return card
