"""The error workbook is written whatever the sheets and headers of the file are called, and no cell is a formula."""

import io

import openpyxl
import pytest

from domicile.apps.exchange import batches
from domicile.apps.exchange.tests.conftest import TODAY, operator
from domicile.apps.exchange.workbook import _title

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def test_titles_are_such_as_a_workbook_takes_and_differ() -> None:
    taken: set[str] = set()
    names = ["a/b:c*[x]?", "很" * 40, "很" * 41, "A", "a", "", "''"]
    titles = [_title(name, taken) for name in names]
    assert titles[0] == "a-b-c--x--"
    given = [title.lower() for title in titles if title]
    assert len(set(given)) == len(given)
    assert all(len(title) <= 31 for title in given)


def test_a_header_is_never_a_formula() -> None:
    columns = "本户地址,姓名,与户主关系,性别,出生日期,户籍地址,身份证号(证件号码),{=HYPERLINK(1)}"
    content = f"{columns}\n和平路1号,张3,户主,男,1980-01-01,本户,,=1+1\n".encode()
    batch = batches.check(batches.upload(operator(), "a.csv", content, layout="people"), today=TODAY)
    book = openpyxl.load_workbook(io.BytesIO(batches.error_workbook(batch)))
    kinds = {cell.data_type for row in book.active.iter_rows() for cell in row}
    assert "f" not in kinds
