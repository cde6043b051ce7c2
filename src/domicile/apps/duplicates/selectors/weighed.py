"""How the search weighed a pair: what the odds begin with, and what each comparison adds or takes, as bars."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from domicile.apps.duplicates import words
from domicile.apps.duplicates.models import Pair
from domicile.core.linkage import explaining

#: The drawing is so many units wide.
WIDTH = 200.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One step of the waterfall: from `x`, `width` wide, `css` says for or against; `zero` is where the odds are even."""

    label: str
    said: str
    strength: str
    bits: float
    x: float
    width: float
    zero: float
    css: str


def weighed(pair: Pair) -> tuple[Bar, ...]:
    """The bars of a pair. Empty for a pair that no search weighed."""
    return bars(words.evidence(pair), pair.prior, words.chance(pair), _("Any two people of this register"))


def bars(evidence: Mapping[str, tuple[str, float]], prior: float, chance: str, first: str) -> tuple[Bar, ...]:
    """The bars of what was weighed, by comparison the code of the level and its bits: first what the odds begin with, called
    `first`, last the sum, called by the chance in words."""
    if not evidence:
        return ()
    steps: list[tuple[str, str, float, float]] = [(first, "", 0.0, prior)]
    at = prior
    for name, (level, bits) in evidence.items():
        if level == "silent" and abs(bits) < 0.05:
            continue
        told = explaining.level_words(name, level, words.language())
        steps.append((explaining.comparison_words(name, words.language()), told, at, at + bits))
        at += bits
    steps.append((_("Together"), chance, 0.0, at))
    low = min(0.0, *(min(start, end) for _label, _said, start, end in steps))
    high = max(0.0, *(max(start, end) for _label, _said, start, end in steps))
    scale = WIDTH / ((high - low) or 1.0)
    return tuple(
        Bar(
            label, said, _strength(end - start) if 0 < place < len(steps) - 1 else "", round(end - start, 1),
            round((min(start, end) - low) * scale, 2), round(max(abs(end - start) * scale, 1.0), 2), round(-low * scale, 2),
            "is-sum" if place in {0, len(steps) - 1} else "is-for" if end >= start else "is-against",
        )
        for place, (label, said, start, end) in enumerate(steps)
    )  # fmt: skip


def _strength(bits: float) -> str:
    return {
        "strong_for": _("speaks strongly for one person"),
        "for": _("speaks for one person"),
        "nothing": _("says little"),
        "against": _("speaks against it"),
        "strong_against": _("speaks strongly against it"),
    }[explaining.strength(bits)]
