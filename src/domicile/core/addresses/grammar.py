"""The grammar of written addresses, as two regular expressions in the dialect of polars (Rust: no look-around).

`dialect` gives the same patterns to Python's own engine, which reads a single address.

`UPPER` takes the areas off the front, down to the natural village; no area is written with a digit or a letter, so it
needs to see only what stands before the first of them (`HEAD`). `LOWER` reads the rest, from group to room. Both
always match. Alternatives stand in order of preference, and what cannot be read ends up in `detail`.
"""

from typing import Final

HAN: Final = r"\x{3400}-\x{9FFF}〇"
NUMERAL: Final = "0-9零〇一二两三四五六七八九十百"


def _han_except(characters: str) -> str:
    return f"[{HAN}&&[^{characters}]]"


# A first character may be anything (镇江市, 路桥区, 市中区); the rest of an area's name holds no mark of a level.
_FIRST = f"[{HAN}]"
_MARKS = "省市县区路街道巷镇乡村号弄栋幢座楼室组"
_NAME = _han_except(_MARKS)
_PROVINCE = f"{_FIRST}{_NAME}+?(?:省|自治区|特别行政区)"
_PREFECTURE = f"{_FIRST}{_NAME}+?(?:市|地区|自治州)|{_FIRST}{_NAME}{_NAME}+?盟"
_COUNTY = f"{_FIRST}{_NAME}*?县|{_FIRST}{_NAME}+?(?:旗|市)"
_DISTRICT = f"[{HAN}]?{_NAME}*?{_han_except(_MARKS + '小社')}区"
# Without a city before it, 锦绣东区 or 工业园区 is rather a compound than a district.
_PART_OF_COMPOUND = "小社园校厂景院住库片东西南北中新老一二三四五六"
_DISTRICT_ALONE = f"{_FIRST}{_NAME}*?{_han_except(_MARKS + _PART_OF_COMPOUND)}区"
_TOWNSHIP = (
    f"{_FIRST}[{HAN}&&[^省市县区街道巷镇乡号弄栋幢座楼室组]]*?(?:街道办事处|街道办|街道)"
    f"|{_FIRST}{_NAME}*?{_han_except(_MARKS + '小古水梦故老')}(?:镇|乡)|{_FIRST}{_NAME}+?苏木"
)
_COMMUNITY = (
    f"{_FIRST}[{HAN}&&[^省市县区镇乡村号弄栋幢座楼室组]]*?(?:新村)?"
    "(?:社区居民委员会|社区居委会|社区|居民委员会|居委会|居委|行政村|嘎查)"
    f"|[{HAN}]?{_NAME}*?{_han_except(_MARKS + '新')}村"
    "(?:村?民委员会|村?委会|村?委)?"
)
_VILLAGE = f"{_NAME}*?(?:自然村|{_han_except(_MARKS + '新')}村)"
_GROUP = f"(?:第)?(?P<group>[{NUMERAL}]{{1,3}}|[东西南北上下前后中])(?:村民小组|居民小组|生产队|小组|组|队)"

HEAD: Final = "^[^0-9A-Z]*"
# No name has an upper bound of length: bounded repetition makes a regular expression large and slow to compile.
UPPER: Final = (
    f"^-?(?:(?P<province>{_PROVINCE})-?)?"
    f"(?:(?P<prefecture>{_PREFECTURE})-?(?:(?P<county_of_city>{_COUNTY}|{_DISTRICT})-?)?"
    f"|(?P<county_alone>{_COUNTY}|{_DISTRICT_ALONE})-?)?"
    f"(?:(?P<township>{_TOWNSHIP})-?)?(?:(?P<community>{_COMMUNITY})-?)?(?:(?P<village>{_VILLAGE})-?)?"
    "(?P<rest>.*)$"
)

# 中关村大街 and 中关村东路 are streets, not the streets 大街 and 东路 of a village.
STREET_WITHOUT_NAME: Final = "^(?:[东西南北中]?(?:大街|大道|路)|街|巷|弄)"

_WORD = f"[{HAN}0-9A-Z&&[^号幢栋座室组队单]]"
_PLAIN = _han_except("号幢栋座楼室组队单层弄" + NUMERAL.replace("0-9", ""))
_STREET = (
    f"{_WORD}+?(?:大道|大街|胡同|路|街|巷|弄|道)"
    f"(?:[{NUMERAL}{HAN}&&[^号幢栋座楼室组队单]]{{0,4}}?(?:支路|路|街|巷|弄|胡同|条|段))?"
)
_PLATE = f"[甲乙丙丁临]?[{NUMERAL}]{{1,5}}(?:[-之附][{NUMERAL}]{{1,3}})?号(?:院|大院)?(?:[之附][{NUMERAL}]{{1,3}}号?)?"
_COMPOUND_KINDS = (
    "小区|花园|花苑|家园|新村|新城|公寓|大厦|广场|山庄|别墅|名邸|宿舍|大院|院内|市场|工业园"
    "|苑|庭|府|城|湾|居|院|园|里|坊|邸|阁|轩"
)
_COMPOUND = (
    f"[{HAN}0-9A-Z&&[^号幢栋座楼室组队单层]]*?(?:{_COMPOUND_KINDS})"
    f"(?:-?(?:[{NUMERAL}东西南北中]{{1,2}}|[A-Z])(?:期|区|苑|组团))?"
    f"|{_PLAIN}{_PLAIN}+(?:(?:[{NUMERAL}]{{1,2}}|[A-Z])(?:期|区|组团))?"
)
_BUILDING = (
    f"(?P<building>(?:[东西南北甲乙丙丁]?[A-Z]?[{NUMERAL}]{{1,4}}[A-Z]?|[A-Z]{{1,2}}|[东西南北中甲乙丙丁主]))"
    "(?:号?[幢栋座橦]楼?|号楼|#楼?)(?:(?P<wing>[A-Z])[座栋幢])?-?"
    "|(?P<building_named>[A-Z]{1,2}[0-9]{0,2}|[东西南北中甲乙丙丁主])楼-?"
    f"|(?P<building_dashed>[A-Z]?[{NUMERAL}]{{1,2}}|[A-Z])-"
)
_UNIT = f"(?P<unit>[A-Z]|[{NUMERAL}]{{1,2}}|[东西南北中甲乙丙丁])(?:单元|号门|门|梯|-)-?"
_FLOOR = f"(?P<floor>[负B]?[{NUMERAL}]{{1,2}}|底|顶)(?:楼|层)-?"
_ROOM = (
    f"(?P<room>[A-Z]?[{NUMERAL}]{{1,5}}(?:[-之][0-9A-Z]{{1,3}}|[A-Z])?)(?P<room_word>号室|号房|室|房|号|户)?"
    "|(?P<room_named>[A-Z东西南北中左右]{1,2})(?:室|房|户|间)"
)

LOWER: Final = (
    f"^-?(?:{_GROUP}-?)?"
    "(?:(?P<plate_4>[0-9]{1,4})-(?P<building_4>[0-9A-Z]{1,3})-(?P<unit_4>[0-9A-Z]{1,2})-(?P<room_4>[0-9A-Z]{1,5})"
    f"|(?:(?P<street>{_STREET})-?(?:(?P<plate>{_PLATE})-?|(?P<plate_bare>[0-9]{{1,4}})(?:-|$))?"
    f"|(?P<plate_alone>{_PLATE})-?)?"
    f"(?:(?P<compound>{_COMPOUND})-?(?:(?P<plate_inside>{_PLATE})-?)?)?"
    f"(?:{_BUILDING})?(?:{_UNIT})?(?:{_FLOOR})?(?:{_ROOM})?-?(?P<detail>[^楼].*)?)$"
)

# Words for any compound, that tell no two places apart.
NAMELESS_COMPOUNDS: Final = ("小区", "院", "大院", "院内", "宿舍", "公寓", "内")
NAMED_COMPOUND: Final = f"(?:{_COMPOUND_KINDS}|期|区|组团)$"

# --- the standard form of parts --------------------------------------------------------------------------------------
NUMERAL_WORD: Final = "[零〇一二两三四五六七八九十百]"
LEADING_ZERO: Final = "(?:^|[^0-9])0[0-9]"
LOWER_CASE: Final = "[a-zａ-ｚ]"
# 5楼1室 is room 501: a floor and a door on it.
FLOOR_OF_JOINED: Final = "^[1-9][0-9]?$"
ROOM_OF_JOINED: Final = "^[0-9]{1,2}$"
# Pairs of a pattern, replaced once, and what stands for it (`${1}`: its first group).
COMMUNITY_OFFICES: Final = (
    ("(?:社区)?(?:居民委员会|居委会|居委)$", "社区"),
    ("村?(?:村民委员会|村委会|村委|行政村)$", "村"),
)
PLATE_COURTS: Final = (("号(?:院|大院)?([之附])", "${1}"), ("号(?:院|大院)?$", ""))
