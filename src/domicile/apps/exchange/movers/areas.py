"""Places in words, as sheets of movers tell them: an area of this register, a linked one, elsewhere, abroad, not known."""

import re
from dataclasses import dataclass, field

from domicile.apps.areas.naming import Names, plain
from domicile.apps.moves.models import Where
from domicile.apps.peers import directory

_ABROAD = re.compile(r"^(?:境外|国外|海外|港澳台|香港|澳门|台湾|外国)")
_UNKNOWN = re.compile(r"^(?:不详|不明|未知|不清楚|不知道|无|-|—|/)?$")


@dataclass
class Areas(Names):
    """Every open area by its words, and those of linked registers; three queries for a file."""

    linked: list[tuple[str, str]] = field(default_factory=list)

    @classmethod
    def load(cls) -> "Areas":
        """As they stand now."""
        names = Names.load()
        return cls(names.named, names.villages, directory.linked_areas())

    def codes(self, text: str) -> set[str]:
        """The areas that a text may mean, and where none is of this register those of others that it names."""
        words = plain(text)
        return super().codes(text) or {prefix for prefix, name in self.linked if name and plain(name) in words}

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
