"""What somebody is to the new head of a household, as far as it follows from what both were to the head before.

Relationships are codes of GB/T 4761-2008 (relation.csv). Where only the kind follows the code of the kind is given: 20 and 30
stand for step-children too, 50 for step-parents and parents-in-law, 40 for the children of sons and daughters alike.
"""

import datetime as dt
from dataclasses import dataclass

SPOUSE, HUSBAND, WIFE = "10", "11", "12"
SON, DAUGHTER, GRANDCHILD, PARENT, GRANDPARENT, SIBLING = "20", "30", "40", "50", "60", "70"
SON_IN_LAW, DAUGHTER_IN_LAW = "28", "38"
MALE, FEMALE = "1", "2"
#: Brothers and sisters by (sex, older).
SIBLINGS = {(MALE, True): "71", (MALE, False): "73", (FEMALE, True): "75", (FEMALE, False): "77"}
#: Parents of a spouse by the sex of who is married and of the parent.
IN_LAWS = {(FEMALE, MALE): "53", (FEMALE, FEMALE): "54", (MALE, MALE): "55", (MALE, FEMALE): "56"}

_KINDS = {
    "spouse": {"10", "11", "12"},
    "head": {"02"},
    "child": {str(code) for code in range(20, 40)} - {"28", "38"},
    "child_in_law": {"28", "38"},
    "grandchild": {"40", "41", "42", "43", "44", "49"},
    "parent": {"51", "52", "57", "58"},
    "parent_in_law": {"53", "54", "55", "56"},
    "sibling": {"70", "71", "73", "75", "77"},
}


@dataclass(frozen=True)
class Kin:
    """Somebody: code of what they were to the head before; sex (1 male, 2 female); birth date where its day is known."""

    relation: str
    sex: str = ""
    born: dt.date | None = None


def to_new_head(person: Kin, head: Kin) -> str:
    """The code of what `person` is to `head`; '' where it does not follow."""
    pair = _kind(head.relation), _kind(person.relation)
    if pair == ("spouse", "head"):
        return _of_sex(person, HUSBAND, WIFE) or SPOUSE
    if pair in {("spouse", "child"), ("parent", "sibling"), ("parent", "head")}:
        return _of_sex(person, SON, DAUGHTER)
    if pair in {("spouse", "child_in_law"), ("parent", "spouse"), ("parent_in_law", "head")}:
        return _of_sex(person, SON_IN_LAW, DAUGHTER_IN_LAW)
    if pair in {("spouse", "grandchild"), ("parent", "child")}:
        return GRANDCHILD
    if pair == ("spouse", "parent"):
        own = person.relation in {"51", "52"}
        return IN_LAWS.get((head.sex, person.sex), PARENT) if own else PARENT
    if pair in {
        ("spouse", "parent_in_law"),
        ("child", "spouse"),
        ("sibling", "parent"),
        ("child", "head"),
        ("child_in_law", "head"),
    }:
        return PARENT
    if pair in {("child", "parent"), ("child", "parent_in_law"), ("grandchild", "head")}:
        return GRANDPARENT
    if pair in {("child", "child"), ("sibling", "sibling"), ("sibling", "head")}:
        return _sibling(person, head)
    return ""


def _kind(relation: str) -> str:
    return next((kind for kind, codes in _KINDS.items() if relation in codes), "")


def _of_sex(person: Kin, male: str, female: str) -> str:
    return {MALE: male, FEMALE: female}.get(person.sex, "")


def _sibling(person: Kin, head: Kin) -> str:
    if person.born is None or head.born is None or person.born == head.born:
        return SIBLING
    return SIBLINGS.get((person.sex, person.born < head.born), SIBLING)
