"""Surnames: those of two characters, and those that sound otherwise as a surname than as a word.

Sources: 通用规范汉字字典 and 现代汉语词典 (readings marked 姓); compound surnames from 百家姓 and 中国姓氏大辞典.
Readings are without tones, ü written v. Keys are simplified; traditional forms are folded before look-up.
"""

from typing import Final

SURNAME_SOUNDS: Final[dict[str, str]] = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "查": "zha", "解": "xie", "区": "ou", "朴": "piao", "盖": "ge",
    "任": "ren", "华": "hua", "缪": "miao", "乐": "yue", "召": "shao", "卜": "bu", "贾": "jia", "翟": "zhai",
    "覃": "qin", "冼": "xian", "洗": "xian", "尹": "yin", "宁": "ning", "甯": "ning", "黑": "he", "盛": "sheng",
    "石": "shi", "折": "she", "种": "chong", "重": "chong", "秘": "bi", "员": "yun", "郇": "xun", "祭": "zhai",
    "能": "nai", "应": "ying", "哈": "ha", "纪": "ji", "葛": "ge", "万": "wan", "沈": "shen", "繁": "po",
    "车": "che", "谌": "chen", "参": "shen", "褚": "chu", "那": "na", "佴": "nai", "逄": "pang", "黄": "huang",
    "肖": "xiao", "薄": "bo", "柏": "bai", "瞿": "qu", "牟": "mu", "郗": "xi", "隗": "wei", "於": "yu",
    "便": "bian", "藏": "zang", "尉": "wei", "过": "guo", "洪": "hong", "曲": "qu", "冯": "feng", "燕": "yan",
    "相": "xiang", "舍": "she", "兴": "xing", "钻": "zuan", "行": "xing", "降": "jiang", "句": "gou", "勾": "gou",
    "长": "zhang", "都": "du", "臧": "zang", "尧": "yao", "晁": "chao", "庞": "pang", "逯": "lu", "陆": "lu",
    "娄": "lou", "适": "kuo", "郝": "hao", "宓": "mi", "乜": "nie", "撒": "sa", "鲜": "xian", "幺": "yao", "殷": "yin",
}  # fmt: skip

COMPOUND_SOUNDS: Final[dict[str, str]] = {
    "尉迟": "yuchi", "万俟": "moqi", "单于": "chanyu", "长孙": "zhangsun", "澹台": "tantai", "令狐": "linghu",
    "鲜于": "xianyu", "夏侯": "xiahou", "皇甫": "huangfu", "宰父": "zaifu", "亓官": "qiguan", "司寇": "sikou",
    "乐正": "yuezheng", "哥舒": "geshu", "呼延": "huyan", "濮阳": "puyang", "拓跋": "tuoba", "拓拔": "tuoba",
    "耶律": "yelv", "百里": "baili", "轩辕": "xuanyuan", "完颜": "wanyan",
}  # fmt: skip

COMPOUND_SURNAMES: Final[frozenset[str]] = frozenset(COMPOUND_SOUNDS) | {
    "欧阳", "上官", "诸葛", "司马", "司徒", "司空", "公孙", "慕容", "宇文", "端木", "东方", "独孤",
    "南宫", "西门", "东郭", "南门", "申屠", "仲孙", "钟离", "闾丘", "淳于", "太叔", "公冶", "宗政",
    "赫连", "公羊", "公西", "梁丘", "左丘", "东门", "谷梁", "第五", "太史", "巫马", "漆雕", "壤驷",
    "公良", "夹谷", "段干", "子车", "颛孙", "纳兰", "叶赫", "爱新", "富察", "佟佳", "钮祜", "公输",
    "贺兰", "屈突", "贺若", "豆卢", "侯莫", "欧侯", "即墨", "羊舌", "微生", "梁邱", "左邱", "闾邱",
}  # fmt: skip
