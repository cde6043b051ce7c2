"""Tokens and webhooks when the codes of areas or grids change."""

from domicile.apps.api.models import Token, Webhook
from domicile.apps.areas.recoding import Recoding


def move(recoding: Recoding) -> None:
    """Programs reach what they reached. A token names several areas: those that hold are read, and few change."""
    recoding.rewrite(Webhook, "area", rights=True)
    changed = []
    for token in Token.objects.filter(revoked_at=None):
        scopes = " ".join(recoding.rights.get(scope, scope) for scope in token.scopes.split())
        if scopes != token.scopes:
            recoding.change.values.append(
                [Token._meta.db_table, token.pk.hex, "update", {"scopes": [token.scopes, scopes]}]
            )
            token.scopes = scopes
            changed.append(token)
    Token.objects.bulk_update(changed, ["scopes"])
