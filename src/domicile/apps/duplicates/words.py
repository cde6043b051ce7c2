"""What the pages of pairs say: the steps and comparisons of the search in words, and who decides."""

import json
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from domicile.apps.collect.telling import level_name
from domicile.apps.duplicates.models import Pair
from domicile.apps.duplicates.policies import OFFICES
from domicile.core.linkage import explaining

#: What a search is at, by the name of its stage.
STAGES: dict[str, Any] = {
    "waiting": gettext_lazy("waits for its turn"),
    "copying": gettext_lazy("a sealed copy of the register is made"),
    "reading": gettext_lazy("the copy is read"),
    "sure pairs": gettext_lazy("sure pairs are looked for"),
    "pairs to compare": gettext_lazy("pairs to compare are chosen"),
    "comparing": gettext_lazy("pairs are compared"),
    "clusters": gettext_lazy("pairs are put together"),
    "keeping": gettext_lazy("pairs are kept"),
}


def language() -> explaining.Language:
    """The language of the page."""
    return "zh" if (get_language() or "zh").startswith("zh") else "en"


def step(name: str) -> str:
    """What found a pair."""
    if name == "by_hand":
        return _("compared by hand")
    if name == "probable":
        return _("much agrees")
    return explaining.step_words(name, language())


def chance(pair: Pair) -> str:
    """How sure it is, in words; '' where no search weighed it."""
    return explaining.chance(pair.bits, language()) if pair.step != "by_hand" else ""


def office(code: str) -> str:
    """Who decides about a pair under this office."""
    return level_name(OFFICES[len(code)]) if code else _("an office above all these areas")


def evidence(pair: Pair) -> dict[str, tuple[str, float]]:
    """Code of the level and bits of each comparison, in the order of the search."""
    held: dict[str, Any] = json.loads(pair.evidence)
    return {name: (str(level), float(bits)) for name, (level, bits) in held.items()}
