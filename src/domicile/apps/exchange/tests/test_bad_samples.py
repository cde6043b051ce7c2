"""Every kind of bad file gets a message that names sheet, row, column and cure, and nothing is written."""

from pathlib import Path

import pytest

from domicile.apps.exchange import batches
from domicile.apps.exchange.messages import ImportRefused
from domicile.apps.exchange.tests.conftest import TODAY, loaded, operator
from domicile.apps.people.models import Person
from domicile.core.synth import make_county
from domicile.core.synth.broken import write_broken_samples
from domicile.core.synth.official import write_official

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "log"])
# fault → code, column (name or ''), and whether a row is named
EXPECTED = {
    "wrong_header": ("header_missing", "address", False),
    "undecodable": ("encoding_unknown", "", True),
    "number_lost_digits": ("number_looks_rounded", "document_number", True),
    "zip_bomb": ("zip_bomb", "", False),
    "formulas": ("formula_value", "name", True),
    "nul_byte": ("nul_byte", "", True),
    "birthday_2999": ("birth_future", "birth_date", True),
    "head_missing": ("head_missing", "relation", True),
    "two_heads": ("two_heads", "relation", True),
    "unparseable_address": ("address_unparsed", "address", True),
    "not_a_workbook": ("workbook_not_one", "", False),
    "empty": ("file_empty", "", False),
}


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Path]]:
    folder = tmp_path_factory.mktemp("broken")
    write_official(make_county(50, 3, TODAY), folder / "ground", clean=True)
    return folder / "ground", write_broken_samples(folder, seed=3, today=TODAY)


def test_each_fault_is_named(samples: tuple[Path, dict[str, Path]]) -> None:
    ground, paths = samples
    loaded(ground / "区划代码表.csv", "a.csv")
    loaded(ground / "网格信息表.csv", "b.csv")
    assert set(paths) == set(EXPECTED)
    for fault, (code, column, with_row) in EXPECTED.items():
        issues = _issues(paths[fault])
        found = [issue for issue in issues if issue.code == code and (not column or issue.column == column)]
        assert found, (fault, [issue.code for issue in issues])
        assert (found[0].row > 0) == with_row, (fault, found[0])
        assert found[0].message, fault
        assert found[0].cure, fault
        if paths[fault].suffix == ".xlsx" and with_row:
            assert found[0].sheet, fault
    assert not Person.objects.exists()


def _issues(path: Path) -> list[batches.IssueView]:
    try:
        batch = batches.check(batches.upload(operator(), path.name, path), today=TODAY)
    except ImportRefused as refusal:
        return refusal.issues
    assert not batch.report["ready"] or batch.report["warnings"]
    page = batches.preview(batch, per_page=500)
    return [issue for row in page.rows for issue in row.issues] + [issue for issue, _ in page.summary]
