"""Which values that a merge set have been set again by somebody since, as the change log tells.

A value that was corrected away from what the merge had filled in, and then corrected back to it, reads like the merge's own.
It is not: somebody said so, and it stays when the merge is undone.
"""

import uuid
from collections.abc import Collection, Sequence

import orjson

from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import plain
from domicile.apps.people.models import SetAside

#: Table and key of a row, as the log has them.
Row = tuple[str, str]


def edited_since(kept: Sequence[SetAside], subjects: Collection[uuid.UUID]) -> dict[Row, set[str]]:
    """Columns of the rows in `kept` that actions about `subjects` changed after the values were set aside. One query.

    The action that set values aside, or set them aside anew, begins the count for its rows.
    """
    watched = {(one.table, plain(one.row_id)): plain(one.pk) for one in kept if not one.whole}
    if not watched:
        return {}
    aside, edited = SetAside._meta.db_table, dict[Row, set[str]]()
    logged = Change.objects.filter(subject_id__in=subjects).order_by("id").values_list("values", flat=True)
    for entries in map(orjson.loads, logged):
        begun = {key for table, key, operation, _fields in entries if table == aside and operation == "create"}
        own = {row for row, key in watched.items() if key in begun}
        edited |= {row: set() for row in own}
        for table, key, _operation, fields in entries:
            if (table, key) in edited and (table, key) not in own:
                edited[table, key] |= set(fields)
    return edited
