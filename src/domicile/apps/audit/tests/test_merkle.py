"""The tree agrees with the definition of RFC 6962, whatever the number of leaves."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from domicile.apps.audit import merkle


def defined(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word: split at the largest power of two below n."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return merkle.node(defined(leaves[:split]), defined(leaves[split:]))


@given(st.lists(st.binary(max_size=4), max_size=70))
def test_the_root_is_the_one_that_the_rfc_defines(contents: list[bytes]) -> None:
    leaves = [merkle.leaf(content) for content in contents]
    tree = merkle.Tree()
    for hashed in leaves:
        tree.add(hashed)
    assert tree.root() == defined(leaves)
    assert tree.count == len(leaves)


def test_a_leaf_is_never_taken_for_a_node() -> None:
    left, right = merkle.leaf(b"a"), merkle.leaf(b"b")
    assert merkle.leaf(left + right) != merkle.node(left, right)
