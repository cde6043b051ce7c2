"""A file comes in and is sealed; or goes again."""

from pathlib import Path

from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange.models import Batch


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

    `layout` and `column_map` (column name → header) are detected when not given. `source` names where the file comes
    from: the same content from the same source is committed once. Raises ImportRefused when the file cannot be read,
    NotAllowed without the permission.
    """
    raise NotImplementedError


def discard(actor: Viewer, batch: Batch) -> Batch:
    """Delete the files of a batch that is not committed; the row stays, in state `discarded`."""
    raise NotImplementedError
