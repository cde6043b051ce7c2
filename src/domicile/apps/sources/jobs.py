"""Compare long lists in the background: enqueue from a page, run by the worker of `domicile serve`."""

import uuid

from django_tasks import task

from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.sources.actions import compare_load

#: Lists of more rows are compared in the background.
AT_ONCE = 2000


def compare_in_background(actor: Viewer, load_id: uuid.UUID, answer: str) -> None:
    """Put a comparison into the queue."""
    plain: dict[str, object] = {
        "user_id": str(actor.user_id) if actor.user_id else "", "name": actor.name, "role": actor.role,
        "scopes": list(actor.scopes), "purpose": actor.purpose, "permissions": sorted(actor.permissions),
    }  # fmt: skip
    compare_list.enqueue(str(load_id), plain, answer)


@task()
def compare_list(load_id: str, actor: dict[str, object], answer: str) -> None:
    """Compare a list that compare_in_background put into the queue; what it refuses stands on the list's page."""
    user = str(actor["user_id"])
    viewer = Viewer(
        user_id=uuid.UUID(user) if user else None, name=str(actor["name"]), role=str(actor["role"]),
        scopes=tuple(actor["scopes"]), purpose=str(actor["purpose"]),  # type: ignore[arg-type]
        permissions=frozenset(actor["permissions"]), channel="job",  # type: ignore[call-overload]
    )  # fmt: skip
    try:
        compare_load(actor=viewer, load_id=uuid.UUID(load_id), answer=answer)
    except Refused:
        return  # somebody else was quicker, or put it away
