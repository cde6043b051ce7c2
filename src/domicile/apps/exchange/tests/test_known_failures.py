"""Faults that were met once."""

import polars as pl
import pytest

from domicile.apps.exchange import batches, issues, jobs, selectors
from domicile.apps.exchange.committing import commit
from domicile.apps.exchange.messages import ImportRefused
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.tests.conftest import TODAY, operator
from domicile.apps.people.models import Phone
from tests import factories


def test_a_finding_for_every_row_of_a_large_joined_frame_of_many_chunks() -> None:
    """A literal as filter was refused there by polars 2.1: `issues.EVERY` is a column."""
    rows, parts = 150_000, 30
    numbers, size = {"_row": pl.UInt32}, rows // parts
    chunks = [
        pl.DataFrame({"_sheet": ["a"] * size, "_row": range(at, at + size)}, schema_overrides=numbers)
        for at in range(0, rows, size)
    ]
    frame = pl.concat(chunks, rechunk=False)
    assert frame.n_chunks() == parts
    known = pl.DataFrame({"_row": range(0, rows, 3)}, schema_overrides=numbers)
    joined = frame.join(known, on="_row", how="semi", maintain_order="left")
    assert issues.where(joined, issues.EVERY, "number_on_file_elsewhere", "document_number").height == known.height
    assert issues.where(frame, issues.EVERY, "number_twice", "document_number").height == rows


@pytest.mark.django_db(databases=["default", "log"], transaction=True)
def test_a_queued_commit_that_is_refused_leaves_the_batch_as_it_was() -> None:
    factories.area_tree()
    content = f"网格编码,网格名称\n{factories.GRID},第一网格\n".encode()
    batch = batches.check(batches.upload(operator(), "网格信息表.csv", content), today=TODAY)
    jobs.commit_in_background(operator(), batch)
    batch.refresh_from_db()
    assert batch.state == Batch.State.COMMITTING
    with pytest.raises(ImportRefused):
        commit(operator("880101"), batch, queued=True)  # the grant was narrowed meanwhile
    batch.refresh_from_db()
    assert batch.state == Batch.State.CHECKED
    assert selectors.has_failed(batch)
    assert batches.commit(operator(), batch).state == Batch.State.COMMITTED


@pytest.mark.django_db(databases=["default", "log"], transaction=True)
def test_a_phone_that_is_not_on_file_is_added_to_the_person_and_undone() -> None:
    factories.area_tree()
    head = "本户地址,姓名,与户主关系,性别,出生日期,户籍地址,身份证号,联系电话\n"
    head += "青石街道河沿社区人民路8号,张伟,户主,男,1980-05-06,本户,,"
    phones = ("13800000001", "13800000001、13800000002(李四)", "13800000002(李四)")
    found = []
    for number, phone in enumerate(phones):
        batch = batches.check(batches.upload(operator(), f"{number}.csv", f"{head}{phone}\n".encode()), today=TODAY)
        foreseen = [batch.report[name] for name in ("created", "changed", "unchanged")]
        batch = batches.commit(operator(), batch)
        assert foreseen == [batch.report[name] for name in ("created", "changed", "unchanged")]
        found.append((foreseen, Phone.objects.count(), batch))
    assert [(counts, held) for counts, held, _ in found] == [([1, 0, 0], 1), ([0, 1, 0], 2), ([0, 0, 1], 2)]
    assert sorted(row.belongs_to for row in Phone.objects.all()) == ["", "李四"]
    batches.undo(operator(), found[1][2])
    assert Phone.objects.count() == 1
