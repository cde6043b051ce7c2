"""Which values that a merge set have been set again by somebody since, as the change log tells.

A value that was corrected away from what the merge had filled in, and then corrected back to it, reads like the merge's own.
It is not: somebody said so, and it stays when the merge is undone.
"""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

import orjson

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import plain
from domicile.apps.people.models import SamePerson, SetAside

#: Table and key of a row, as the log has them.
Row = tuple[str, str]


#: An entry of the log: table, key, operation, columns.
Entry = tuple[str, str, str, dict[str, list[Any]]]


def edited_since(
    kept: Sequence[SetAside], persons: Collection[uuid.UUID], homes: Collection[uuid.UUID]
) -> dict[Row, set[str]]:
    """Columns of the rows in `kept` that were changed after their values were set aside, by actions about one of `persons`,
    about whoever was merged with them for a while, or about one of their households (`homes`).

    The action that set values aside, or set them aside anew, begins the count for its rows. One query, none where nothing
    is aside, another for each merge that was taken back inside another.
    """
    watched = {(one.table, plain(one.row_id)): plain(one.pk) for one in kept if not one.whole}
    aside, edited = SetAside._meta.db_table, dict[Row, set[str]]()
    for entries in _log_of(set(persons), homes) if watched else ():
        begun = {key for table, key, operation, _fields in entries if table == aside and operation == "create"}
        own = {row for row, key in watched.items() if key in begun}
        edited |= {row: set() for row in own}
        for table, key, _operation, fields in entries:
            if (table, key) in edited and (table, key) not in own:
                edited[table, key] |= set(fields)
    return edited


def _log_of(persons: set[uuid.UUID], homes: Collection[uuid.UUID]) -> list[list[Entry]]:
    """The changes in their order: also of those who were one with them then and are no more."""
    links = SamePerson._meta.db_table
    while True:
        found = Change.objects.filter(subject_id__in={*persons, *homes}).order_by("id").values_list("values", flat=True)
        logged: list[list[Entry]] = [orjson.loads(values) for values in found]
        merged = {
            uuid.UUID(fields["person_id"][1])
            for entries in logged
            for table, _key, operation, fields in entries
            if table == links and operation == "create"
        }
        if merged <= persons:
            return logged
        persons |= merged
