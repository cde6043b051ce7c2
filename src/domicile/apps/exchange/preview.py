"""Look at a checked batch, page by page, and take its errors away as a workbook."""

from dataclasses import dataclass, field

from domicile.apps.exchange.messages import IssueView
from domicile.apps.exchange.models import Batch


@dataclass(frozen=True)
class PreviewRow:
    """One row of the file as it will be stored; numbers and phones masked."""

    sheet: str
    row: int
    cells: dict[str, str]  # column name → value
    issues: list[IssueView] = field(default_factory=list)

    @property
    def severity(self) -> str:
        """The worst severity among the issues, '' when there is none."""
        found = {issue.severity for issue in self.issues}
        return next((severity for severity in ("error", "warning", "note") if severity in found), "")


@dataclass(frozen=True)
class Page:
    """One page of a preview. `columns` are (name, label); `summary` are issues of the file and (code, count) below."""

    columns: list[tuple[str, str]]
    rows: list[PreviewRow]
    number: int
    pages: int
    total: int
    summary: list[tuple[IssueView, int]] = field(default_factory=list)  # one example issue a code, and how many


def preview(batch: Batch, page: int = 1, only_errors: bool = False, per_page: int = 50) -> Page:
    """Rows of a checked batch in the file's order; `only_errors` keeps rows with an error."""
    raise NotImplementedError


def error_workbook(batch: Batch) -> bytes:
    """The faulty rows as an xlsx in the same layout: cells with errors coloured and commented; correct and send again."""
    raise NotImplementedError
