"""Give and take roles."""

import datetime as dt
import uuid

from django.utils.translation import gettext_lazy as _

from domicile.apps.access.models import Grant
from domicile.apps.accounts.models import User
from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.core.policy.corrections import scope_level
from domicile.core.policy.parameters import PolicyError
from domicile.core.policy.roles import matrix


def grant_role(
    *, actor: Viewer, user_id: uuid.UUID, role: str, scope: str, valid_from: dt.date, valid_to: dt.date | None = None
) -> Grant:
    """Give a role over an area in [valid_from, valid_to).

    Raises Refused naming the faulty field, NotAllowed when the area or the account lies outside the actor's.
    """
    actor.require("grant_access")
    user = _user(actor, user_id)
    if not actor.covers(scope):
        raise NotAllowed("grant_access outside the area")
    if user.id == actor.user_id:
        raise Refused(_("Nobody gives roles to themselves. Ask another administrator."))
    try:
        known = matrix(valid_from).roles.get(role)
    except PolicyError as error:
        raise Refused(_("No rules hold on that day yet. Choose a later one."), "valid_from") from error
    if known is None:
        raise Refused(_("There is no such role. Choose one of the list."), "role")
    if not _may_hold(known.scope_levels, scope):
        raise Refused(_("This role is not given over an area of that size. Choose the right level."), "scope")
    if valid_to is not None and valid_to <= valid_from:
        raise Refused(_("The end must lie after the beginning."), "valid_to")
    if not user.is_active:
        raise Refused(_("This account is closed. A closed account gets no roles."))
    grant = Grant(user=user, role=role, scope=scope, valid_from=valid_from, valid_to=valid_to)
    with recording(
        actor=actor, action="access.grant", subject_kind="user", subject_id=user.id, place_code=user.area_code
    ) as change:
        return change.create(grant)


def revoke_role(*, actor: Viewer, grant_id: uuid.UUID, on: dt.date) -> None:
    """End a grant on a day: it does not hold on that day any more. One that had not begun is removed."""
    actor.require("grant_access")
    grant = Grant.objects.select_related("user").filter(pk=grant_id).first()
    if grant is None or not actor.covers(grant.scope):
        raise NotAllowed("grant_access outside the area")
    if grant.valid_to is not None and grant.valid_to <= on:
        raise Refused(_("This role has ended already."))
    with recording(
        actor=actor,
        action="access.revoke",
        subject_kind="user",
        subject_id=grant.user_id,
        place_code=grant.user.area_code,
    ) as change:
        if grant.valid_from >= on:
            change.delete(grant)
        else:
            change.update(grant, valid_to=on)


def _may_hold(levels: tuple[str, ...], scope: str) -> bool:
    try:
        return scope.isascii() and scope.isdecimal() and scope_level(scope) in levels
    except PolicyError:
        return False


def _user(actor: Viewer, user_id: uuid.UUID) -> User:
    user = User.objects.filter(pk=user_id).first()
    if user is None or not actor.covers(user.area_code):
        raise NotAllowed("grant_access outside the area")
    return user
