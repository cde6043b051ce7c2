"""The text of a token: `dom_` + 8 characters that name it + `_` + 43 random ones. Only its keyed hash is kept."""

import hmac
import re
import secrets

from domicile.apps.vault.keyring import blind

# Under the key of search terms, apart from these by what stands before it: a new key file would stop an upgrade.
APART = "api token\x1f"
SHAPE = re.compile(r"dom_([a-z2-7]{8})_[A-Za-z0-9_-]{43}")
PREFIX_CHARACTERS = "abcdefghijklmnopqrstuvwxyz234567"
NOTHING = b"\0" * 16


def new_token() -> tuple[str, str]:
    """(text, prefix) of a fresh token: 256 random bits behind the prefix."""
    prefix = "".join(secrets.choice(PREFIX_CHARACTERS) for _i in range(8))
    return f"dom_{prefix}_{secrets.token_urlsafe(32)}", prefix


def prefix_of(text: str) -> str:
    """The prefix of a text that has the shape of a token, '' for any other."""
    found = SHAPE.fullmatch(text)
    return found[1] if found else ""


def digest_of(text: str) -> bytes:
    """The keyed hash of a token, or of what was sent with a key."""
    return blind("term", APART + text)


def fits(text: str, digest: bytes | None) -> bool:
    """Whether the text has this hash; takes as long for a token that is not there."""
    return hmac.compare_digest(digest_of(text), digest or NOTHING) and digest is not None
