"""What administrators and supervisors read: accounts of their areas, looks and changes of their people."""

import datetime as dt
import uuid
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from domicile.apps.access.models import Grant, Look, Seen
from domicile.apps.access.scopes import restrict
from domicile.apps.accounts.models import User
from domicile.apps.audit.models import Change
from domicile.apps.common.viewer import NotAllowed, Viewer


def users(viewer: Viewer) -> QuerySet[User]:
    """Accounts of the viewer's areas, open ones first, with their grants."""
    grants = Prefetch("grants", Grant.objects.order_by("valid_from", "role", "scope"))
    found = restrict(User.objects.all(), viewer, "area_code")
    return found.order_by("-is_active", "area_code", "username").prefetch_related(grants)


def user(viewer: Viewer, user_id: uuid.UUID) -> User:
    """One account of the viewer's areas. Raises NotAllowed, also when there is none."""
    found = users(viewer).filter(pk=user_id).first()
    if found is None:
        raise NotAllowed("account outside the area")
    return found


def with_second_factor(accounts: list[User]) -> set[uuid.UUID]:
    """Which of these have a second factor."""
    kind = Authenticator.Type.TOTP
    return set(Authenticator.objects.filter(user__in=accounts, type=kind).values_list("user_id", flat=True))


def names(ids: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Real names of accounts."""
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "real_name"))


def looks(viewer: Viewer, chosen: dict[str, Any]) -> QuerySet[Look]:
    """Looks by staff of the viewer's areas, newest first.

    `chosen` may hold user (User), person (UUID), day (date) and purpose. Attempts at a closed account name no account;
    they are found by the name that was typed.
    """
    staff = {account.pk: account.username for account in restrict(User.objects.all(), viewer, "area_code")}
    found = Look.objects.using("log").order_by("-id")
    if chosen.get("user"):
        found = found.filter(user_id=chosen["user"].pk)
    found = found.filter(Q(user_id__in=list(staff)) | Q(user_id__isnull=True, user_name__in=list(staff.values())))
    if chosen.get("person"):
        found = found.filter(pk__in=Seen.objects.using("log").filter(person_id=chosen["person"]).values("look_id"))
    if chosen.get("day"):
        begin = timezone.make_aware(dt.datetime.combine(chosen["day"], dt.time()))
        found = found.filter(at__gte=begin, at__lt=begin + dt.timedelta(days=1))
    if chosen.get("purpose"):
        found = found.filter(purpose=chosen["purpose"])
    return found


def changes(viewer: Viewer, chosen: dict[str, Any]) -> QuerySet[Change]:
    """Changes in the viewer's areas, newest first. `chosen` may hold user (User), subject (UUID) and day (date)."""
    found = restrict(Change.objects.defer("values"), viewer).order_by("-id")
    if chosen.get("user"):
        found = found.filter(actor_id=chosen["user"].pk)
    if chosen.get("subject"):
        found = found.filter(subject_id=chosen["subject"])
    if chosen.get("day"):
        begin = timezone.make_aware(dt.datetime.combine(chosen["day"], dt.time()))
        found = found.filter(at__gte=begin, at__lt=begin + dt.timedelta(days=1))
    return found
