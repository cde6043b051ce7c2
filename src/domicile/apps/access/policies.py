"""When a role needs a second administrator, who that may be, and what may be done with a role in its state."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.models import Grant
from domicile.apps.access.roles import matrix
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.core.policy.parameters import parameter

PERMISSION = "grant_access"
# What an administrator can do to sign in as a colleague.
RESETS = ("accounts.reset_password", "accounts.reset_second_factor", "accounts.give_second_factor")


@dataclass(frozen=True)
class Administrators:
    """Accounts with the areas over which they may give roles."""

    scopes: dict[uuid.UUID, tuple[str, ...]]

    def over(self, codes: Collection[str], but: Collection[uuid.UUID | None]) -> list[uuid.UUID]:
        """Those whose areas hold all the codes, apart from some."""
        return [
            account
            for account, scopes in self.scopes.items()
            if account not in but and all(any(code.startswith(scope) for scope in scopes) for code in codes)
        ]


def administrators(today: dt.date, *, shut_out_since: dt.date | None = None) -> Administrators:
    """Whose open account may give roles today; with `shut_out_since` also whose account or role ended after that day."""
    since, rules = shut_out_since or today, matrix(today)
    roles = [role for role in rules.roles if PERMISSION in rules.ever(role)]
    held = Grant.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=since),
        Q(user__is_active=True) | Q(user__closed_on__gt=since),
        role__in=roles,
        state=Grant.State.HOLDS,
        valid_from__lte=today,
    )
    found: dict[uuid.UUID, tuple[str, ...]] = {}
    for account, scope in held.order_by("user_id", "scope").values_list("user_id", "scope"):
        found[account] = (*found.get(account, ()), scope)
    return Administrators(found)


def state_when_given(actor: Viewer, grant: Grant, today: dt.date) -> tuple[Grant.State, bool]:
    """The state in which a new role begins, and whether it is given alone.

    The machine itself needs nobody: whoever works on it has the register anyway. Where there is no second administrator,
    nor was one until a few days ago, there is nobody to wait for.
    """
    if actor.user_id is None or not matrix(today).needs_second(grant.role):
        return Grant.State.HOLDS, False
    known = administrators(today, shut_out_since=today - _days(today))
    codes = (grant.scope, grant.user.area_code)
    waits = bool(known.over(codes, but=(actor.user_id, grant.user_id)))
    return (Grant.State.WAITING, False) if waits else (Grant.State.HOLDS, True)


def check_decides(actor: Viewer, grant: Grant, today: dt.date) -> None:
    """Raise NotAllowed outside the areas, Refused where it is not this administrator's to decide."""
    check_reaches(actor, grant)
    if actor.user_id is None or actor.user_id == grant.asked_by:
        raise Refused(_("You gave this role yourself. A second administrator decides on it."))
    if actor.user_id == grant.user_id:
        raise Refused(_("This role is for yourself. Another administrator decides on it."))
    since = timezone.now() - _days(today)
    if Change.objects.filter(
        subject_id=actor.user_id, actor_id=grant.asked_by, action__in=RESETS, at__gte=since
    ).exists():
        raise Refused(
            _(
                "Whoever asks for this role has just reset your password or second factor. "
                "Another administrator decides on it, or you in some days."
            )
        )


def check_reaches(actor: Viewer, grant: Grant) -> None:
    """Raise NotAllowed where the role, or the office of who gets it, lies outside the actor's areas."""
    actor.require(PERMISSION)
    if not actor.covers(grant.scope) or not actor.covers(grant.user.area_code):
        raise NotAllowed("grant_access outside the area")


def is_open(grant: Grant, today: dt.date) -> bool:
    """Whether a second administrator has something to decide: it waits, or was given alone and still holds or will."""
    ended = grant.valid_to is not None and grant.valid_to <= today
    return grant.state == Grant.State.WAITING or (grant.unconfirmed and not ended)


def _days(today: dt.date) -> dt.timedelta:
    return dt.timedelta(days=int(parameter("accounts.second_administrator_days", today)))
