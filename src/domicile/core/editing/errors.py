"""What is wrong with a rule, told to whoever wrote it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class RuleError(ValueError):
    """A rule that cannot be read. The message names the file, the rule, the part and the place in it, and the cure."""


def refuse(where: str, message: str, text: str = "", at: int = -1) -> RuleError:
    """The error of a place: `where` names file, rule and part; `at` is an offset in the expression `text`."""
    if at < 0:
        return RuleError(f"{where}: {message}")
    mark = f"{text[:at]}⟪{text[at : at + 12]}⟫{text[at + 12 :]}" if at < len(text) else f"{text}⟪⟫"
    return RuleError(f"{where}, place {at + 1}: {message} In: {mark}")


def nearest(name: str, known: Iterable[str]) -> str:
    """' Did you mean …?' of the nearest known names, or what there is; '' where there is nothing."""
    names = sorted(known)
    found = difflib.get_close_matches(name, names, 2, 0.6)
    if found:
        return f" Did you mean {' or '.join(found)}?"
    return f" There are: {', '.join(names)}." if names else ""
