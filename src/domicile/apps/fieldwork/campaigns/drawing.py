"""The frame of a campaign as a text, its digest, and the order and parts that a seed draws from it.

Whoever has the text can draw them again with any tool: the digest is the SHA-256 of the text; dwellings stand in the order
of SHA-256("seed|id"); number n belongs to part ((n - 1) mod parts) + 1. Each part is a random sample of the whole, and so
the first ones finished tell about all of it.
"""

import datetime as dt
import uuid
from collections.abc import Collection
from hashlib import sha256

PARTS_MOST = 20


def frame_text(seed: str, reference_on: dt.date, dwellings: Collection[uuid.UUID]) -> str:
    """What is digested: the moment and the seed, then the ids of the dwellings in the order of their letters, a line each."""
    lines = [f"{reference_on.isoformat()} {seed}", *sorted(str(one) for one in dwellings)]
    return "".join(f"{line}\n" for line in lines)


def digest(text: str) -> str:
    """The SHA-256 of the frame's text in hexadecimal digits."""
    return sha256(text.encode()).hexdigest()


def drawn(seed: str, dwellings: Collection[uuid.UUID], parts: int) -> list[tuple[uuid.UUID, int, int]]:
    """Each dwelling with its number from 1 on and its part, in the drawn order."""
    ordered = sorted(dwellings, key=lambda one: sha256(f"{seed}|{one}".encode()).digest())
    return [(one, number, (number - 1) % parts + 1) for number, one in enumerate(ordered, start=1)]
