"""Visits, phones and what they sent, when the codes of areas or grids change."""

from domicile.apps.areas.recoding import Recoding
from domicile.apps.collect.openrosa.models import AppUser, Submission
from domicile.apps.fieldwork.models import Visit


def move(recoding: Recoding) -> None:
    """Phones reach what they reached; a phone names several areas, so that those in use are read."""
    recoding.rewrite(Visit, "place_code")
    recoding.rewrite(Submission, "place_code")
    recoding.rewrite(AppUser, "place_code")
    changed = []
    for phone in AppUser.objects.filter(ended_at=None):
        scopes = " ".join(recoding.rights.get(scope, scope) for scope in phone.scopes.split())
        if scopes != phone.scopes:
            recoding.change.values.append(
                [AppUser._meta.db_table, phone.pk.hex, "update", {"scopes": [phone.scopes, scopes]}]
            )
            phone.scopes = scopes
            changed.append(phone)
    AppUser.objects.bulk_update(changed, ["scopes"])
