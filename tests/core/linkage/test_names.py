"""How names sound, whatever form they are typed in."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domicile.core.linkage import NameLikeness, query_sounds, same_name, sound, split_name
from domicile.core.linkage.name_columns import sounds
from domicile.core.linkage.names import MOST_QUERY_SOUNDS

common = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=5)
surnames = st.sampled_from(["曾", "单", "單", "欧阳", "歐陽", "尉迟", "尉遲", "万俟", "萬俟", "王", "吕", "长孙", "區"])
names = st.one_of(common, st.builds(str.__add__, surnames, common), surnames, st.text(max_size=12))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("曾小贤", "zengxiaoxian"),
        ("单田芳", "shantianfang"),
        ("仇英", "qiuying"),
        ("查良镛", "zhaliangyong"),
        ("解晓东", "xiexiaodong"),
        ("区小明", "ouxiaoming"),
        ("尉迟恭", "yuchigong"),
        ("万俟雪", "moqixue"),
        ("朴树", "piaoshu"),
        ("盖伦", "gelun"),
        ("缪斯", "miaosi"),
        ("乐嘉", "yuejia"),
        ("张乐", "zhangle"),
        ("吕绿", "lvlv"),
        ("買買提·吐爾遜", "maimaitituerxun"),
        ("乐·玛丽", "lemali"),
        ("Zoë O'Neill", "zoeoneill"),
        ("LÜ Na", "lvna"),
        ("𠀀〇", "heling"),
        ("", ""),
        (" 张  三 ", "zhangsan"),
    ],
)
def test_sound_of_a_name(name: str, expected: str) -> None:
    assert sound(name) == expected


@pytest.mark.parametrize(("old", "new"), [("劉備", "刘备"), ("歐陽鋒", "欧阳锋"), ("單雄信", "单雄信")])
def test_traditional_characters_sound_the_same(old: str, new: str) -> None:
    assert sound(old) == sound(new)
    assert same_name(old, new) is NameLikeness.SAME_SCRIPT


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("欧阳娜娜", ("欧阳", "娜娜")),
        ("歐陽修", ("欧阳", "修")),
        ("欧阳", ("欧", "阳")),
        ("王 伟", ("王", "伟")),
        ("阿依古丽·买买提", ("", "阿依古丽·买买提")),
        ("阿依古丽•买买提", ("", "阿依古丽·买买提")),
        ("John Smith", ("", "John Smith")),
        ("王", ("王", "")),
    ],
)
def test_surname_and_given_name(name: str, parts: tuple[str, str]) -> None:
    assert split_name(name) == parts


@settings(deadline=None)
@given(st.lists(st.none() | names, max_size=20))
def test_a_column_sounds_as_each_name_does(values: list[str | None]) -> None:
    series = pl.Series("name", values, dtype=pl.String)
    assert sounds(series).to_list() == [None if value is None else sound(value) for value in values]


@given(names)
def test_typing_a_name_finds_its_sound(name: str) -> None:
    found = query_sounds(name)
    assert len(found) <= MOST_QUERY_SOUNDS
    assert found == set() if not sound(name) else sound(name) in found


@pytest.mark.parametrize("typed", ["zhang wei", "Zhāng Wěi", "zhang1wei3", "ZHANG'WEI", "章伟", "張偉"])
def test_typed_pinyin_and_homophones_find_the_name(typed: str) -> None:
    assert sound("张伟") in query_sounds(typed)


@pytest.mark.parametrize("typed", ["lv na", "lü na", "lu:na", "LYU NA", "吕娜"])
def test_every_way_to_type_u_umlaut_finds_the_name(typed: str) -> None:
    assert sound("吕娜") in query_sounds(typed)


def test_other_readings_of_a_given_name_are_searched() -> None:
    assert {"wangle", "wangyue"} <= query_sounds("王乐")
    assert {"shan", "dan"} <= query_sounds("单")
    assert "yuchi" in query_sounds("尉迟")


@pytest.mark.parametrize(
    ("left", "right", "likeness"),
    [
        ("王伟", "王伟", NameLikeness.EQUAL),
        ("王 伟", "王伟", NameLikeness.SAME_SCRIPT),
        ("王伟", "汪玮", NameLikeness.SAME_SOUND),
        ("王伟强", "王大强", NameLikeness.ONE_CHARACTER),
        ("王伟强", "王强伟", NameLikeness.ONE_CHARACTER),
        ("王伟强", "王强", NameLikeness.ONE_CHARACTER),
        ("王伟强", "李娜", NameLikeness.DIFFERENT),
        ("", "", NameLikeness.DIFFERENT),
    ],
)
def test_likeness_of_two_names(left: str, right: str, likeness: NameLikeness) -> None:
    assert same_name(left, right) is likeness


@given(names, names)
def test_likeness_does_not_depend_on_the_order(left: str, right: str) -> None:
    assert same_name(left, right) is same_name(right, left)
