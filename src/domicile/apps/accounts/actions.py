"""What administrators do with accounts. Nobody reaches accounts outside their areas."""

import datetime as dt
import secrets
import uuid
from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.accounts import second_factor, sessions
from domicile.apps.accounts.models import User
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer

# No characters that are read as one another.
PASSWORD_CHARACTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # noqa: S105
PASSWORD_GROUPS = 4
LANGUAGES = ("zh-hans", "en")


@dataclass(frozen=True)
class NewUser:
    """A made account and its first password, which is kept nowhere."""

    user: User
    password: str


def random_password() -> str:
    """Twenty random characters in four groups: about 99 bits."""
    groups = ("".join(secrets.choice(PASSWORD_CHARACTERS) for _i in range(5)) for _group in range(PASSWORD_GROUPS))
    return "-".join(groups)


def create_user(
    *,
    actor: Viewer,
    username: str,
    real_name: str,
    area_code: str,
    language: str = "zh-hans",
    user_id: uuid.UUID | None = None,
) -> NewUser:
    """Make an account with a random password, told once.

    Raises Refused naming the faulty field, NotAllowed outside the actor's areas.
    """
    actor.require("manage_accounts")
    if not area_code or not actor.covers(area_code):
        raise NotAllowed("manage_accounts outside the area")
    if not username.strip() or not real_name.strip():
        raise Refused(_("Give a user name and the real name."), "username" if not username.strip() else "real_name")
    if language not in LANGUAGES:
        raise Refused(_("The language is Chinese or English."), "language")
    if User.objects.filter(username=username).exists():
        raise Refused(_("There is an account of this name already. Choose another user name."), "username")
    user, password = (
        User(username=username, real_name=real_name, area_code=area_code, language=language),
        random_password(),
    )
    if user_id is not None:
        user.id = user_id
    user.set_unusable_password()
    user.password_given_by = actor.user_id
    with _recording(actor, "accounts.create_user", user) as change:
        change.create(user)
        _set_password(user, password)  # beside the record: a password's hash has no place in the log
    return NewUser(user, password)


def reset_password(*, actor: Viewer, user_id: uuid.UUID) -> NewUser:
    """Give a new random password, told once, and end all sessions. At the next sign-in its owner chooses another.

    Raises Refused where this administrator took the second factor away and there is no new one.
    """
    user = _user(actor, user_id)
    password = random_password()
    with _recording(actor, "accounts.reset_password", user) as change:
        if _did(actor, user, "second_factor_taken_by"):
            raise Refused(
                _(
                    "You took the second factor away, and there is no new one yet. With both you could sign in as this "
                    "colleague. Another administrator gives the password, or you once a new second factor is set up."
                )
            )
        change.update(user, session_serial=user.session_serial + 1, password_given_by=actor.user_id)
        _set_password(user, password)
    sessions.end_all(user.id)
    return NewUser(user, password)


def close_account(*, actor: Viewer, user_id: uuid.UUID, on: dt.date) -> User:
    """Close a leaver's account: every session ends at once, and nobody signs in to it any more."""
    user = _user(actor, user_id)
    if user.id == actor.user_id:
        raise Refused(_("Nobody closes their own account. Ask another administrator."))
    with _recording(actor, "accounts.close", user) as change:
        change.update(user, is_active=False, closed_on=on, session_serial=user.session_serial + 1)
    sessions.end_all(user.id)
    return user


def reset_second_factor(*, actor: Viewer, user_id: uuid.UUID) -> User:
    """Take a lost second factor away: the next sign-in sets up a new one. All sessions end.

    Raises Refused where this administrator gave the password and its owner has chosen no other.
    """
    user = _user(actor, user_id)
    with _recording(actor, "accounts.reset_second_factor", user) as change:
        if _did(actor, user, "password_given_by"):
            raise Refused(
                _(
                    "You gave the password, and no other was chosen yet. With both you could sign in as this colleague. "
                    "Another administrator resets the second factor, or you once a password of their own is chosen."
                )
            )
        second_factor.remove(user)
        change.update(user, session_serial=user.session_serial + 1, second_factor_taken_by=actor.user_id)
    sessions.end_all(user.id)
    return user


def choose_password(*, user: User, password: str) -> None:
    """Its owner's own password, which nobody else knows."""
    user.set_password(password)
    user.password_given_by = None
    user.save(update_fields=["password", "password_given_by"])


def give_second_factor(*, actor: Viewer, user_id: uuid.UUID) -> str:
    """Make a second factor for an account and return its secret, in base 32: for demonstrations and tests."""
    user, secret = _user(actor, user_id), second_factor.new_secret()
    with _recording(actor, "accounts.give_second_factor", user) as change:
        second_factor.store(user, secret)
        change.update(user, session_serial=user.session_serial + 1)
    return secret


def _recording(actor: Viewer, action: str, user: User) -> AbstractContextManager[Recorder]:
    return recording(actor=actor, action=action, subject_kind="user", subject_id=user.id, place_code=user.area_code)


def _did(actor: Viewer, user: User, column: str) -> bool:
    """Whether it is this administrator whom the account names there. The account is locked, so that both are not done at once."""
    held = User.objects.select_for_update().values_list(column, flat=True).get(pk=user.pk)
    return actor.user_id is not None and held == actor.user_id


def _set_password(user: User, password: str) -> None:
    user.set_password(password)
    user.save(update_fields=["password"])


def _user(actor: Viewer, user_id: uuid.UUID) -> User:
    actor.require("manage_accounts")
    with transaction.atomic():
        user = User.objects.filter(pk=user_id).first()
    if user is None or not actor.covers(user.area_code):
        raise NotAllowed("manage_accounts outside the area")
    # Whoever gives out a password can sign in with it: an account that reaches further is not the actor's to open.
    # One that waits for a decision counts too, since the password would be known when it is given.
    reach = user.grants.exclude(valid_to__lte=timezone.localdate()).exclude(state="refused")
    if not all(actor.covers(grant.scope) for grant in reach):
        raise NotAllowed("manage_accounts of an account that reaches beyond the area")
    return user
