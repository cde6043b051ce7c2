"""Which records become one person: never two certain numbers, never a guess between two who fit equally well."""

from hypothesis import given, settings
from hypothesis import strategies as st

from domicile.core.linkage.clusters import Edge, assign, cluster

rows = st.integers(0, 12)
edges = st.lists(
    st.builds(Edge, rows, rows, st.floats(-5, 40), st.booleans()).filter(lambda edge: edge.left != edge.right),
    max_size=40,
)
numbers = st.dictionaries(rows, st.sampled_from("ABC"))


@given(edges, numbers)
@settings(max_examples=300, deadline=None)
def test_no_cluster_ever_holds_two_certain_numbers(pairs, certain):
    found = cluster(pairs, certain)
    held: dict[int, set[str]] = {}
    for row, root in found.cluster.items():
        held.setdefault(root, set()).update({certain[row]} if row in certain else set())
    assert all(len(one) <= 1 for one in held.values())


@given(edges, numbers)
@settings(max_examples=200, deadline=None)
def test_what_is_joined_is_together_and_clusters_are_made_of_what_is_joined(pairs, certain):
    found = cluster(pairs, certain)
    assert len(found.outcomes) == len(pairs)
    for edge, outcome in zip(pairs, found.outcomes, strict=True):
        if outcome == "joined":
            assert found.cluster[edge.left] == found.cluster[edge.right] <= min(edge.left, edge.right)
    touched = {
        row
        for edge, outcome in zip(pairs, found.outcomes, strict=True)
        if outcome == "joined"
        for row in (edge.left, edge.right)
    }
    assert set(found.cluster) == touched


@given(edges, numbers, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_in_which_pairs_come_changes_nothing(pairs, certain, random):
    mixed = list(pairs)
    random.shuffle(mixed)
    assert cluster(mixed, certain).cluster == cluster(pairs, certain).cluster


def test_a_chain_between_two_certain_numbers_is_cut_at_its_weakest_pair():
    chain = [Edge(1, 2, 20.0), Edge(2, 3, 5.0), Edge(3, 4, 18.0)]
    found = cluster(chain, {1: "A", 4: "B"})
    assert found.outcomes == ["joined", "refused", "joined"]
    assert found.cluster == {1: 1, 2: 1, 3: 3, 4: 3}


def test_who_fits_two_people_equally_well_joins_neither():
    found = cluster([Edge(1, 2, 9.0), Edge(1, 3, 8.5)], {2: "A", 3: "B"})
    assert (found.outcomes, found.cluster) == (["tied", "tied"], {})


def test_who_fits_one_of_two_people_much_better_joins_that_one():
    assert cluster([Edge(1, 2, 9.0), Edge(1, 3, 2.0)], {2: "A", 3: "B"}).outcomes == ["joined", "refused"]


def test_what_was_decided_comes_before_what_is_likely():
    found = cluster([Edge(1, 2, 30.0), Edge(1, 3, 1.0, decided=True)], {2: "A", 3: "B"})
    assert found.outcomes == ["refused", "joined"]


@given(edges)
@settings(max_examples=200, deadline=None)
def test_of_two_lists_nobody_is_paired_twice(pairs):
    outcomes = assign(pairs).outcomes
    joined = [edge for edge, outcome in zip(pairs, outcomes, strict=True) if outcome == "joined"]
    assert len({edge.left for edge in joined}) == len({edge.right for edge in joined}) == len(joined)


def test_of_two_lists_equally_good_partners_are_left_to_people():
    assert assign([Edge(1, 7, 9.0), Edge(1, 8, 8.8)]).outcomes == ["tied", "tied"]
    assert assign([Edge(1, 7, 9.0), Edge(1, 8, 8.8), Edge(2, 8, 30.0)]).outcomes == ["joined", "refused", "joined"]
