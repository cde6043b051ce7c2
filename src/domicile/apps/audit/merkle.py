"""Merkle tree hash of a sequence, in constant memory (RFC 6962, 2.1: leaves and nodes hash apart)."""

import hashlib

EMPTY = hashlib.sha256(b"").digest()


def leaf(content: bytes) -> bytes:
    """The hash of one record, 32 bytes."""
    return hashlib.sha256(b"\x00" + content).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two neighbouring subtrees, 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """Takes leaves in order; holds one hash for each full subtree, so about log2(n) of them."""

    def __init__(self) -> None:
        self.count = 0
        self._full: list[bytes] = []

    def add(self, hashed: bytes) -> None:
        """Append one leaf hash."""
        self.count += 1
        size = self.count
        while size % 2 == 0:
            hashed = node(self._full.pop(), hashed)
            size //= 2
        self._full.append(hashed)

    def root(self) -> bytes:
        """The root over all leaves so far; of none, the hash of nothing."""
        if not self._full:
            return EMPTY
        *rest, top = self._full
        for left in reversed(rest):
            top = node(left, top)
        return top
