"""Make and revoke tokens."""

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.roles import matrix
from domicile.apps.accounts.models import User
from domicile.apps.api import keys, policies
from domicile.apps.api.models import Token
from domicile.apps.audit.recording import recording
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer


@dataclass(frozen=True)
class NewToken:
    """A made token and its text, which is kept nowhere."""

    token: Token
    text: str


def make_token(
    *,
    actor: Viewer,
    client: str,
    purpose: str,
    scopes: Collection[str],
    permissions: Collection[str],
    expires_on: dt.date,
) -> NewToken:
    """Make a token for a program of the actor's own, within what the actor may do; its text is told once.

    Holds until `expires_on` (not included). Raises Refused naming the faulty field, NotAllowed without `make_token`.
    """
    actor.require(policies.MAKE)
    if actor.user_id is None:
        raise NotAllowed(policies.MAKE)
    client = without_numbers(client.strip())
    if not client:
        raise Refused(_("Name the program, so that its looks can be told from others."), "client")
    _check_rights(actor, purpose, permissions)
    _check_scopes(actor, scopes)
    today = timezone.localdate()
    if not today < expires_on <= today + dt.timedelta(days=policies.longest_days()):
        raise Refused(
            _("The last day lies between tomorrow and %(days)s days from now.") % {"days": policies.longest_days()},
            "expires_on",
        )
    owner = User.objects.get(pk=actor.user_id)
    text, prefix = keys.new_token()
    token = Token(
        owner=owner, client=client[:64], prefix=prefix, digest=b"", role=actor.role, purpose=purpose,
        scopes=" ".join(dict.fromkeys(scopes)), permissions=" ".join(sorted(set(permissions))),
        made_at=timezone.now(), expires_on=expires_on,
    )  # fmt: skip
    with recording(
        actor=actor, action="api.make_token", subject_kind="token", subject_id=token.pk, place_code=owner.area_code
    ) as change:
        change.create(token)
        token.digest = keys.digest_of(text)
        token.save(update_fields=["digest"])  # beside the record: the hash of a secret has no place in the log
    return NewToken(token, text)


def revoke_token(*, actor: Viewer, token_id: uuid.UUID) -> Token:
    """End a token at once: one's own, or as administrator that of an account in one's areas."""
    token = Token.objects.select_related("owner").filter(pk=token_id).first()
    if token is None or not may_revoke(actor, token):
        raise NotAllowed("revoke a token")
    if token.revoked_at is not None:
        raise Refused(_("This token was revoked already."))
    with recording(
        actor=actor, action="api.revoke_token", subject_kind="token", subject_id=token.pk,
        place_code=token.owner.area_code,
    ) as change:  # fmt: skip
        return change.update(token, revoked_at=timezone.now())


def may_revoke(actor: Viewer, token: Token) -> bool:
    """Whether the actor may end this token: its owner, and whoever manages the owner's account."""
    own = actor.user_id is not None and token.owner_id == actor.user_id
    return own or (actor.may("manage_accounts") and actor.covers(token.owner.area_code))


def _check_rights(actor: Viewer, purpose: str, permissions: Collection[str]) -> None:
    rules = matrix(timezone.localdate())
    if purpose not in rules.purposes(actor.role):
        raise Refused(_("Choose a purpose of your role."), "purpose")
    allowed = rules.permissions(actor.role, purpose) & set(policies.GRANTABLE)
    if not permissions:
        raise Refused(_("Choose at least one thing that the program may do."), "permissions")
    beyond = sorted(set(permissions) - allowed)
    if beyond:
        names = "、".join(
            rules.known_permissions[name].label.zh if name in rules.known_permissions else name for name in beyond
        )
        raise Refused(
            _("With this purpose you may not do this yourself: %(names)s. Leave it out or choose another purpose.")
            % {"names": names},
            "permissions",
        )


def _check_scopes(actor: Viewer, scopes: Collection[str]) -> None:
    if not scopes:
        raise Refused(_("Name the area that the program may read."), "scopes")
    for code in scopes:
        if not (code.isascii() and code.isdigit() and len(code) in {2, 4, 6, 9, 12, 15}) or not actor.covers(code):
            raise Refused(_("%(code)s is no area inside your own.") % {"code": without_numbers(code)[:20]}, "scopes")
    if len(" ".join(scopes)) > 200:
        raise Refused(_("These are too many areas for one token. Make another one for the rest."), "scopes")
