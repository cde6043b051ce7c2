"""Under which name a failed sign-in is counted."""

from typing import Any

from django.http import HttpRequest

from domicile.apps.vault.keyring import blind

DIGITS = 10


def counted_name(request: HttpRequest | None, credentials: dict[str, Any] | None) -> str | None:
    """The user name that was tried; one of many digits, perhaps somebody's number, only as its keyed hash."""
    name = (credentials or {}).get("username")
    if name is None and request is not None:
        name = request.POST.get("username")
    if name is None or sum(character.isdigit() for character in str(name)) < DIGITS:
        return name
    return f"hidden-{blind('term', str(name)).hex()}"
