"""Which tokens two ends have in common, found by blinding twice: neither end can test a guess by itself.

Private set intersection after Meadows (1986) and Huberman, Franklin and Hogg (1999): each token is hashed onto a point of a
curve; each end multiplies by a secret of its own. The order of the two multiplications does not matter, so that a token that both
ends hold ends in the same point, and whoever lacks the other's secret cannot tell a blinded token from a random point (decisional
Diffie-Hellman assumption). The curve is P-256 (FIPS 186-5, SP 800-186): its order is prime, so no point leads into a small
subgroup, and what is no point of it is refused when it is read. Only x-coordinates travel: the x of a multiple is the same
for a point and its opposite.

A token becomes a point by trying HMAC-SHA-256 values until one is an x-coordinate ("try and increment", Boneh, Lynn and Shacham
2001, section 3.3): two tries on average. How long that takes is seen by nobody but the end that holds the token.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Sequence
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

#: Bytes of a point as it travels: its x-coordinate.
POINT: Final = 32
#: The order of the group of P-256 (SP 800-186, 3.2.1.3).
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_CURVE: Final = ec.SECP256R1()
_SECRET: Final = 32
_MOST_TRIES: Final = 256


class Unfit(ValueError):
    """What came is no list of points: the other end does not keep to the protocol."""


class Blinder:
    """One end of one comparison. `secret`: 32 random bytes that never leave it and serve no other comparison."""

    def __init__(self, secret: bytes, *, label: bytes) -> None:
        """`label`: what both ends know of the comparison; tokens of two comparisons lie on unrelated points."""
        if len(secret) != _SECRET:
            raise ValueError(f"the secret of a comparison has {_SECRET} bytes")
        wide = hashlib.sha512(b"domicile comparison scalar\x00" + secret).digest()
        self._key = ec.derive_private_key(1 + int.from_bytes(wide) % (ORDER - 1), _CURVE)
        self._label = label

    def blind(self, tokens: Iterable[bytes]) -> list[bytes]:
        """The points of own tokens under the own secret, in the order of the tokens."""
        return [self._multiplied(point_of(token, self._label)) for token in tokens]

    def double(self, points: Sequence[bytes]) -> list[bytes]:
        """Points that came from the other end under both secrets, in their order. Raises Unfit."""
        return [self._multiplied(_point(x)) for x in points]

    def _multiplied(self, point: ec.EllipticCurvePublicKey) -> bytes:
        return self._key.exchange(ec.ECDH(), point)


def point_of(token: bytes, label: bytes) -> ec.EllipticCurvePublicKey:
    """The point of a token: whose x-coordinate is the first HMAC-SHA-256(label, counter || token) that is one."""
    for counter in range(_MOST_TRIES):
        x = hmac.digest(label, counter.to_bytes(1) + token, "sha256")
        try:
            return _point(x)
        except Unfit:
            continue
    raise Unfit("no point for a token")  # once in 2 ** 256


def common(own_doubled: Sequence[bytes], their_doubled: Iterable[bytes]) -> list[int]:
    """The places in `own_doubled` (own points under both secrets) that the other end has too."""
    held = frozenset(their_doubled)
    return [place for place, point in enumerate(own_doubled) if point in held]


def _point(x: bytes) -> ec.EllipticCurvePublicKey:
    """The point with this x-coordinate and the even y (SEC 1, 2.3.4). Raises Unfit where there is none."""
    if len(x) != POINT:
        raise Unfit(f"a point has {POINT} bytes, not {len(x)}")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, b"\x02" + x)
    except ValueError as error:
        raise Unfit("no point of the curve") from error
