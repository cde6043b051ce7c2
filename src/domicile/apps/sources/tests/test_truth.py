"""Each shipped source on a synthetic list of which every row's truth is known: the piles are the truth, row by row."""

from pathlib import Path

import pytest

from domicile.apps.sources import staging
from domicile.apps.sources.models import ListRow, Load
from domicile.apps.sources.registry import keys
from domicile.apps.sources.tests.making import county, file_of, fill_register, key_of, outside, taken_in
from domicile.core.synth.outside import LISTS

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def test_every_shipped_source_has_a_list_with_planted_truth() -> None:
    assert set(LISTS) == set(keys())


@pytest.mark.parametrize("name", LISTS)
def test_the_piles_are_the_truth(name: str, tmp_path: Path) -> None:
    made = outside()
    fill_register(county(), made.events)
    load = taken_in(file_of(made, name, tmp_path))
    assert load.state == Load.State.READY, load.report
    rows = ListRow.objects.filter(load=load)
    first = rows.exclude(number=None).order_by("number").values_list("number", flat=True)[0]
    head = first - made.lists[name].truth["row"].min()
    found = {row.number - head: row for row in rows.exclude(number=None)}
    truth = made.lists[name].truth
    planted = {row: (person, pile) for row, person, pile in truth.iter_rows() if row is not None}
    assert {row: pile for row, (_who, pile) in planted.items()} == {row: one.pile for row, one in found.items()}
    for row, (person, pile) in planted.items():
        if person is not None and name != "marriages" and (pile == "agree" or found[row].person):
            assert found[row].person == key_of(person), row
    here = {key_of(person) for row, person, pile in truth.iter_rows() if pile == "here"}
    assert here == set(rows.filter(pile="here").values_list("person", flat=True))
    assert not staging.folder(load.pk).exists()
    assert not rows.filter(pile="agree", facts__isnull=False).exists()
