"""Give and take roles. One that opens people's records, or accounts, is held once a second administrator has approved it."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, contextmanager

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access import conditions, policies
from domicile.apps.access.models import Grant
from domicile.apps.access.roles import matrix
from domicile.apps.accounts.models import User
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.core.policy.corrections import scope_level
from domicile.core.policy.parameters import PolicyError


def grant_role(
    *, actor: Viewer, user_id: uuid.UUID, role: str, scope: str, valid_from: dt.date, valid_to: dt.date | None = None
) -> Grant:
    """Give a role over an area in [valid_from, valid_to), or ask for it where a second administrator decides.

    Its state says which. Raises Refused naming the faulty field, NotAllowed when the area or the account lies outside
    the actor's.
    """
    actor.require("grant_access")
    user = _user(actor, user_id)
    if not actor.covers(scope):
        raise NotAllowed("grant_access outside the area")
    if user.id == actor.user_id:
        raise Refused(_("Nobody gives roles to themselves. Ask another administrator."))
    _check_role(role, scope, valid_from)
    if valid_to is not None and valid_to <= valid_from:
        raise Refused(_("The end must lie after the beginning."), "valid_to")
    if not user.is_active:
        raise Refused(_("This account is closed. A closed account gets no roles."))
    conditions.check(actor, user, role, timezone.localdate())
    if user.grants.filter(role=role, scope=scope, state=Grant.State.WAITING).exists():
        raise Refused(_("This role waits for a second administrator already."), "role")
    grant = Grant(user=user, role=role, scope=scope, valid_from=valid_from, valid_to=valid_to)
    grant.state, grant.alone = policies.state_when_given(actor, grant, timezone.localdate())
    grant.asked_by, grant.asked_at = actor.user_id, timezone.now()
    action = "access.ask" if grant.state == Grant.State.WAITING else "access.grant"
    with _recording(actor, "access.grant_alone" if grant.alone else action, grant) as change:
        return change.create(grant)


def approve_grant(*, actor: Viewer, grant_id: uuid.UUID, today: dt.date) -> Grant:
    """As second administrator let a waiting role hold from today at the earliest, or confirm one given alone.

    Raises Refused where it is not this administrator's to decide, or nothing waits any more.
    """
    with _deciding(actor, grant_id, today) as grant:
        if grant.state != Grant.State.WAITING:
            with _recording(actor, "access.confirm", grant) as change:
                return change.update(grant, decided_by=actor.user_id, decided_at=timezone.now())
        if not grant.user.is_active:
            raise Refused(_("This account is closed. A closed account gets no roles."))
        if grant.valid_to is not None and grant.valid_to <= today:
            raise Refused(_("The time asked for is over. Refuse it; it can be asked for anew."))
        conditions.check(actor, grant.user, grant.role, today)
        with _recording(actor, "access.approve", grant) as change:
            return change.update(
                grant,
                state=Grant.State.HOLDS,
                valid_from=max(grant.valid_from, today),
                decided_by=actor.user_id,
                decided_at=timezone.now(),
            )


def refuse_grant(*, actor: Viewer, grant_id: uuid.UUID, note: str, today: dt.date) -> Grant:
    """As second administrator refuse a waiting role, and say why. One given alone is taken away instead."""
    with _deciding(actor, grant_id, today) as grant:
        if grant.state != Grant.State.WAITING:
            raise Refused(_("This role is held already. Take it away instead."))
        note = without_numbers(note.strip())
        if not note:
            raise Refused(_("Say why, for whoever asked."), "note")
        with _recording(actor, "access.refuse", grant, note) as change:
            return change.update(
                grant,
                state=Grant.State.REFUSED,
                decided_by=actor.user_id,
                decided_at=timezone.now(),
                decision_note=note,
            )


def withdraw_grant(*, actor: Viewer, grant_id: uuid.UUID) -> None:
    """Take back what one asked for oneself, while it waits."""
    with transaction.atomic():
        grant = _grant(actor, grant_id)
        if actor.user_id is None or grant.asked_by != actor.user_id:
            raise NotAllowed("only who asked takes it back")
        if grant.state != Grant.State.WAITING:
            raise Refused(_("This is decided already."))
        with _recording(actor, "access.withdraw", grant) as change:
            change.delete(grant)


def reopen_grant(*, actor: Viewer, grant_id: uuid.UUID, today: dt.date) -> Grant:
    """Undo one's own decision: the role waits again, or is again marked as given alone."""
    with transaction.atomic():
        grant = _grant(actor, grant_id)
        if actor.user_id is None or grant.decided_by != actor.user_id:
            raise NotAllowed("only who decided takes it back")
        if grant.valid_to is not None and grant.valid_to <= today:
            raise Refused(_("This role has ended already."))
        state = Grant.State.HOLDS if grant.alone else Grant.State.WAITING
        with _recording(actor, "access.reopen", grant) as change:
            return change.update(grant, state=state, decided_by=None, decided_at=None, decision_note="")


def revoke_role(*, actor: Viewer, grant_id: uuid.UUID, on: dt.date) -> None:
    """End a grant on a day: it does not hold on that day any more. One that had not begun is removed."""
    actor.require("grant_access")
    grant = Grant.objects.select_related("user").filter(pk=grant_id).first()
    if grant is None or not actor.covers(grant.scope):
        raise NotAllowed("grant_access outside the area")
    if grant.state != Grant.State.HOLDS:
        raise Refused(_("Nobody holds this role: it waits for a decision or was refused."))
    if grant.valid_to is not None and grant.valid_to <= on:
        raise Refused(_("This role has ended already."))
    with _recording(actor, "access.revoke", grant) as change:
        if grant.valid_from >= on:
            change.delete(grant)
        else:
            change.update(grant, valid_to=on)


@transaction.atomic
def end_with_post(*, actor: Viewer, user_id: uuid.UUID, role: str, scopes: Collection[str], on: dt.date) -> int:
    """End a role over areas from a day on, because the post for which it was given is over; returns how many ended.

    It only takes away, also what still waits, and so needs no administrator: whoever keeps the post has ended it. The caller
    has checked that the actor does.
    """
    rows = Grant.objects.select_for_update(of=("self",)).select_related("user")
    rows = rows.filter(user_id=user_id, role=role, scope__in=list(scopes)).exclude(state=Grant.State.REFUSED)
    ending = [row for row in rows.order_by("pk") if row.valid_to is None or row.valid_to > on]
    for grant in ending:
        with _recording(actor, "access.revoke", grant) as change:
            if grant.state == Grant.State.WAITING or grant.valid_from >= on:
                change.delete(grant)
            else:
                change.update(grant, valid_to=on)
    return len(ending)


def _check_role(role: str, scope: str, valid_from: dt.date) -> None:
    try:
        known = matrix(valid_from).roles.get(role)
    except PolicyError as error:
        raise Refused(_("No rules hold on that day yet. Choose a later one."), "valid_from") from error
    if known is None:
        raise Refused(_("There is no such role. Choose one of the list."), "role")
    if not _may_hold(known.scope_levels, scope):
        raise Refused(_("This role is not given over an area of that size. Choose the right level."), "scope")


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


def _grant(actor: Viewer, grant_id: uuid.UUID) -> Grant:
    """The grant, locked until the transaction ends, so that it is decided once."""
    actor.require("grant_access")
    grant = Grant.objects.select_for_update(of=("self",)).select_related("user").filter(pk=grant_id).first()
    if grant is None:
        raise NotAllowed("grant_access outside the area")
    policies.check_reaches(actor, grant)
    return grant


@contextmanager
def _deciding(actor: Viewer, grant_id: uuid.UUID, today: dt.date) -> Iterator[Grant]:
    with transaction.atomic():
        grant = _grant(actor, grant_id)
        policies.check_decides(actor, grant, today)
        if not policies.is_open(grant, today):
            raise Refused(_("This is decided already."))
        yield grant


def _recording(actor: Viewer, action: str, grant: Grant, reason: str = "") -> AbstractContextManager[Recorder]:
    return recording(
        actor=actor,
        action=action,
        subject_kind="user",
        subject_id=grant.user_id,
        place_code=grant.user.area_code,
        reason=reason,
    )
