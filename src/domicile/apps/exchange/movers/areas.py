"""Places in words, as sheets tell them: an area of this register, a linked one, elsewhere, abroad, not known."""

import re
from dataclasses import dataclass, field

from domicile.apps.areas.models import Area
from domicile.apps.moves.models import Where
from domicile.apps.peers import directory

COUNTY, TOWNSHIP, VILLAGE, CODE = 6, 9, 12, 12
_ABROAD = re.compile(r"^(?:境外|国外|海外|港澳台|香港|澳门|台湾|外国)")
_UNKNOWN = re.compile(r"^(?:不详|不明|未知|不清楚|不知道|无|-|—|/)?$")
_BLANKS = re.compile(r"[\s·,，、/\-]+")
_GRID = re.compile(r"第?[0-9一二三四五六七八九十]+网格$")


@dataclass
class Areas:
    """Every open area by its words; three queries for a file."""

    named: dict[str, set[str]] = field(default_factory=dict)  # whole names, and names with those above
    villages: list[tuple[str, str, str, str]] = field(default_factory=list)  # code, names of county and township, name
    linked: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def load(cls) -> "Areas":
        """As they stand now."""
        rows = Area.objects.filter(valid_to__isnull=True).order_by("code").values_list("code", "name", "level")
        names = {code: (name, level) for code, name, level in rows}
        found = cls(linked=directory.linked_areas())
        for code, (name, level) in names.items():
            if level < Area.Level.COUNTY:
                continue
            above = [
                names[key][0]
                for key in (f"{code[:2]}0000000000", f"{code[:4]}00000000", f"{code[:COUNTY]}000000", f"{code[:TOWNSHIP]}000")
                if key in names and key != code
            ]  # fmt: skip
            for start in range(len(above) + 1):
                found.named.setdefault(plain("".join([*above[start:], name])), set()).add(code)
            if level == Area.Level.VILLAGE and f"{code[:COUNTY]}000000" in names:
                township = names.get(f"{code[:TOWNSHIP]}000", ("", 0))[0]
                found.villages.append((code, plain(names[f"{code[:COUNTY]}000000"][0]), plain(township), plain(name)))
        return found

    def codes(self, text: str) -> set[str]:
        """The areas that a text may mean: by code, by whole name, or an address that names county and community."""
        digits = "".join(text.split())
        if digits.isdigit() and len(digits) in {CODE, 15}:
            return {digits[:CODE]} if any(digits[:CODE] in codes for codes in self.named.values()) else set()
        words = plain(text)
        exact = self.named.get(words) or self.named.get(_GRID.sub("", words))
        if exact:
            return exact
        return self._within(words) or {prefix for prefix, name in self.linked if name and plain(name) in words}

    def _within(self, words: str) -> set[str]:
        """The communities of an address: those of the township that it names, and of names within names the longest."""
        found = [row for row in self.villages if row[1] in words and row[3] in words]
        found = [row for row in found if row[2] and row[2] in words] or found
        longest = max((len(row[3]) for row in found), default=0)
        return {row[0] for row in found if len(row[3]) == longest}

    def destination(self, text: str) -> tuple[str, str, str] | None:
        """Kind of place, code and words, as a declaration has them; None where several areas are called so."""
        if _UNKNOWN.match(text):
            return Where.UNKNOWN.value, "", ""
        if _ABROAD.match(text):
            return Where.ABROAD.value, "", text
        codes = self.codes(text)
        if len(codes) > 1:
            return None
        if codes:
            return Where.AREA.value, min(codes), ""
        return Where.ELSEWHERE.value, "", text

    def one(self, text: str) -> str:
        """The code of the one area that is meant; '' where none is, or several are."""
        codes = self.codes(text) if text else set()
        return min(codes) if len(codes) == 1 else ""


def plain(text: str) -> str:
    """Words without what divides them."""
    return _BLANKS.sub("", text)
