"""Numbers as they are written on plates and doors: Chinese numerals, leading zeros, letters."""

import re
from typing import Final

_DIGITS: Final = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "○": 0,
}
_TENS: Final = {"十": 10, "百": 100, "千": 1000}
_CHINESE: Final = re.compile(r"[零〇○一二两三四五六七八九十百千]+")
_ARABIC: Final = re.compile(r"[0-9]+")


def arabic(text: str) -> str:
    """Return `text` with every run of Chinese numerals as digits, and no leading zeros.

    十二 is 12, 一百零二 is 102, 五零一 is 501 (read digit by digit when it holds no 十, 百 or 千), 008 is 8.
    """
    text = _CHINESE.sub(lambda found: str(_value(found.group())), text)
    return _ARABIC.sub(lambda found: str(int(found.group())), text)


def chinese(text: str) -> str:
    """Return `text` with every number from 1 to 99 as a Chinese numeral, as streets are named: 中山3路 is 中山三路."""
    return _ARABIC.sub(lambda found: _written(found.group()), text)


def _value(numeral: str) -> int:
    if not any(character in _TENS for character in numeral):
        return int("".join(str(_DIGITS[character]) for character in numeral))
    total, digit = 0, 0
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character]
        else:
            # 十二: a ten without a digit before it counts once.
            total += (digit or 1) * _TENS[character]
            digit = 0
    return total + digit


def _written(digits: str) -> str:
    number = int(digits)
    if not 0 < number < 100:
        return digits
    names = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else names[tens] + "十"
    return head + (names[ones] if ones else "")
