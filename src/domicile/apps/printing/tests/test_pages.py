"""A printed page: Chinese text as it was typed, nothing of it read as code, nothing left behind."""

import datetime as dt
import uuid
from pathlib import Path

import pytest
import typst
from django.test import RequestFactory
from django.utils.translation import override

from domicile.apps import printing
from domicile.apps.printing import compiler, pages, tables
from domicile.apps.printing.middleware import NotPrintedMiddleware
from tests import pdf
from tests.cast import qian_viewer

LEDGER = pages.APPS / "printing" / "typst" / "ledger.typ"
INJECTIONS = [
    '#eval("1")',
    '"] #panic() [',
    "$x$ *b* _i_ `c` -- ... ~ @a <b> \\ // /* #",
    '#read("/etc/passwd")',
    "{{ 7*7 }}",
]


def ledger(*rows, language="zh-hans", signatures=("填表人", "审核人"), **around):
    heads = ["姓名", "住址"]
    with override(language):
        head = printing.frame(qian_viewer(), title="住户台账", area="河沿社区", **around)
    filled = [[*row, ""][:2] for row in rows]
    return {
        "frame": head,
        "heads": heads,
        "rows": filled,
        "widths": tables.widths(heads, filled),
        "size": 9,
        "signatures": list(signatures),
    }


def test_the_page_names_title_area_day_and_who_printed_it_for_what():
    text = pdf.text(printing.render(LEDGER, ledger(["张伟", "人民路12号"], day=dt.date(2026, 1, 31))))
    for part in (
        "住户台账",
        "河沿社区",
        "2026-01-31",
        "打印：钱社区",
        "用途：登记维护",
        "第1页，共1页",
        "填表人",
        "张伟",
        "人民路12号",
    ):
        assert part in text


def test_it_is_an_archive_pdf_with_title_language_and_tags():
    made = printing.render(LEDGER, ledger(["张伟", ""]))
    root = pdf.root(made)
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("zh-CN", True)
    metadata = root["/Metadata"].get_data().decode()
    assert "pdfaid" in metadata
    assert "pdfuaid" in metadata
    assert "住户台账" in metadata
    assert pdf.size(made) == (297, 210)


def test_it_is_english_for_an_english_reader():
    made = printing.render(LEDGER, ledger(["张伟", ""], language="en"))
    assert "Printedby钱社区for:Keepingtheregister" in pdf.text(made)
    assert "Page1of1" in pdf.text(made)
    assert pdf.root(made)["/Lang"] == "en-GB"


@pytest.mark.parametrize("typed", INJECTIONS)
def test_what_was_typed_is_text_and_never_code(typed):
    assert typed.replace(" ", "") in pdf.text(printing.render(LEDGER, ledger([typed, ""])))


def test_the_head_of_the_table_stands_on_each_page():
    made = pdf.page_texts(printing.render(LEDGER, ledger(*[["张伟", f"人民路{place}号"] for place in range(90)])))
    assert len(made) > 1
    assert all("姓名" in text and "住址" in text for text in made)
    assert f"第2页，共{len(made)}页" in made[1]


def test_an_empty_table_says_so():
    assert "没有登记" in pdf.text(printing.render(LEDGER, ledger()))


def test_a_character_in_no_font_is_told_by_its_code_and_controls_are_left_out():
    text = pdf.text(printing.render(LEDGER, ledger(["\ue863张\x00\x0b伟\U0010fffe", ""])))
    assert "〔U+E863〕张伟〔U+10FFFE〕" in text


def test_days_and_ids_can_be_given_as_they_are():
    key = uuid.uuid4()
    assert str(key) in pdf.text(printing.render(LEDGER, ledger([dt.date(2026, 5, 6), key])))


def test_a_name_of_one_long_word_breaks_inside_its_column():
    rows = [["Wolfeschlegelsteinhausenbergerdorff" * 3, "x" * 150], ["张伟", "人民路"]]
    assert "Wolfeschlegelsteinhausenbergerdorff" * 3 in pdf.text(printing.render(LEDGER, ledger(*rows)))


def test_the_answer_is_shown_by_the_browser_kept_nowhere_and_has_a_chinese_name():
    answer = printing.respond(LEDGER, ledger(["张伟", ""]), name='家庭卡-人民路/12号"\r\nX: y')
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "no-store"
    assert answer["Content-Disposition"] == (
        "inline; filename*=utf-8''%E5%AE%B6%E5%BA%AD%E5%8D%A1-%E4%BA%BA%E6%B0%91%E8%B7%AF12%E5%8F%B7X%20y.pdf"
    )


def test_too_many_rows_are_refused_with_what_to_do():
    printing.check_rows(printing.MOST_ROWS)
    with override("zh-hans"), pytest.raises(printing.NotPrinted) as refused:
        printing.check_rows(printing.MOST_ROWS + 1)
    assert "3001" in refused.value.cause
    assert "电子表格" in refused.value.cure


def test_a_missing_font_is_told_with_its_cure(monkeypatch, tmp_path):
    monkeypatch.setattr(pages, "FONTS", tmp_path)
    with pytest.raises(printing.CannotPrint) as refused:
        printing.render(LEDGER, ledger(["张伟", ""]))
    assert "make front-end" in refused.value.cure


def test_what_fails_names_the_template_and_none_of_the_data():
    with pytest.raises(printing.CannotPrint) as refused:
        printing.render(LEDGER, {**ledger(["张伟", ""]), "size": "张伟"})
    assert "ledger.typ" in refused.value.cause
    assert "张伟" not in refused.value.cause


def test_what_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(pages, "SECONDS", 0)
    with override("zh-hans"), pytest.raises(printing.NotPrinted, match="用时过长"):
        printing.render(LEDGER, ledger(["张伟", ""]))


def test_a_refusal_becomes_a_page():
    request = RequestFactory().get("/")
    request.session = {}
    middleware = NotPrintedMiddleware(lambda _request: None)
    assert middleware.process_exception(request, ValueError()) is None
    answer = middleware.process_exception(request, printing.NotPrinted("太多行", "请筛选"))
    assert answer.status_code == 422
    assert "请筛选" in answer.content.decode()


@pytest.mark.parametrize("path", ["../secret.txt", "/../secret.txt", "../inside/../../secret.txt"])
def test_a_template_reads_nothing_outside_its_root(tmp_path, path):
    (tmp_path / "secret.txt").write_text("secret")
    template = tmp_path / "inside" / "page.typ"
    template.parent.mkdir()
    template.write_text(f'#set document(title: "x")\n#read("{path}")')
    with pytest.raises(typst.TypstError):
        compiler.make(template, "{}", root=template.parent, fonts=pages.FONTS, at=0)


def test_a_template_outside_the_package_is_not_printed(tmp_path):
    outside = tmp_path / "outside.typ"
    outside.write_text("text")
    with pytest.raises(printing.CannotPrint):
        printing.render(outside, ledger(["张伟", ""]))


def test_the_compiler_writes_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    printing.render(LEDGER, ledger(["张伟", ""]))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("template", sorted(pages.APPS.rglob("*.typ")), ids=lambda path: path.name)
def test_no_template_asks_for_packages_or_reads_text_as_code(template: Path):
    source = template.read_text("utf-8")
    assert "@preview" not in source
    assert "eval(" not in source


def test_columns_are_as_wide_as_most_of_their_texts():
    narrow, wide = tables.widths(["性别", "地址"], [["男", "人民路12号"]] * 99 + [["男", "长" * 400]])
    assert narrow < wide < 20
    assert tables.width("张a") == 3
    assert tables.letters([10.0] * 3) == 9.0
    assert tables.letters([20.0] * 20) == 6.0
