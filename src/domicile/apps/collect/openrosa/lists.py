"""Entity lists as one phone sees them: the rows of its worker's areas as CSV, with a version that grows."""

import hashlib
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.utils import timezone

from domicile.apps.collect.openrosa.models import AppUser, ListState
from domicile.apps.collect.openrosa.registry import EntityList, Row
from domicile.apps.common.viewer import Viewer
from domicile.core.messages.openrosa import entity_list, md5

DIGEST = 16
MINUTE = 60
#: Stands for the version until that is known; no name or address has this character.
VERSION = "\x1a"


@dataclass(frozen=True)
class Built:
    """A list for one phone: its bytes, their hash, and the rows."""

    content: bytes
    md5: str
    rows: Sequence[Row]


def build(app_user: AppUser, viewer: Viewer, entities: EntityList) -> Built:
    """The list as it is now. Rows that did not change keep their version, so that nothing is fetched twice."""
    rows = entities.rows(viewer)
    written = entity_list(entities.columns, rows, VERSION)
    version = _version(app_user, entities.name, hashlib.sha256(written).digest()[:DIGEST])
    content = written.replace(VERSION.encode(), str(version).encode())
    return Built(content, md5(content), rows)


def _version(app_user: AppUser, name: str, digest: bytes) -> int:
    """Minutes since 1970, or one more than before: it never falls, also for a phone that was set up anew."""
    held = ListState.objects.filter(app_user=app_user, name=name).first()
    if held is not None and bytes(held.digest) == digest:
        return held.version
    now = int(timezone.now().timestamp()) // MINUTE
    version = max(now, held.version + 1 if held else 0)
    ListState.objects.update_or_create(app_user=app_user, name=name, defaults={"digest": digest, "version": version})
    return version


def still_there(viewer: Viewer, entities: EntityList, asked: Sequence[str]) -> Collection[str]:
    """Which of the keys that a phone asks about are still in its list."""
    keys = {}
    for text in asked:
        try:
            keys[uuid.UUID(text)] = text
        except ValueError:
            continue
    return {keys[key] for key in entities.there(viewer, list(keys))}
