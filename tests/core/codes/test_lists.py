import polars as pl
import pytest

from domicile.core.codes import lists
from domicile.core.codes.lists import Match, code_list, crosswalk, dropped_subject, lookup_table
from domicile.core.codes.text import comparison_key_column


@pytest.mark.parametrize("key", lists.list_names())
def test_every_list_names_its_source_and_every_code_in_both_languages(key: str) -> None:
    found = code_list(key)

    assert found.source
    for code in found.codes:
        assert found.name(code)
        assert found.name(code, "en")
        assert found.parent(code) is None or found.parent(code) in found.entries
        match = found.match(code)
        assert match is not None
        assert match.code == code
    assert len({found.name(code) for code in found.codes}) == len(found.codes)


@pytest.mark.parametrize("key", lists.list_names())
def test_every_note_of_a_warning_is_explained(key: str) -> None:
    for _, match in code_list(key).words():
        assert (match.quality == "warning") == bool(match.note)
        assert not match.note or match.note in lists.NOTES


@pytest.mark.parametrize(
    ("key", "text", "code"),
    [
        ("sex", "男", "1"),
        ("sex", "２", "2"),
        ("sex", "Female", "2"),
        ("relation", "户主", "02"),
        ("relation", "本人", "01"),
        ("relation", "妻子", "12"),
        ("relation", "長女", "32"),
        ("relation", "孫子", "41"),
        ("relation", "儿 媳", "38"),
        ("relation", "租户", "99"),
        ("education", "大专", "30"),
        ("education", "大學本科", "20"),
        ("education", "高中", "60"),
        ("marital", "離異", "40"),
        ("marital", "初婚", "21"),
        ("inflow_reason", "打工", "01"),
        ("document_kind", "身份证", "resident_id"),
        ("unit_kind", "小网吧", "internet_cafe"),
        ("dwelling_use", "出租屋", "02"),
    ],
)
def test_usual_words_are_understood(key: str, text: str, code: str) -> None:
    match = code_list(key).match(text)

    assert match is not None
    assert match.code == code
    assert match.quality != "warning"


def test_words_that_say_less_than_the_list_are_taken_with_a_warning() -> None:
    assert code_list("marital").match("已婚") == Match("20", "warning", "married_unspecified")
    assert code_list("education").match("文盲") == Match("90", "warning", "no_schooling")
    assert code_list("relation").match("2") == Match("02", "warning", "leading_zero_lost")


def test_what_is_not_understood_is_no_match() -> None:
    assert code_list("relation").match("邻居的猫") is None
    assert code_list("sex").match("") is None
    with pytest.raises(lists.UnknownList, match="relation"):
        code_list("ethnicity")


def test_older_codes_are_mapped_only_where_they_mean_one_thing() -> None:
    education = code_list("education")

    assert education.match("79") == Match("73", "warning", "older_scheme")
    assert education.match("72") is None
    assert crosswalk("education", "gb4658_1984")["72"] == "71"
    assert all(code in education.entries for code in crosswalk("education", "gb4658_1984").values())


def test_a_lookup_table_joins_what_was_typed() -> None:
    typed = pl.DataFrame({"typed": ["男", " ２", "女性", "?", None]})
    keyed = typed.with_columns(text=comparison_key_column(typed["typed"]))

    joined = keyed.join(lookup_table("sex"), on="text", how="left", maintain_order="left")

    assert joined["code"].to_list() == ["1", "2", "2", None, None]


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        ("民 族", "民族"),
        ("本人民族成分", "民族"),
        ("政治面貌", "政治面貌"),
        ("宗教信仰", "宗教信仰"),
        ("户口性质", "户口性质"),
        ("結婚時間", "结婚时间"),
        ("政策属性", "政策属性"),
        ("避孕措施（环）", "避孕"),
        ("是否怀孕", "妊娠"),
        ("婚育证明编号", "婚育证明"),
        ("Ethnicity", "民族"),
    ],
)
def test_columns_that_are_never_kept_are_known_by_their_headers(header: str, subject: str) -> None:
    assert dropped_subject(header) == subject


@pytest.mark.parametrize(
    "header",
    [
        "本户地址",
        "网格编码",
        "联系电话",
        "姓名",
        "与户主关系",
        "性别",
        "出生日期",
        "文化程度",
        "婚姻状况",
        "户籍地址",
        "身份证号",
        "证件类型",
        "流入时间",
        "流入原因",
        "网格管理员",
        "备注",
        "房屋用途",
        "产权人(单位)",
        "单位名称",
        "集团员工人数",
        "安全责任书",
        "从业人数",
        "楼栋",
        "边界",
        "启用日期",
    ],
)
def test_columns_of_the_official_layouts_are_kept(header: str) -> None:
    assert dropped_subject(header) is None
