"""GerryChain's recursive tree on one graph: run by bench/partition.py in an environment of its own (requirements/partition.txt).

python partition_gerrychain.py GRAPH.npz AREAS SEED PLAN.npy: writes labels (n,) when the tree is done, and is killed at its time.
"""

import sys

import numpy as np


def main(graph: str, areas: int, seed: int, plan: str) -> None:
    import networkx
    from gerrychain import Graph
    from gerrychain.partition.initial_partition_generators import recursive_tree_part

    with np.load(graph) as town:
        people, edges = town["people"], town["edges"]
    streets = networkx.Graph()
    streets.add_nodes_from((atom, {"people": int(number)}) for atom, number in enumerate(people))
    streets.add_edges_from(edges.tolist())
    mean = float(people.sum()) / areas
    found = recursive_tree_part(Graph.from_networkx(streets), range(areas), mean, "people", 0.05, rng=seed)
    np.save(plan, np.array([found[atom] for atom in range(len(people))], dtype=np.int64))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
