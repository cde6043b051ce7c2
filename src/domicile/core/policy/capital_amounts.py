"""Amounts of money in Chinese capital figures (大写金额), as on vouchers.

After 《正确填写票据和结算凭证的基本规定》, annex 1 of the People's Bank's 《支付结算办法》 (1997): 整 after yuan and after jiao
(there it may be left out), none after fen; one 零 for zeros between digits, also before jiao or fen after them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_UNITS: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = 4
#: The first amount that is not written here.
LIMIT: Final = Decimal(10) ** 16


def in_capitals(amount: Decimal) -> str:
    """The amount in words: 1409.50 gives 人民币壹仟肆佰零玖元伍角整.

    ValueError below zero, from LIMIT on, or with parts of a cent.
    """
    if not 0 <= amount < LIMIT or amount != amount.quantize(Decimal("0.01")):
        raise ValueError(f"{amount} cannot be written in capital figures")
    yuan, rest = divmod(int(amount * 100), 100)
    jiao, fen = divmod(rest, 10)
    text = f"{_whole(yuan)}元" if yuan else ""
    if jiao:
        # As on the regulation's own examples: 零 where the yuan end in 0 or the number goes on after a gap.
        text += ("零" if yuan and yuan % 10 == 0 else "") + f"{_DIGITS[jiao]}角"
    if fen:
        text += ("零" if yuan and not jiao else "") + f"{_DIGITS[fen]}分"
    return "人民币" + (text or "零元") + ("" if fen else "整")


def _whole(number: int) -> str:
    """A whole number above zero, group of four digits by group of four."""
    text, gap = "", False
    for place in reversed(range(_GROUPS)):
        group = number // 10 ** (4 * place) % 10_000
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < 1_000):
            text += "零"
        text += _group(group) + _unit(place, number)
        gap = False
    return text


def _unit(place: int, number: int) -> str:
    """万 and 亿; four digits above the hundred millions are 万, with 亿 after them where no group follows that brings it."""
    if place == 3 and number // 10**8 % 10_000 == 0:
        return "万亿"
    return ("", "万", "亿", "万")[place]


def _group(group: int) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + _DIGITS[digit] + _UNITS[place]
        gap = False
    return text
