"""The area that words mean, as sheets and addresses tell it: a code, a name alone or with those above it, a whole address."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from domicile.apps.areas.models import Area

COUNTY, TOWNSHIP, VILLAGE = 6, 9, 12
_BLANKS = re.compile(r"[\s·,，、/\-]+")
_GRID = re.compile(r"第?[0-9一二三四五六七八九十]+网格$")


@dataclass(frozen=True, slots=True)
class Village:
    """A community by its code, its name and that of its township."""

    code: str
    township: str
    name: str


@dataclass
class Names:
    """Every open area from the county down by its words; one query."""

    #: Names alone and with those above, without what divides words.
    named: dict[str, set[str]] = field(default_factory=dict)
    #: By the name of their county.
    villages: dict[str, list[Village]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def load(cls) -> "Names":
        """As they stand now."""
        rows = Area.objects.filter(valid_to__isnull=True).order_by("code").values_list("code", "name", "level")
        names = {code: (name, level) for code, name, level in rows}
        found = cls()
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
                county = plain(names[f"{code[:COUNTY]}000000"][0])
                found.villages[county].append(Village(code, plain(township), plain(name)))
        return found

    def codes(self, text: str) -> set[str]:
        """The areas that a text may mean: by code, by whole name, or an address that names county and community."""
        digits = "".join(text.split())
        if digits.isdigit() and len(digits) in {12, 15}:
            return {digits[:VILLAGE]} if any(digits[:VILLAGE] in codes for codes in self.named.values()) else set()
        words = plain(text)
        return self.named.get(words) or self.named.get(_GRID.sub("", words)) or self._within(words)

    def _within(self, words: str) -> set[str]:
        """The communities of an address: those of the township that it names, and of names within names the longest."""
        near = [row for county, rows in self.villages.items() if county in words for row in rows]
        found = [row for row in near if row.name in words]
        found = [row for row in found if row.township and row.township in words] or found
        longest = max((len(row.name) for row in found), default=0)
        return {row.code for row in found if len(row.name) == longest}

    def one(self, text: str) -> str:
        """The code of the one area that is meant; '' where none is, or several are."""
        codes = self.codes(text) if text else set()
        return min(codes) if len(codes) == 1 else ""


def plain(text: str) -> str:
    """Words without what divides them."""
    return _BLANKS.sub("", text)
