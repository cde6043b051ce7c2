"""How few cut edges any plan could have.

Donath and Hoffman (Lower bounds for the partitioning of graphs, IBM Journal of Research and Development 17, 1973, 420-425):
scaled by the square roots of the areas' weights, the areas of a plan are orthonormal vectors, and the Laplacian of the graph
says how many edges each cuts; no k orthonormal vectors can do with less than the sum of its k smallest eigenvalues. So a plan
whose k areas weigh at least `low` each cuts at least low / 2 times that sum, of L x = e M x with M the weights of the atoms.

Edges left out make the Laplacian smaller and the bound lower, never wrong. So the graph is taken in blocks of a few hundred
atoms, each solved whole, which is what keeps the work in proportion to the town.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import pymetis
from scipy.linalg import eigvalsh

from domicile.core.districting.graph import Floats, Graph, Whole
from domicile.core.districting.sizes import Sizes
from domicile.core.districting.starting import subgraph

#: Atoms in a block, about.
BLOCK: Final = 600
#: A share of the mean weight that stands for none: the areas then weigh a little more, which the bound may leave out.
NOTHING: Final = 0.02


def fewest_cuts(graph: Graph, sizes: Sizes) -> int:
    """A number of cut edges that no plan of these sizes, within these bounds, is below. Not all of it can always be reached."""
    return sum(_part(graph, sizes, part) for part in range(len(sizes.areas))) + _alone(graph, sizes)


def _alone(graph: Graph, sizes: Sizes) -> int:
    """What joins an oversized atom to anything is cut in every plan."""
    return int(sizes.alone[graph.edges].any(axis=1).sum())


def _part(graph: Graph, sizes: Sizes, part: int) -> int:
    count = int(sizes.areas[part])
    if count < 2:
        return 0
    # Areas of one part hang together: a tree of them has one edge fewer than areas.
    tree = count - 1
    low = float(sizes.floor[part])
    if low <= 0:
        return tree
    inner, _ = subgraph(graph, np.flatnonzero(sizes.parts == part))
    found: list[Floats] = [_smallest(subgraph(inner, block)[0]) for block in _blocks(inner)]
    least = np.sort(np.concatenate(found))[:count]
    spectral = low / 2 * float(np.maximum(least, 0.0).sum())
    return max(tree, math.ceil(spectral - 1e-6))


def _blocks(graph: Graph) -> list[Whole]:
    count = -(-graph.atoms // BLOCK)
    if count < 2:
        return [np.arange(graph.atoms)]
    starts, targets, _ = graph.rows()
    found = pymetis.part_graph(count, pymetis.CSRAdjacency(starts, targets), options=pymetis.Options(seed=1))
    block = np.asarray(found.vertex_part)
    return [np.flatnonzero(block == name) for name in np.unique(block)]


def _smallest(graph: Graph) -> Floats:
    """All eigenvalues of the block, smallest first."""
    laplacian = np.zeros((graph.atoms, graph.atoms))
    one, other = graph.edges.T
    laplacian[one, other] = laplacian[other, one] = -1.0
    np.fill_diagonal(laplacian, -laplacian.sum(axis=1))
    floor = NOTHING * (float(graph.weights.mean()) or 1.0)
    scale = 1 / np.sqrt(np.maximum(graph.weights, floor))
    return np.asarray(eigvalsh(laplacian * scale[:, None] * scale[None, :]), dtype=np.float64)
