"""How written addresses are read."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domicile.core.addresses import PARTS, Address, AddressError, community_name, parse
from domicile.core.addresses.frame import parse_frame
from domicile.core.addresses.numerals import arabic, chinese


def parts(text: str) -> dict[str, str]:
    address = parse(text).address
    return {part: value for part in PARTS if (value := getattr(address, part)) is not None}


def test_all_parts_of_a_town_address() -> None:
    assert parts("云屏省平川市安禾县青石街道柳溪社区桂花路12号锦绣花园3幢2单元5楼501室") == {
        "province": "云屏省",
        "prefecture": "平川市",
        "county": "安禾县",
        "township": "青石街道",
        "community": "柳溪社区",
        "street": "桂花路",
        "plate": "12",
        "compound": "锦绣花园",
        "building": "3",
        "unit": "2",
        "floor": "5",
        "room": "501",
    }


def test_all_parts_of_a_village_address() -> None:
    assert parts("安禾县青石镇柳溪村村民委员会大塘自然村第八村民小组十二号") == {
        "county": "安禾县",
        "township": "青石镇",
        "community": "柳溪村",
        "village": "大塘自然村",
        "group": "8",
        "plate": "12",
    }


SAME_KEY = {
    "桂花路|12|3|2|501": [
        "安禾县青石街道柳溪社区桂花路12号3幢2单元501室",
        "柳溪社区居委会桂花路12号3栋2单元501",
        "桂花路１２号３号楼２单元５０１室",
        "桂花路 12 号 3 幢 2 单元 501 室",
        "桂花路12号 3 2 501",
        "桂花路十二号三幢二单元五零一室",
        "桂花路十二號三棟二單元五〇一室",
        "桂花路12号3座2门501号",
        "桂花路12号3#2-501",
        "桂花路12号3#楼2单元501",
        "桂花路12号3-2-501",
        "桂花路12号-3-2-501",
        "桂花路12-3-2-501",
        "桂花路12－3－2－501",
        "桂花路12—3—2—501",
        "桂花路12号3/2/501",
        "桂花路12号3幢2-501",
        "桂花路012号03幢02单元0501室",
        "安禾县，青石街道，柳溪社区，桂花路12号，3幢2单元501室",
        "桂花路12号（3幢2单元501室）",
        "桂花路12号锦绣花园3幢2单元5楼501室",
        "桂花路12号小区3幢2单元501室",
        "桂花路12号院3号楼2单元501室",
        "桂花路12号3幢2单元5楼1室",
    ],
    "|12|3|2|501": ["12-3-2-501", "12号3-2-501"],
    "||3|2|501": ["3幢2单元501室", "3-2-501", "三幢二单元501"],
    "锦绣花园||3||501": ["锦绣花园3-501", "锦绣花园3幢501", "錦繡花園3幢501室"],
    "锦绣花园二期||A||1203": ["锦绣花园二期A座1203", "锦绣花园2期a座1203室"],
    "桂花路|12|5||301": ["桂花路12号锦绣花园5号301室", "桂花路12号5幢301"],
    "桂花路|12-1|||": ["桂花路12-1号", "桂花路12号之一", "桂花路12之1号"],
    "桂花路|12附3|||": ["桂花路12号附3号", "桂花路12附3号", "桂花路十二号附三号"],
    "8组|12|||": ["柳溪村8组12号", "柳溪村八组12号", "柳溪村委会第8村民小组12号"],
    "大塘村8组|12|||": ["柳溪村大塘村8组12号", "柳溪村大塘村第八组十二号"],
    "中山三路|7|||": ["中山三路7号", "中山3路7号"],
    "南京路100弄|5|||301": ["南京路100弄5号301室"],
    "工人新村||3|2|501": ["工人新村3号楼2门501"],
    "中关村大街|27|||": ["中关村大街27号", "北京市海淀区中关村街道中关村大街27号"],
    "红旗路|12|||": ["红旗路12号"],
    "桂花路|12|||5F": ["桂花路12号5楼", "桂花路12号五层"],
    "桂花路|12|||501-1": ["桂花路12号501-1", "桂花路12号501之1室"],
    "桂花路|12|3||东": ["桂花路12号3幢东户"],
    "桂花路|12|||~临街门面": ["桂花路12号临街门面"],
}


@pytest.mark.parametrize(("key", "text"), [(key, text) for key, texts in SAME_KEY.items() for text in texts])
def test_every_spelling_has_the_key_of_its_dwelling(key: str, text: str) -> None:
    assert parse(text).address.key() == key


@pytest.mark.parametrize("text", ["盐城市亭湖区建军路12号", "平川市路桥区建军路12号", "平川市市中区建军路12号"])
def test_marks_of_a_level_inside_a_name_do_not_mislead(text: str) -> None:
    assert parts(text)["county"] == text[3:6]
    assert parts(text)["street"] == "建军路"


@pytest.mark.parametrize("text", ["", "   ", "安禾县青石街道柳溪社区", "待定", "不详", "无", "???"])
def test_nothing_below_the_community_is_an_error_that_names_the_cure(text: str) -> None:
    with pytest.raises(AddressError, match="桂花路12号3幢2单元501室"):
        parse(text)


def test_an_endless_address_is_an_error() -> None:
    with pytest.raises(AddressError, match="at most 500"):
        parse("桂" * 501)


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("桂花路12号3幢2单元501室", set()),
        ("桂花路１２号", {"full_width"}),
        ("桂花路 12号", {"spaces"}),
        ("桂花路12号（3幢）", {"punctuation"}),
        ("桂花路12號", {"traditional"}),
        ("桂花路十二号", {"numerals"}),
        ("桂花路012号", {"leading_zeros"}),
        ("桂花路12号3-501", {"shorthand"}),
        ("锦绣花园a座501室", {"letter_case"}),
        ("桂花路12号5楼1室", {"floor_joined"}),
        ("桂花路12号临街门面", {"not_understood"}),
        ("桂花路", {"no_number"}),
    ],
)
def test_every_normalisation_is_told(text: str, notes: set[str]) -> None:
    assert set(parse(text).notes) == notes


TOWN = "安禾县 青石街道 柳溪社区 桂花路 中山3路 12号 之一 附3号 锦绣花园 小区 3幢 三栋 A座 3# 2单元 二门 5楼 501 501室"
ODD = "0501 柳溪村 大塘村 8组 八组 - -3 １２ 號 樓 号 楼 东户 （ ） 门面 , 村 路 一 百"
pieces = st.sampled_from([*TOWN.split(), " ", *ODD.split()])
written = st.lists(pieces, max_size=9).map("".join)
numbers = st.integers(min_value=1, max_value=999).map(str)


@settings(deadline=None, max_examples=40)
@given(
    street=st.sampled_from(["桂花路", "中山三路", "建设大道", "解放东路北一巷"]),
    plate=numbers,
    building=st.none() | numbers | st.sampled_from("ABC"),
    unit=st.none() | st.integers(min_value=1, max_value=20).map(str),
    room=st.none() | st.integers(min_value=101, max_value=3310).map(str),
)
def test_the_standard_form_is_read_back(
    street: str, plate: str, building: str | None, unit: str | None, room: str | None
) -> None:
    address = Address(
        county="安禾县",
        township="青石街道",
        community="柳溪社区",
        street=street,
        plate=plate,
        building=building,
        unit=unit,
        room=room,
    )
    assert parse(address.text()).address == address
    assert parse(address.text(areas=False)).address.key() == address.key()


@settings(deadline=None, max_examples=40)
@given(st.lists(written, min_size=2, max_size=2))
def test_the_key_never_holds_more_than_four_bars(texts: list[str]) -> None:
    frame = parse_frame(pl.Series(texts)).filter("ok")
    assert all(key.count("|") == 4 for key in frame.get_column("key"))
    assert all(key.count("|") == 2 for key in frame.get_column("building_key"))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("柳溪社区居委会", "柳溪社区"),
        ("柳溪居委会", "柳溪社区"),
        ("柳溪社区", "柳溪社区"),
        ("柳溪村村民委员会", "柳溪村"),
        ("柳溪村委会", "柳溪村"),
        ("柳溪行政村", "柳溪村"),
        ("柳溪嘎查", "柳溪嘎查"),
    ],
)
def test_name_of_a_community_without_its_office(text: str, name: str) -> None:
    assert community_name(text) == name


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("十", "10"),
        ("十二", "12"),
        ("二十", "20"),
        ("一百零二", "102"),
        ("一百十", "110"),
        ("五零一", "501"),
        ("008", "8"),
    ],
)
def test_chinese_numerals(written: str, number: str) -> None:
    assert arabic(written) == number


def test_a_long_column_is_read_as_a_short_one() -> None:
    texts = [text for texts in SAME_KEY.values() for text in texts]
    long = parse_frame(pl.Series(texts * (2000 // len(texts) + 1)))
    assert long.head(len(texts)).equals(parse_frame(pl.Series(texts)))


@given(st.integers(min_value=1, max_value=99))
def test_numerals_are_read_back(number: int) -> None:
    assert arabic(chinese(str(number))) == str(number)
