"""Codes that are handed out on paper and open one page once, without an account: their text, their hash, and wrong ones.

The letters and digits are told apart in any handwriting (no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V); one of them is 4.5 bits. Only the
keyed hash of a code is kept. Wrong ones are counted by address and in all; from either limit on all wrong ones are told to
wait for a while, and a right one is let in as ever: nobody guesses one of 54 bits, and many phones may share an address.
"""

import secrets
import unicodedata
from dataclasses import dataclass
from typing import Final

from django.core.cache import cache
from django.utils import timezone

from domicile.apps.access.log import record_look
from domicile.apps.common.viewer import Viewer
from domicile.apps.vault.keyring import blind
from domicile.core.policy.parameters import parameter

CHARACTERS: Final = "34679ACDEFGHJKMNPQRTWXY"


class TurnedAway(Exception):
    """The code opens nothing: unknown, stopped and expired are answered alike. `for_a_while`: too many wrong ones came."""

    def __init__(self, *, for_a_while: bool = False) -> None:
        super().__init__("for a while" if for_a_while else "")
        self.for_a_while = for_a_while


@dataclass(frozen=True)
class HandedCodes:
    """One kind of code: `length` characters in groups of `group`.

    `apart` tells its hashes from others under the same key. `checked`: the last character is made from the others, so that a
    slip of the pen is seen before anything is asked. `holder`: who the log says it was. `question`: how the log calls wrong
    ones. The parameters `<family>.wrong_codes`, `.wrong_codes_in_all` and `.code_lockout_minutes` say how many are borne.
    """

    apart: str
    counter: str
    holder: Viewer
    question: str
    family: str
    length: int = 12
    group: int = 4
    checked: bool = False

    def new(self) -> str:
        """A fresh code, as it is printed: ACDE-3467-HJKM."""
        free = self.length - 1 if self.checked else self.length
        text = "".join(secrets.choice(CHARACTERS) for _place in range(free))
        text += check_character(text) if self.checked else ""
        return "-".join(text[start : start + self.group] for start in range(0, len(text), self.group))

    def normalised(self, typed: str) -> str:
        """What was typed without blanks and strokes, in capitals; '' where it cannot be a code."""
        text = unicodedata.normalize("NFKC", typed).upper()
        text = "".join(character for character in text if character.isalnum())
        if len(text) != self.length or not set(text) <= set(CHARACTERS):
            return ""
        return "" if self.checked and check_character(text[:-1]) != text[-1] else text

    def digest(self, typed: str) -> bytes:
        """The keyed hash of a code."""
        return blind("term", f"{self.apart}\x1f{self.normalised(typed)}")

    def wrong(self, address: str) -> TurnedAway:
        """Count a wrong code that came from an address; what to raise."""
        return TurnedAway(for_a_while=self._closed(address) or self._count(address))

    def _limits(self, address: str) -> list[tuple[str, int]]:
        """The counters of this stretch of time, and how much each bears."""
        today, seconds = timezone.localdate(), self._seconds()
        window = int(timezone.now().timestamp()) // seconds
        own = blind("term", f"{self.apart}\x1f{address}").hex()
        return [
            (f"{self.counter}:{own}:{window}", int(parameter(f"{self.family}.wrong_codes", today))),
            (f"{self.counter}:{window}", int(parameter(f"{self.family}.wrong_codes_in_all", today))),
        ]

    def _seconds(self) -> int:
        return int(parameter(f"{self.family}.code_lockout_minutes", timezone.localdate())) * 60

    def _closed(self, address: str) -> bool:
        limits = self._limits(address)
        counts = cache.get_many([counter for counter, _most in limits])
        return any(int(counts.get(counter, 0)) >= most for counter, most in limits)

    def _count(self, address: str) -> bool:
        """Count a wrong code; whether it closed the page for the address or for all."""
        closed = False
        for counter, most in self._limits(address):
            count = int(cache.get(counter, 0)) + 1
            cache.set(counter, count, timeout=self._seconds())
            if count == most:
                record_look(self.holder, question=self.question)
            closed = closed or count >= most
        return closed


def check_character(text: str) -> str:
    """The character that ends a checked code: a sum weighted by place, modulo the prime 23.

    Any one wrong character changes it, and so does any swap of two neighbours, for codes of up to 22 places.
    """
    total = sum((place + 2) * CHARACTERS.index(one) for place, one in enumerate(text))
    return CHARACTERS[total % len(CHARACTERS)]
