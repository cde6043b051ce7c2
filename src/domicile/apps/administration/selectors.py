"""What administrators and supervisors read: accounts of their areas, looks and changes of their people."""

import datetime as dt
import uuid
from typing import Any, TypeVar

from allauth.mfa.models import Authenticator
from django.db.models import Model, Prefetch, Q, QuerySet
from django.utils import timezone

from domicile.apps.access.models import Grant, Look, Seen
from domicile.apps.access.scopes import restrict
from domicile.apps.accounts.models import User
from domicile.apps.administration import words
from domicile.apps.audit.models import Change
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import NotAllowed, Viewer

Row = TypeVar("Row", bound=Model)


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

    `chosen` may hold user (User), person (UUID), question, purpose, area (code of the role) and since, until (dates, both
    included). Attempts at a closed account name no account; they are found by the name that was typed.
    """
    staff = {account.pk: account.username for account in restrict(User.objects.all(), viewer, "area_code")}
    found = _in_days(Look.objects.using("log").order_by("-id"), chosen)
    if chosen.get("user"):
        found = found.filter(user_id=chosen["user"].pk)
    found = found.filter(Q(user_id__in=list(staff)) | Q(user_id__isnull=True, user_name__in=list(staff.values())))
    if chosen.get("person"):
        found = found.filter(pk__in=Seen.objects.using("log").filter(person_id=chosen["person"]).values("look_id"))
    if chosen.get("area"):
        code = chosen["area"]
        found = found.filter(Q(scopes__startswith=code) | Q(scopes__contains=f" {code}"))
    for name in ("question", "purpose"):
        if chosen.get(name):
            found = found.filter(**{name: chosen[name]})
    return found


def look(viewer: Viewer, look_id: int) -> Look:
    """One look by staff of the viewer's areas. Raises NotAllowed, also when there is none."""
    found = looks(viewer, {}).filter(pk=look_id).first()
    if found is None:
        raise NotAllowed("look outside the area")
    return found


def changes(viewer: Viewer, chosen: dict[str, Any]) -> QuerySet[Change]:
    """Changes in the viewer's areas, newest first.

    `chosen` may hold user (User), subject (UUID), action, purpose, area (code) and since, until (dates, both included).
    """
    found = _in_days(restrict(Change.objects.defer("values"), viewer).order_by("-id"), chosen)
    if chosen.get("user"):
        found = found.filter(actor_id=chosen["user"].pk)
    if chosen.get("subject"):
        found = found.filter(subject_id=chosen["subject"])
    if chosen.get("action"):
        found = found.filter(action__in=words.names_of_action(chosen["action"]))
    if chosen.get("purpose"):
        found = found.filter(purpose=chosen["purpose"])
    return found.filter(prefix_q("place_code", chosen.get("area") or ""))


def change(viewer: Viewer, change_id: int) -> Change:
    """One change of the viewer's areas with what it wrote. Raises NotAllowed, also when there is none."""
    found = restrict(Change.objects.all(), viewer).filter(pk=change_id).first()
    if found is None:
        raise NotAllowed("change outside the area")
    return found


def _in_days(found: QuerySet[Row], chosen: dict[str, Any]) -> QuerySet[Row]:
    """Those from the beginning of `since` to the end of `until`, as the clock on the wall counts days."""
    if chosen.get("since"):
        found = found.filter(at__gte=_beginning(chosen["since"]))
    if chosen.get("until"):
        found = found.filter(at__lt=_beginning(chosen["until"] + dt.timedelta(days=1)))
    return found


def _beginning(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
