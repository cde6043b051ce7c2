"""What staff do with lists from outside: load one, compare it, put it away; decide about its rows."""

from domicile.apps.sources.actions.comparing import compare_load
from domicile.apps.sources.actions.deciding import answer, choose, done, none_of_them, reopen
from domicile.apps.sources.actions.loading import NeedsColumns, NewList, discard, load_list
from domicile.apps.sources.actions.visiting import visit

__all__ = [
    "NeedsColumns", "NewList", "answer", "choose", "compare_load", "discard", "done", "load_list", "none_of_them", "reopen",
    "visit",
]  # fmt: skip
