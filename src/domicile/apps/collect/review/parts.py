"""What of a proposal's arguments can be corrected before it is accepted or sent again."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import orjson

from domicile.apps.collect.arguments import pack, unpack


@dataclass(frozen=True)
class Part:
    """One value. `codes`: a code list's name or (code, label) pairs; `sealed` ones are not shown, '' keeps them."""

    label: Any
    kind: str = "text"  # text, date, choice, number, long
    codes: Any = None
    required: bool = False
    sealed: bool = False
    longest: int = 64
    #: Whose it is, where an action is about several: 1 for the first.
    place: int = 0


#: By the way to the value, with dots: `birth_date`, `people.0.name`, `values.number`.
Parts = Mapping[str, Part]


def parts_among(known: Parts, arguments: Any) -> dict[str, Part]:
    """The parts of a dataclass whose names are `known`, also inside its tuples of dataclasses, in their order."""
    found: dict[str, Part] = {}
    for field in fields(arguments):
        value = getattr(arguments, field.name)
        if field.name in known:
            found[field.name] = known[field.name]
        elif isinstance(value, tuple) and value and is_dataclass(value[0]):
            for place, one in enumerate(value):
                for name, part in parts_among(known, one).items():
                    found[f"{field.name}.{place}.{name}"] = Part(
                        part.label, part.kind, part.codes, part.required, part.sealed, part.longest, place + 1
                    )
    return found


def value_of(arguments: Any, path: str) -> str:
    """The value at a path as a form shows it."""
    value: Any = arguments
    for step in path.split("."):
        if isinstance(value, tuple):
            value = value[int(step)]
        elif isinstance(value, dict):
            value = value.get(step, "")
        else:
            value = getattr(value, step)
    return "" if value is None else str(value)


def corrected(arguments: Any, parts: Parts, given: Mapping[str, str]) -> Any:
    """The arguments with the values given in place of theirs; a sealed part that is left empty stays as it is."""
    values: Any = orjson.loads(pack(arguments))
    for path, part in parts.items():
        if path not in given or (part.sealed and not given[path]):
            continue
        *steps, last = path.split(".")
        here = values
        for step in steps:
            here = here[int(step)] if isinstance(here, list) else here[step]
        here[last] = _plain(part, given[path], inside=bool(steps) and steps[-1] == "values")
    return unpack(type(arguments), orjson.dumps(values).decode())


def _plain(part: Part, text: str, *, inside: bool) -> Any:
    """A value as JSON holds it; `inside` a dictionary of texts all of them are texts."""
    text = text.strip()
    if inside:
        return text
    if part.kind == "number":
        return int(text) if text else None
    return None if part.kind == "date" and not text else text
