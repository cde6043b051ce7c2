"""Which local fields there are: those in force at a place, and all that concern a viewer's areas."""

import datetime as dt
import uuid

from django.db.models import Q, QuerySet

from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.localfields import policies
from domicile.apps.localfields.models import LocalField

DIGITS = (2, 4, *policies.SCOPES)


def fields_at(place_code: str, kind: str, today: dt.date) -> list[LocalField]:
    """The fields in force today for persons or dwellings at a place, with their answers; the wider area's first."""
    scopes = [place_code[:digits] for digits in policies.SCOPES if digits <= len(place_code)]
    rows = LocalField.objects.filter(
        scope__in=scopes, subject_kind=kind, state=LocalField.State.APPROVED, start__lte=today, end__gt=today
    )
    return list(rows.prefetch_related("choices").order_by("scope", "label_zh", "pk"))


def any_in_force(viewer: Viewer, kind: str, today: dt.date) -> bool:
    """Whether any field may concern this viewer's areas today. One query, so that most cards cost no more."""
    rows = concerning(viewer).filter(
        subject_kind=kind, state=LocalField.State.APPROVED, start__lte=today, end__gt=today
    )
    return rows.exists()


def concerning(viewer: Viewer) -> "QuerySet[LocalField]":
    """Fields of the viewer's areas, of those inside them and of those above; without an area, all: they are public."""
    if not viewer.scopes:
        return LocalField.objects.all()
    inside = Q()
    for scope in viewer.scopes:
        inside |= prefix_q("scope", scope) | Q(scope__in=[scope[:digits] for digits in DIGITS if digits <= len(scope)])
    return LocalField.objects.filter(inside)


def published(viewer: Viewer, today: dt.date) -> list[LocalField]:
    """Approved fields that are in force or will be, the widest area's first."""
    rows = concerning(viewer).filter(state=LocalField.State.APPROVED, end__gt=today)
    return list(rows.prefetch_related("choices").order_by("scope", "subject_kind", "label_zh", "pk"))


def undecided(viewer: Viewer) -> list[LocalField]:
    """Proposals of the viewer's areas, for those who keep fields."""
    if not viewer.may(policies.PERMISSION):
        return []
    rows = concerning(viewer).filter(state=LocalField.State.PROPOSED)
    return list(rows.prefetch_related("choices").order_by("proposed_at", "pk"))


def past(viewer: Viewer, today: dt.date) -> list[LocalField]:
    """Fields that ended or were refused, the latest first; at most fifty."""
    over = Q(state__in=[LocalField.State.ENDED, LocalField.State.REFUSED])
    over |= Q(state=LocalField.State.APPROVED, end__lte=today)
    rows = concerning(viewer).filter(over).prefetch_related("choices")
    if not viewer.may(policies.PERMISSION):
        rows = rows.exclude(state=LocalField.State.REFUSED)
    return list(rows.order_by("-end", "pk")[:50])


def field(viewer: Viewer, pk: uuid.UUID) -> LocalField:
    """One field. Raises NotAllowed where it does not concern the viewer's areas."""
    found = concerning(viewer).filter(pk=pk).prefetch_related("choices").first()
    if found is None or (found.state in {"proposed", "refused"} and not viewer.may(policies.PERMISSION)):
        raise NotAllowed("local field")
    return found
