"""Clusters: which records are one person, from pairs that are sure and pairs that are likely.

Not connected components: there, one false pair makes one person of two families. Here pairs are taken from the surest to the
least sure, and one that would put two different certain numbers into a cluster is refused; a record that fits two people with
different numbers about equally well joins neither. Both are for people to decide, and stay marked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

#: Two partners fit about equally well when their odds lie within so many bits.
TIE_BITS: Final = 1.0
#: What became of a pair: joined by it or already together; refused; or one of several partners of whom none is the better one.
OUTCOMES: Final = ("joined", "refused", "tied")


@dataclass(frozen=True, slots=True)
class Edge:
    """A pair of rows; `bits` orders pairs, `decided` ones come before all others."""

    left: int
    right: int
    bits: float
    decided: bool = False


@dataclass(frozen=True, slots=True)
class Clustered:
    """`cluster` gives for each row that stands in a cluster of two or more the smallest row of it; `outcomes` follows the
    edges.
    """

    cluster: dict[int, int]
    outcomes: list[str]


def cluster(edges: Sequence[Edge], certain: Mapping[int, str]) -> Clustered:
    """Join rows. `certain` gives the certain number of rows that have one; no cluster ever holds two different ones."""
    parent: dict[int, int] = {}
    number: dict[int, str] = dict(certain)

    def find(row: int) -> int:
        root = row
        while parent.get(root, root) != root:
            root = parent[root]
        while parent.get(row, row) != root:
            parent[row], row = root, parent[row]
        return root

    def join(edge: Edge) -> bool:
        one, two = sorted((find(edge.left), find(edge.right)))
        if one == two:
            return True
        mine, theirs = number.get(one), number.get(two)
        if mine is not None and theirs is not None and mine != theirs:
            return False
        parent.setdefault(one, one)
        parent[two] = one
        if mine is None and theirs is not None:
            number[one] = theirs
        return True

    outcomes = ["refused"] * len(edges)
    order = sorted(
        range(len(edges)), key=lambda at: (not edges[at].decided, -edges[at].bits, edges[at].left, edges[at].right)
    )
    likely = []
    for at in order:
        if not edges[at].decided:
            likely.append(at)
        elif join(edges[at]):
            outcomes[at] = "joined"
    tied = _tied([edges[at] for at in likely], find, number)
    for at in likely:
        if find(edges[at].left) in tied or find(edges[at].right) in tied:
            outcomes[at] = "tied"
        elif join(edges[at]):
            outcomes[at] = "joined"
    found: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    for row in parent:
        members.setdefault(find(row), []).append(row)
    for rows in members.values():
        if len(rows) > 1:
            found |= dict.fromkeys(rows, min(rows))
    return Clustered(found, outcomes)


def assign(edges: Sequence[Edge]) -> Clustered:
    """Pair records of two lists one to one: from the surest pair on, whom nobody has yet. Clusters stay empty.

    A record whose two best partners fit about equally well stays tied with both, unless the one has been taken by a surer pair.
    """
    order = sorted(
        range(len(edges)), key=lambda at: (not edges[at].decided, -edges[at].bits, edges[at].left, edges[at].right)
    )
    outcomes = ["refused"] * len(edges)
    by_side: tuple[dict[int, list[int]], dict[int, list[int]]] = ({}, {})
    for at in order:
        by_side[0].setdefault(edges[at].left, []).append(at)
        by_side[1].setdefault(edges[at].right, []).append(at)
    taken: tuple[set[int], set[int]] = (set(), set())

    def rival(at: int) -> bool:
        """Whether another free partner of either side fits about as well."""
        edge = edges[at]
        for side, own in ((0, edge.left), (1, edge.right)):
            for other in by_side[side][own]:
                partner = edges[other].right if side == 0 else edges[other].left
                if other == at or partner in taken[1 - side] or edges[other].decided != edge.decided:
                    continue
                if abs(edges[other].bits - edge.bits) < TIE_BITS:
                    return True
        return False

    for at in order:
        edge = edges[at]
        if edge.left in taken[0] or edge.right in taken[1]:
            continue
        if not edge.decided and rival(at):
            outcomes[at] = "tied"
            continue
        outcomes[at] = "joined"
        taken[0].add(edge.left)
        taken[1].add(edge.right)
    return Clustered({}, outcomes)


def _tied(likely: Sequence[Edge], find: Callable[[int], int], number: Mapping[int, str]) -> set[int]:
    """Roots without a number whose best two partners have different ones and fit about equally well. `likely` is in order."""
    best: dict[int, tuple[float, str]] = {}
    tied: set[int] = set()
    for edge in likely:
        roots = find(edge.left), find(edge.right)
        for own, other in (roots, roots[::-1]):
            theirs = number.get(other)
            if number.get(own) is not None or theirs is None:
                continue
            bits, first = best.setdefault(own, (edge.bits, theirs))
            if theirs != first and bits - edge.bits < TIE_BITS:
                tied.add(own)
    return tied
