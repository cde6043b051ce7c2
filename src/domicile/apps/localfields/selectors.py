"""Which local fields there are: those in force at a place, and all that concern a viewer's areas."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.db.models.functions import Length

from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.localfields import policies
from domicile.apps.localfields.models import LocalField
from domicile.apps.screens.selectors import around

MOST_LISTED = 40


def fields_at(place_code: str, kind: str, today: dt.date) -> list[LocalField]:
    """The fields in force today for persons or dwellings at a place, with their answers; the wider area's first."""
    scopes = [place_code[:digits] for digits in policies.SCOPES if digits <= len(place_code)]
    rows = _in_force(LocalField.objects.filter(scope__in=scopes), kind, today)
    return list(rows.prefetch_related("choices").order_by("scope", "label_zh", "pk"))


def any_in_force(viewer: Viewer, kind: str, today: dt.date) -> bool:
    """Whether any field may concern this viewer's areas today. One query, so that most cards cost no more."""
    return _in_force(concerning(viewer), kind, today).exists()


def listed(viewer: Viewer, kind: str, today: dt.date, within: str = "") -> list[LocalField]:
    """Fields in force today that may stand in a list of the viewer's areas, or of one of these; the widest area's first.

    At most MOST_LISTED: where there are more, a list of a smaller area shows them. Two queries, one where there are none.
    """
    if not viewer.scopes:
        return []
    rows = _in_force(concerning(viewer), kind, today)
    if within:
        rows = rows.filter(_around([within]))
    rows = rows.annotate(width=Length("scope")).order_by("width", "scope", "label_zh", "pk")
    return list(rows.prefetch_related("choices")[:MOST_LISTED])


def concerning(viewer: Viewer) -> "QuerySet[LocalField]":
    """Fields of the viewer's areas, of those inside them and of those above; without an area, all: they are public."""
    if not viewer.scopes:
        return LocalField.objects.all()
    return LocalField.objects.filter(_around(viewer.scopes))


def _around(scopes: Collection[str]) -> Q:
    """Fields of these areas, of those inside them and of those above."""
    found = Q(scope__in=around(scopes))
    for scope in scopes:
        found |= prefix_q("scope", scope)
    return found


def _in_force(rows: "QuerySet[LocalField]", kind: str, today: dt.date) -> "QuerySet[LocalField]":
    return rows.filter(subject_kind=kind, state=LocalField.State.APPROVED, start__lte=today, end__gt=today)


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
