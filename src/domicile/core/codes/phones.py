"""Telephone numbers as people type them: several in a cell, each perhaps with its owner: `13800000000(李四)`.

Mobile numbers have 11 digits beginning with 13 to 19; landlines an area code (0 and two or three digits) and seven or
eight digits, or only these where the area code was left out. Numbers with another country's code are kept as typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from domicile.core.codes.identity import near_digits
from domicile.core.codes.text import clean_name, fold_width, fold_width_expression

if TYPE_CHECKING:
    import polars as pl

PhoneKind = Literal["mobile", "landline", "international"]

MOBILE: Final = r"^1[3-9][0-9]{9}$"
LANDLINE: Final = r"^(?:0[1-9][0-9]{1,2})?[2-9][0-9]{6,7}(?:-[0-9]{1,6})?$"
INTERNATIONAL: Final = r"^\+[1-9][0-9]{5,14}$"
_PLAIN_CELL: Final = r"^\s*(1[3-9][0-9]{9})\s*(?:\(([^()0-9]{1,20})\)\s*)?$"
_SEPARATORS: Final = re.compile(r"[,，;；、/|\n]+")
_OWNED: Final = re.compile(
    r"^(?P<before>[^\d+(]*?)[:：\s]*(?P<number>\+?[\d\s-]*\d)\s*(?:\((?P<owner>[^()]*)\)|(?P<after>[^\d()]*))$"
)

MESSAGES: Final = {
    "length": "The telephone number has too many or too few digits; a mobile number has 11.",
    "characters": "This is not read as a telephone number; write it like 13800000000 or 13800000000(李四).",
    "looks_rounded": "A spreadsheet kept the number as a figure and changed it; format the column as text and enter it"
    " again.",
}


class PhoneError(ValueError):
    """A number that cannot be; `code` is a key of MESSAGES, `text` the part of the cell that is meant."""

    def __init__(self, code: str, text: str = "") -> None:
        self.code = code
        self.text = text
        self.message = MESSAGES[code]
        super().__init__(self.message)


@dataclass(frozen=True, slots=True)
class Phone:
    """One number in canonical form, its kind, and whose it is where that was written (otherwise empty)."""

    number: str
    kind: PhoneKind
    owner: str = ""


def parse_phone(text: str) -> Phone:
    """Read one number, with or without its owner; raise PhoneError."""
    folded = fold_width(text).strip().lstrip("'‘’`")
    if re.match(r"^[0-9](?:\.[0-9]+)?[eE]\+?[0-9]+$", folded):
        raise PhoneError("looks_rounded", text)
    folded = re.sub(r"^([0-9]{7,15})\.0+$", r"\1", folded)
    parts = _OWNED.match(re.sub(r"^([^\d()]+)\((\+?[\d\s-]+)\)$", r"\1:\2", folded))
    if parts is None:
        raise PhoneError("characters", text)
    owner = clean_name(parts["owner"] or parts["before"] or parts["after"] or "").strip(":：-")
    number, kind = _canonical(parts["number"], text)
    return Phone(number, kind, owner)


def parse_phones(text: str) -> tuple[list[Phone], list[PhoneError]]:
    """Read all numbers of a cell, in order and without repeats, and the faults of those that cannot be."""
    phones: dict[tuple[str, str], Phone] = {}
    faults: list[PhoneError] = []
    for piece in _pieces(text):
        try:
            phone = parse_phone(piece)
        except PhoneError as fault:
            faults.append(fault)
        else:
            phones.setdefault((phone.number, phone.owner), phone)
    return list(phones.values()), faults


def phone_variants(number: str) -> list[str]:
    """Return every number one slip away: one digit replaced, or two neighbours swapped; about 110 for a mobile."""
    return near_digits(number)


def mask_phone(number: str) -> str:
    """Hide a number for display: 138****0000; shorter numbers keep their last two digits."""
    if len(number) == 11:
        return number[:3] + "****" + number[7:]
    return "*" * max(len(number) - 2, 0) + number[-2:]


def phone_columns(frame: pl.DataFrame, column: str, *, prefix: str = "phone_") -> pl.DataFrame:
    """Return `frame` with the phones of a String column: `{prefix}list` and `{prefix}error`.

    `list` is a List of Struct (number, kind, owner), empty where there is none; `error` the code of the first fault
    or null. Cells with one plain mobile number, most of them, are read at once; the others each distinct text once.
    """
    import polars as pl

    kind_of_list = pl.List(pl.Struct({"number": pl.String, "kind": pl.String, "owner": pl.String}))
    folded = fold_width_expression(pl.col(column)).fill_null("")
    work = frame.select(t=folded).with_columns(parts=pl.col("t").str.extract_groups(_PLAIN_CELL)).unnest("parts")
    work = work.with_columns(
        plain=pl.col("1").is_not_null() & ~pl.col("2").fill_null("").str.contains(r"\s|[•‧∙⋅・･．●·]")
    )
    odd = work.filter(~pl.col("plain")).get_column("t").unique()
    read = [parse_phones(text) for text in odd.to_list()]
    others = pl.DataFrame(
        {
            "t": odd,
            "others": pl.Series(
                [[{"number": p.number, "kind": p.kind, "owner": p.owner} for p in phones] for phones, _ in read],
                dtype=kind_of_list,
            ),
            "fault": pl.Series([faults[0].code if faults else None for _, faults in read], dtype=pl.String),
        }
    )
    work = work.join(others, on="t", how="left", maintain_order="left")
    one = pl.concat_list(
        pl.struct(number=pl.col("1"), kind=pl.lit("mobile"), owner=pl.col("2").fill_null("").str.strip_chars())
    )
    added = work.select(
        pl.when(pl.col("plain")).then(one).otherwise(pl.col("others")).alias(f"{prefix}list"),
        pl.when(~pl.col("plain")).then(pl.col("fault")).alias(f"{prefix}error"),
    )
    return frame.hstack(added.get_columns())


def _pieces(text: str) -> list[str]:
    pieces: list[str] = []
    for piece in _SEPARATORS.split(fold_width(text).replace("\r", "\n")):
        # Blanks part two whole numbers, but stand inside one number too ("138 0000 0000").
        blanks = re.split(r"(?<=[\d)])\s+(?=\+?\d{11}(?:\D|$))", piece.strip())
        pieces.extend(part for part in blanks if part)
    return pieces


def _canonical(digits: str, text: str) -> tuple[str, PhoneKind]:
    compact = re.sub(r"\s+", "", digits)
    bare = compact.replace("-", "")
    national = re.sub(r"^(?:\+86|0086|86(?=1[3-9][0-9]{9}$))", "", bare)
    if re.match(MOBILE, national):
        return national, "mobile"
    if national.startswith("+"):
        if re.match(INTERNATIONAL, national):
            return national, "international"
        raise PhoneError("length", text)
    landline = _landline(re.sub(r"^(?:\+86|0086)-?", "", compact))
    if landline is not None:
        return landline, "landline"
    raise PhoneError("length", text)


def _landline(compact: str) -> str | None:
    """Return area code and number without the dash between them, and the extension after one dash."""
    joined = re.sub(r"^(0[1-9][0-9]{1,2})-(?=[2-9])", r"\1", compact)
    return joined if re.match(LANDLINE, joined) else None
