"""Rounds of delivery: what is due goes out, in its order, and what the other end answers is noted."""

import datetime as dt
from dataclasses import dataclass

from domicile.apps.peers.models import Peer


@dataclass(frozen=True)
class Report:
    """What a round did: messages that the other ends have now, those they refused, and lines that failed."""

    delivered: int = 0
    refused: int = 0
    failed: int = 0


def deliver_once(*, peer: Peer | None = None, now: dt.datetime) -> Report:
    """One round over the wire, to one peer or to all, for what is due."""
    return Report()
