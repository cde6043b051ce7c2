"""Who decides about a pair: the lowest office whose areas hold both records."""

import uuid
from collections.abc import Mapping, Sequence

from domicile.apps.common.viewer import Viewer
from domicile.apps.people.scope import codes_of

#: The right to compare records and to merge and unmerge them.
MERGE = "merge_person"
#: A search reads numbers in full.
NUMBERS = "view_number_full"
#: Digits of the codes of offices, the lowest first.
OFFICES = {12: "community", 9: "township", 6: "county", 4: "prefecture", 2: "province"}
_ORDER = {"lives": 0, "registered": 1, "moving": 2, "left": 3}


def home_of(codes: Sequence[tuple[str, str]]) -> str:
    """Where somebody counts: the residence, else the registration, else where they move or lived; '' where nowhere."""
    return min(((_ORDER[why], code) for code, why in codes), default=(0, ""))[1]


def office_over(one: str, other: str) -> str:
    """The code of the lowest office over two places; that of the one place where the other is nowhere, '' for none."""
    if not one or not other:
        return (one or other)[:12]
    return next((one[:digits] for digits in OFFICES if one[:digits] == other[:digits]), "")


def offices_of(pairs: Sequence[tuple[uuid.UUID, uuid.UUID]]) -> list[str]:
    """The office over each of these pairs of records that stand. One query."""
    known: Mapping[uuid.UUID, Sequence[tuple[str, str]]] = (
        codes_of({one for pair in pairs for one in pair}) if pairs else {}
    )
    return [office_over(home_of(known[left]), home_of(known[right])) for left, right in pairs]


def may_decide(viewer: Viewer, office: str) -> bool:
    """Whether this viewer may say what is to become of a pair under this office, or propose it there."""
    return bool(office) and viewer.may(MERGE) and viewer.covers(office)


def may_search(viewer: Viewer) -> bool:
    """Whether this viewer may have its areas searched for duplicates."""
    return bool(viewer.purpose and viewer.scopes) and all(
        viewer.may(right) for right in (MERGE, "view_person", NUMBERS)
    )
