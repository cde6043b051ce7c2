"""Visits, phones and what they sent, when the codes of areas or grids change."""

import uuid
from collections.abc import Sequence

from django.db.models import Q

from domicile.apps.areas.recoding import Recoding
from domicile.apps.areas.registry import Moved
from domicile.apps.audit.recording import Recorder
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


def follow(moved: Sequence[Moved], change: Recorder) -> None:
    """Visits and rounds of buildings that go to another grid go along: one statement for each pair of grids."""
    groups: dict[tuple[str, str], list[uuid.UUID]] = {}
    for row in moved:
        groups.setdefault((row.old, row.new), []).append(row.id)
    for (old, new), ids in groups.items():
        there = Q(building__in=ids) | Q(dwelling__building__in=ids)
        Visit.objects.filter(there, place_code=old).update(place_code=new)
