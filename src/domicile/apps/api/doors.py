"""The way in for programs: from the text of a token to a Viewer, afresh at each call."""

from dataclasses import dataclass, replace

from django.core.cache import cache
from django.utils import timezone

from domicile.apps.access.log import record_look
from domicile.apps.access.viewers import viewer_for
from domicile.apps.api import keys, policies
from domicile.apps.api.models import Token, TokenUse
from domicile.apps.common.viewer import Viewer

CHANNEL = "api"
NOTED_EVERY = 60


class Locked(Exception):
    """Too many wrong tokens; `seconds` says after what time to try again."""

    def __init__(self, seconds: int) -> None:
        super().__init__("too many wrong tokens")
        self.seconds = seconds


@dataclass(frozen=True)
class Entered:
    """A program inside: its token and what it may see."""

    token: Token
    viewer: Viewer


def enter(text: str, address: str) -> Entered | None:
    """Who a call with this token is; None for one that is unknown, wrong, expired, revoked, or whose owner has left.

    Wrong ones are counted for each address and token: nobody locks out the token of somebody else, and a program with
    a wrong one does not close the door to its neighbours. Raises Locked.
    """
    prefix = keys.prefix_of(text)
    token = Token.objects.select_related("owner").filter(prefix=prefix).first() if prefix else None
    counter = "api-wrong:" + keys.digest_of(f"{address} {token.prefix if token else '-'}").hex()
    if int(cache.get(counter, 0)) >= policies.wrong_tokens():
        raise Locked(policies.lockout_seconds())
    if not keys.fits(text, bytes(token.digest) if token else None) or token is None:
        _count(counter, token)
        return None
    if not holds(token):
        return None
    _note(token)
    return Entered(token, viewer_of(token))


def holds(token: Token) -> bool:
    """Whether the token is neither expired nor revoked and its owner's account is open."""
    today, owner = timezone.localdate(), token.owner
    closed = not owner.is_active or (owner.closed_on is not None and owner.closed_on <= today)
    return token.revoked_at is None and today < token.expires_on and not closed


def viewer_of(token: Token) -> Viewer:
    """What the token allows today: the part of it that its owner may do today, in its role and for its purpose."""
    owner = viewer_for(token.owner, token.purpose, timezone.localdate(), token.role)
    channel = f"{CHANNEL}:{token.prefix}"
    if owner.role != token.role or owner.purpose != token.purpose:
        return Viewer(user_id=token.owner_id, name=token.owner.real_name, role="", channel=channel)
    return replace(
        owner,
        scopes=common_scopes(owner.scopes, token.scopes.split()),
        permissions=owner.permissions & set(token.permissions.split()),
        channel=channel,
    )


def common_scopes(held: tuple[str, ...], wanted: list[str]) -> tuple[str, ...]:
    """The areas that lie in both lists of code prefixes."""
    both = [
        max(one, other, key=len) for one in held for other in wanted if one.startswith(other) or other.startswith(one)
    ]
    return tuple(dict.fromkeys(both))


def _count(counter: str, token: Token | None) -> None:
    failures = int(cache.get(counter, 0)) + 1
    cache.set(counter, failures, timeout=policies.lockout_seconds())
    if failures == policies.wrong_tokens():
        owner = token.owner if token else None
        viewer = Viewer(
            user_id=owner.pk if owner else None,
            name=owner.real_name if owner else "",
            role="",
            channel=f"{CHANNEL}:{token.prefix}" if token else CHANNEL,
        )
        record_look(viewer, question="token_refused")


def _note(token: Token) -> None:
    """Note the use, at most once a minute: a program that reads much does not write each time."""
    now = timezone.now()
    last = TokenUse.objects.filter(pk=token.pk).values_list("last_used_at", flat=True).first()
    if last is None or (now - last).total_seconds() >= NOTED_EVERY:
        TokenUse.objects.update_or_create(pk=token.pk, defaults={"last_used_at": now})
