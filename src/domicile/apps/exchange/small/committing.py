"""Write staged areas or grids through models, in the caller's transaction."""

from typing import Any

from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange import staging
from domicile.apps.exchange.models import Batch
from domicile.apps.exchange.small import areas, grids

WRITERS = {"areas": areas.write, "grids": grids.write}


def write(actor: Viewer, batch: Batch, tell: Any) -> dict[str, int]:
    """Create and change; returns created, changed, unchanged."""
    rows = staging.read(batch.pk, "part-0000").drop("_sheet", "_row").to_dicts()
    tell(batch.layout, 0, len(rows))
    return WRITERS[batch.layout](actor, batch.pk, rows)
