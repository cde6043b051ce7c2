"""Phones and what they sent, inside the viewer's areas."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.db.models import Q, QuerySet
from django.utils import timezone

from domicile.apps.access.models import Grant
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.roles import matrix
from domicile.apps.access.scopes import restrict, scope_q
from domicile.apps.collect.openrosa.models import AppUser, Attachment, Result, Submission
from domicile.apps.collect.openrosa.policies import purpose
from domicile.apps.common.viewer import Viewer


def workers(viewer: Viewer) -> list[Grant]:
    """Roles held today, in the viewer's areas, by those who go to doors; by name and area. One query."""
    inside = scope_q(viewer, "scope")
    if inside is None:
        return []
    return list(_collecting(timezone.localdate()).filter(inside).order_by("user__real_name", "user_id", "scope"))


def areas_of_worker(viewer: Viewer, worker_id: uuid.UUID) -> list[Grant]:
    """The roles of one of them."""
    return [grant for grant in workers(viewer) if grant.user_id == worker_id]


def _collecting(today: dt.date) -> "QuerySet[Grant]":
    rules = matrix(today)
    stated = purpose(today)
    roles = [role for role in rules.roles if "propose_change" in rules.permissions(role, stated)]
    account = Q(user__is_active=True) & (Q(user__closed_on=None) | Q(user__closed_on__gt=today))
    valid = Q(valid_from__lte=today) & (Q(valid_to=None) | Q(valid_to__gt=today))
    held = Grant.objects.filter(account, valid, role__in=roles, state=Grant.State.HOLDS)
    return held.select_related("user")


def phones(viewer: Viewer) -> "QuerySet[AppUser]":
    """Phones of the viewer's areas, those in use first."""
    return restrict(AppUser.objects.select_related("worker"), viewer).order_by(
        "ended_at", "draining_at", "-made_at", "pk"
    )


def phone(viewer: Viewer, pk: uuid.UUID) -> AppUser:
    """One of them. Raises OutOfReach."""
    found = phones(viewer).filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def submissions(viewer: Viewer) -> "QuerySet[Submission]":
    """What phones of the viewer's areas sent, the latest first."""
    rows = Submission.objects.select_related("app_user__worker")
    return restrict(rows, viewer).order_by("-received_at", "-pk")


def submission(viewer: Viewer, pk: uuid.UUID) -> Submission:
    """One of them, with its results and files. Raises OutOfReach."""
    found = submissions(viewer).prefetch_related("results__proposal", "attachments").filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found


def sources_of(proposals: Collection[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID]:
    """The submission that each of these proposals came from. One query."""
    return dict(Result.objects.filter(proposal__in=proposals).values_list("proposal_id", "submission_id"))


def forms_of(proposals: Collection[uuid.UUID]) -> dict[uuid.UUID, str]:
    """The form by which each of these proposals came from a phone. One query."""
    return dict(Result.objects.filter(proposal__in=proposals).values_list("proposal_id", "submission__form_id"))


def photo(viewer: Viewer, pk: uuid.UUID) -> Attachment:
    """A photo that phones of the viewer's areas sent and that was made anew. Raises OutOfReach."""
    rows = Attachment.objects.select_related("submission").filter(state=Attachment.State.KEPT)
    found = restrict(rows, viewer, "submission__place_code").filter(pk=pk).first()
    if found is None:
        raise OutOfReach
    return found
