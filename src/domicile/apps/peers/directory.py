"""Which register answers for a place."""

import uuid
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from domicile.apps.common import turns
from domicile.apps.common.refusals import Refused
from domicile.apps.peers.models import AREA_LENGTHS, Peer, PeerArea


def peer_for(code: str) -> Peer | None:
    """The peer that answers for a place code (2 to 15 digits); None for own places and where nobody answers.

    Also while its link is paused: what is written for it waits until it is resumed, and nothing is decided without it.
    """
    return turns.once(("register of a place", code), lambda: _peer_for(code))


def _peer_for(code: str) -> Peer | None:
    prefixes = [code[:length] for length in AREA_LENGTHS if len(code) >= length]
    linked = Peer.objects.filter(areas__prefix__in=prefixes, state__in=Peer.LINKED)
    return linked.first() if prefixes else None


def is_linked(code: str) -> bool:
    """Whether a peer answers for a place code."""
    return peer_for(code) is not None


def answers_for(peer: Peer, code: str) -> bool:
    """Whether a place lies in the areas of a peer: nobody speaks for places of others."""
    prefixes = [code[:length] for length in AREA_LENGTHS if len(code) >= length]
    held = turns.once(("areas of a register", peer.pk), lambda: _prefixes(peer, prefixes))
    return not held.isdisjoint(prefixes)


def _prefixes(peer: Peer, prefixes: Sequence[str]) -> frozenset[str]:
    """The areas of a peer: those asked for; in a turn all, since others will ask."""
    areas = peer.areas.all() if turns.current() is not None else peer.areas.filter(prefix__in=prefixes)
    return frozenset(areas.values_list("prefix", flat=True))


def own() -> Peer | None:
    """This register as others know it; None before it was given a name."""
    return Peer.objects.filter(state=Peer.State.OWN).first()


def own_id() -> uuid.UUID:
    """The id of this register. Raises Refused before it was given a name."""
    found = Peer.objects.filter(state=Peer.State.OWN).values_list("pk", flat=True).first()
    if found is None:
        raise Refused(_("Say first how this register is called and where it is reached: domicile peers own."))
    return found


def linked_areas() -> list[tuple[str, str]]:
    """The areas that peers answer for, as (beginning of the code, name of the register), by code. One query."""
    rows = PeerArea.objects.filter(peer__state__in=Peer.LINKED).order_by("prefix")
    return list(rows.values_list("prefix", "peer__name"))
