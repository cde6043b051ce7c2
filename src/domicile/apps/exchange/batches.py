"""Import batches from upload to undo (EX-1): what the wizard, the command line and background jobs call.

`upload` → `detect` → `check` → `preview` / `error_workbook` → `commit` → `undo` (with `conflicts`), or `discard`.
Each step reads and writes sealed files in the data folder and one row of `Batch`; nothing reaches the register before
`commit`, which is one transaction.
"""

from domicile.apps.exchange.checking import check
from domicile.apps.exchange.committing import commit, recover
from domicile.apps.exchange.detection import ColumnChoice, Detection, columns_of, detect, layouts
from domicile.apps.exchange.messages import ImportRefused, IssueView
from domicile.apps.exchange.preview import Page, PreviewRow, error_workbook, preview
from domicile.apps.exchange.undoing import Conflict, conflicts, undo
from domicile.apps.exchange.uploading import discard, upload

__all__ = [
    "ColumnChoice",
    "Conflict",
    "Detection",
    "ImportRefused",
    "IssueView",
    "Page",
    "PreviewRow",
    "check",
    "columns_of",
    "commit",
    "conflicts",
    "detect",
    "discard",
    "error_workbook",
    "layouts",
    "preview",
    "recover",
    "undo",
    "upload",
]
