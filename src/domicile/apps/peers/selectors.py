"""What is known of lines and messages."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson
from django.db.models import Count, Min
from django.utils import timezone

from domicile.apps.peers import keys
from domicile.apps.peers.bodies import open_bodies
from domicile.apps.peers.directory import own
from domicile.apps.peers.models import GIVEN_UP_THERE, InMessage, Line, OutMessage, Peer, PeerArea

#: No key of a peer counts here: nothing that it signs is taken in.
NO_KEY_OF_PEER = "no_key_of_peer"


@dataclass
class Row:
    """How the link to a peer stands."""

    peer: Peer
    areas: list[str] = field(default_factory=list)
    waiting: int = 0
    oldest: dt.datetime | None = None
    refused: int = 0
    given_up: int = 0
    to_apply: int = 0
    aside: int = 0
    problem: str = ""
    has_key: bool = False
    reached_at: dt.datetime | None = None
    heard_at: dt.datetime | None = None

    @property
    def set_aside(self) -> int:
        """Messages that somebody has to look at."""
        return self.refused + self.aside + self.given_up

    @property
    def trouble(self) -> str:
        """What is wrong with the link, as a code of `words.PROBLEMS`; '' where nothing is."""
        keyless = not self.has_key and self.peer.state in Peer.LINKED
        return NO_KEY_OF_PEER if keyless else self.problem


def directory(peer_id: uuid.UUID | None = None) -> list[Row]:
    """Every peer, or one, with its line and its backlog. Seven queries."""
    peers = Peer.objects.exclude(state=Peer.State.OWN).order_by("name", "pk")
    if peer_id is not None:
        peers = peers.filter(pk=peer_id)
    rows = {peer.pk: Row(peer) for peer in peers}
    for key, prefix in PeerArea.objects.filter(peer__in=rows).order_by("prefix").values_list("peer_id", "prefix"):
        rows[key].areas.append(prefix)
    for line in Line.objects.filter(peer__in=rows):
        row = rows[line.peer_id]
        row.problem, row.reached_at, row.heard_at = line.problem, line.reached_at, line.heard_at
    for key in keys.holding(timezone.now()).filter(peer__in=rows).values_list("peer_id", flat=True):
        rows[key].has_key = True
    told = OutMessage.objects.filter(peer__in=rows, problem=GIVEN_UP_THERE).values_list("peer_id")
    for key, count in told.annotate(Count("pk")):
        rows[key].given_up = count
    sent = OutMessage.objects.filter(peer__in=rows, state__in=("waiting", "refused"))
    for key, state, count, oldest in sent.values_list("peer_id", "state").annotate(Count("pk"), Min("made_at")):
        if state == OutMessage.State.WAITING:
            rows[key].waiting, rows[key].oldest = count, oldest
        else:
            rows[key].refused = count
    came = InMessage.objects.filter(peer__in=rows, state__in=("waiting", "aside"))
    for key, state, count in came.values_list("peer_id", "state").annotate(Count("pk")):
        if state == InMessage.State.WAITING:
            rows[key].to_apply = count
        else:
            rows[key].aside = count
    return list(rows.values())


def in_trouble(now: dt.datetime) -> int:
    """How many links fail; one more where this register cannot sign."""
    failing = Line.objects.filter(peer__state__in=Peer.LINKED).exclude(problem="").count()
    return failing + bool(own() is not None and keys.trouble(now))


def set_aside(peer: Peer, most: int = 200) -> list[OutMessage | InMessage]:
    """Messages that were refused or given up there, or set aside here; of each the oldest first."""
    refused = OutMessage.objects.filter(peer=peer, state=OutMessage.State.REFUSED).select_related("peer")
    aside = InMessage.objects.filter(peer=peer, state=InMessage.State.ASIDE).select_related("peer")
    given_up = OutMessage.objects.filter(peer=peer, problem=GIVEN_UP_THERE).select_related("peer")
    return [*refused.order_by("pk")[:most], *given_up.order_by("pk")[:most], *aside.order_by("pk")[:most]]


@dataclass(frozen=True)
class Notice:
    """A plain notice: from which end, when, and what it says ('' once it was erased)."""

    own: bool
    at: dt.datetime
    text: str
    state: str


def notices(peer: Peer, most: int = 20) -> list[Notice]:
    """The last plain notices to and from a peer, latest first."""
    sent = list(OutMessage.objects.filter(peer=peer, kind="note").order_by("-pk")[:most])
    came = list(InMessage.objects.filter(peer=peer, kind="note").order_by("-pk")[:most])
    found = [
        *(Notice(True, row.made_at, text, row.state) for row, text in zip(sent, _texts(sent), strict=True)),
        *(Notice(False, row.made_at, text, row.state) for row, text in zip(came, _texts(came), strict=True)),
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)[:most]


def _texts(rows: Sequence[Any]) -> list[str]:
    held = [row for row in rows if row.body is not None]
    opened = open_bodies([(row._meta.db_table, row.pk, row.sealed_under, row.body) for row in held]) if held else []
    texts = {
        row.pk: str(orjson.loads(content)["data"].get("text", "")) for row, content in zip(held, opened, strict=True)
    }
    return [texts.get(row.pk, "") for row in rows]
