"""What a played worker finds at the doors: which dwellings, who is in, who came, left or has a new phone, by a seed."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from xml.sax.saxutils import escape

SURNAMES, GIVEN = "赵钱孙李周吴郑王陈林", ("晓燕", "建华", "志强", "小满", "立秋", "文静", "海涛", "春梅")
Rows = Sequence[Mapping[str, str]]
#: The first doors tell one thing each, so that a short run shows all of them; the later ones as the seed draws.
FIRST = ("came", "phone", "left")
STORIES = ("in", "in", "came", "phone", "left", "away", "refused")


@dataclass(frozen=True)
class Door:
    """A door, what is told of it in words, and the answers of the form `dwelling_visit`: path and value of each."""

    address: str
    said: str
    answers: tuple[tuple[str, str], ...]

    def xml(self, form: str, version: str, instance: str) -> str:
        """The filled form as a phone writes it; one row of a repeat at most."""
        opened: list[str] = []
        parts = [f'<data xmlns:orx="http://openrosa.org/xforms" id="{form}" version="{version}">']
        for path, value in (*self.answers, ("meta/instanceID", instance)):
            *groups, name = path.split("/")
            shared = next((at for at, pair in enumerate(zip(opened, groups, strict=False)) if pair[0] != pair[1]), None)
            keep = min(len(opened), len(groups)) if shared is None else shared
            parts += [f"</{opened.pop()}>" for _step in range(len(opened) - keep)]
            for group in groups[keep:]:
                parts.append(f"<{group}>")
                opened.append(group)
            parts.append(f"<{name}>{escape(value)}</{name}>")
        parts += [f"</{group}>" for group in reversed(opened)]
        return "".join(parts) + "</data>"


def doors(lists: Mapping[str, Rows], count: int, seed: int, today: dt.date) -> list[Door]:
    """So many dwellings with people in them, drawn and told by the seed. The same seed and lists give the same doors."""
    draw = Random(seed)  # noqa: S311 - play, no secret
    living: dict[str, list[Mapping[str, str]]] = {}
    for person in lists.get("persons", ()):
        living.setdefault(person["dwelling"], []).append(person)
    homes = [row for row in lists.get("dwellings", ()) if row["name"] in living]
    several = [row for row in homes if len(living[row["name"]]) > 1]
    chosen = draw.sample(several if len(several) >= count else homes, min(count, len(homes)))
    households: dict[str, int] = {}
    for row in lists.get("households", ()):
        households[row["dwelling"]] = households.get(row["dwelling"], 0) + 1
    found = []
    for place, home in enumerate(chosen):
        story = FIRST[place] if place < len(FIRST) else draw.choice(STORIES)
        found.append(_door(home, living[home["name"]], households.get(home["name"], 0), story, draw, today))
    return found


def _door(
    home: Mapping[str, str],
    people: Sequence[Mapping[str, str]],
    households: int,
    story: str,
    draw: Random,
    today: dt.date,
) -> Door:
    told = [("visited_on", str(today)), ("dwelling", home["name"])]
    if story in {"away", "refused"}:
        told.append(("outcome", "not_at_home" if story == "away" else "refused"))
        return Door(home["label"], "nobody at home" if story == "away" else "visit refused", tuple(told))
    gone = people[-1] if story == "left" and len(people) > 1 else None
    stay = [person for person in people if person is not gone]
    told += [("outcome", "met"), ("home/confirmed", " ".join(person["name"] for person in stay))]
    said = [f"{len(stay)} confirmed"]
    if gone is not None:
        told += [("home/left", gone["name"]), ("home/left_on", str(today - dt.timedelta(days=draw.randint(2, 20))))]
        told.append(("home/to_where", "unknown"))
        said.append("1 left")
    told += _newcomer(households, draw, today) if story == "came" else [("home/newcomers", "0")]
    if story == "came":
        said.append("1 came")
    told.append(("home/corrections", "1" if story == "phone" else "0"))
    if story == "phone":
        row = "home/correction"
        told += [(f"{row}/person", stay[0]["name"]), (f"{row}/item", "phones"),
                 (f"{row}/new_phone", f"139{draw.randrange(10**8):08d}")]  # fmt: skip
        said.append("1 new phone")
    return Door(home["label"], ", ".join(said), tuple(told))


def _newcomer(households: int, draw: Random, today: dt.date) -> list[tuple[str, str]]:
    """Somebody without a document, in a household of their own."""
    born = dt.date(draw.randint(1970, 2004), draw.randint(1, 12), draw.randint(1, 28))
    row = {
        "name": draw.choice(SURNAMES) + draw.choice(GIVEN), "sex": draw.choice("12"), "birth_date": str(born),
        "relation": "02", "since": str(today - dt.timedelta(days=draw.randint(1, 30))), "inflow": "01",
        "registered": "elsewhere", "registered_text": "云屏省他乡县", "document_kind": "none",
    }  # fmt: skip
    joins = [("home/joins", "new")] if households else []
    return [("home/newcomers", "1"), *joins, *((f"home/newcomer/{name}", value) for name, value in row.items())]
