"""A file comes in and is sealed; or goes again."""

from pathlib import Path

from django.db import transaction
from django.utils import timezone

from domicile.apps.common.ids import new_id
from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange import saved_maps, sources, staging
from domicile.apps.exchange.detection import best_layout
from domicile.apps.exchange.discreet import discreet, holds_number
from domicile.apps.exchange.layouts import LAYOUTS
from domicile.apps.exchange.messages import refuse
from domicile.apps.exchange.models import Batch

OPEN_STATES = (Batch.State.UPLOADED, Batch.State.CHECKED, Batch.State.FAILED)


def upload(
    actor: Viewer,
    file_name: str,
    content: bytes | Path,
    *,
    layout: str | None = None,
    column_map: dict[str, str] | None = None,
    source: str = "",
) -> Batch:
    """Read a file, drop what may not be held, seal the rest, and make a batch in state `uploaded`.

    `layout` and `column_map` (column name → header) are those saved for these headers, or detected, when not given.
    `source` names where the file comes
    from: the same content from the same source is committed once. Raises ImportRefused when the file cannot be read,
    NotAllowed without the permission.
    """
    actor.require("import")
    read = content.read_bytes() if isinstance(content, Path) else content
    if not read:
        raise refuse("file_empty")
    found = sources.drop_refused(sources.drop_findings(sources.read(file_name, read)))
    del read, content
    if found.frame.is_empty():
        raise refuse("file_empty")
    if any(map(holds_number, found.headers)):  # headers are kept in the clear and shown
        raise refuse("header_is_data")
    saved = None if column_map else saved_maps.known(actor, found.headers, layout or "")
    chosen = layout or (saved.layout if saved else best_layout(found.headers, file_name))
    column_map = column_map or (saved.column_map if saved else None)
    batch = Batch(
        id=new_id(),
        layout=chosen,
        file_name=discreet(Path(file_name).name)[:120],
        source=discreet(source)[:64],
        scope=next(iter(actor.scopes), ""),
        column_map=column_map or (LAYOUTS[chosen].match(found.headers) if chosen in LAYOUTS else {}),
        report={
            "rows": found.frame.height,
            "headers": found.headers,
            "dropped": found.dropped,
            "scopes": list(actor.scopes),
        },
        uploaded_by=actor.user_id,
        uploaded_by_name=actor.name,
        uploaded_at=timezone.now(),
    )
    staging.write_parts(batch.id, "raw", found.frame)
    staging.write(batch.id, "found", found.findings)
    batch.save(force_insert=True)
    return batch


def discard(actor: Viewer, batch: Batch) -> Batch:
    """Delete the files of a batch that is not committed; the row stays, in state `discarded`."""
    actor.require("import")
    with transaction.atomic():
        held = Batch.objects.select_for_update().get(pk=batch.pk)
        if held.state not in OPEN_STATES:
            raise refuse("not_ready", detail=held.state)
        held.state = Batch.State.DISCARDED
        held.save(update_fields=["state"])
    staging.remove(batch.pk)
    batch.state = held.state
    return batch
