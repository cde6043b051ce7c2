"""The synthetic chain: the same from a seed, nobody counted twice, a few gaps."""

from domicile.core.synth.staffing import LEAST, MOST, Door, chain

GRIDS = ["770101001001001", "770101001001002"]
DOORS = [Door(GRIDS[at % 2], f"b{at}", "1", 3 + at % 9) for at in range(60)] + [Door(GRIDS[0], "high", "1", 66)]


def test_the_same_seed_makes_the_same_chain_and_another_seed_another() -> None:
    assert chain(GRIDS, DOORS, 1) == chain(GRIDS, DOORS, 1)
    assert chain(GRIDS, DOORS, 1) != chain(GRIDS, DOORS, 2)


def test_every_grid_is_in_one_group_and_one_of_several_has_no_informant() -> None:
    patches = [patch for group in chain(GRIDS, DOORS, 3).groups for patch in group.patches]
    assert [patch.grid for patch in patches] == GRIDS
    assert any(not patch.informant for patch in patches)
    assert chain(GRIDS[:1], [], 4).lead


def test_heads_answer_for_about_as_many_households_as_they_should_and_share_a_high_building() -> None:
    heads = [head for group in chain(GRIDS, DOORS, 5).groups for patch in group.patches for head in patch.heads]
    sharing = [head for head in heads if head.doors[0].building == "high"]
    assert len(sharing) == round(66 / ((LEAST + MOST) / 2))
    own = [door.building for head in heads if head not in sharing for door in head.doors]
    assert len(own) == len(set(own))
    loads = [sum(door.households for door in head.doors) for head in heads if head not in sharing]
    assert max(loads) < LEAST + MOST
    assert any(not head.name for head in heads)
