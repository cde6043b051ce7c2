"""A ledger: a table, a filter and about four lines of view give a list with sorting, pages and downloads.

What is asked travels in the address, or in the body of a POST where people are shown, so that no name ever stands in
an address. One form holds the filter; the buttons for sorting, pages and downloads belong to it wherever they stand.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, QueryDict
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django_filters import FilterSet

from domicile.apps.access import purposes
from domicile.apps.access.decorators import missing_purpose
from domicile.apps.access.log import record_look
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.screens import downloads
from domicile.apps.screens.list import Cell, Column, Row, TableView, pages
from domicile.core.policy.roles import matrix

CHUNK = 500
MOST_PAGES = 10_000


class Table:
    """The columns of a ledger, and what they need read for all rows of a page together."""

    columns: ClassVar[Sequence[Column]] = ()

    def prepared(self, viewer: Viewer, rows: list[Any]) -> list[Any]:
        """The rows with what the columns read: a fixed number of queries, however many rows."""
        return rows

    def persons(self, rows: list[Any]) -> Collection[uuid.UUID]:
        """Whom these prepared rows name, for the log of looks."""
        return ()


class Ledger(TableView):
    """A table of rows of the viewer's areas. `source` takes the viewer and starts from the scope.

    `name` stands in the log of looks (`ledger_NAME`, `download_NAME`: at most 22 characters) and names the files.
    `importing` shows the way to the import for those who may go it.
    """

    name: ClassVar[str] = ""
    table: ClassVar[type[Table]] = Table
    filterset: ClassVar[type[FilterSet] | None] = None
    source: ClassVar[Any]
    shows_people: ClassVar[bool] = False
    export_permissions: ClassVar[tuple[str, ...]] = ("export",)
    importing: ClassVar[bool] = False
    template_name = "screens/ledger.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        """The list as the address asks; the first page, unfiltered, where people are shown."""
        return self.answer(request, QueryDict() if self.shows_people else request.GET)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The list as the body asks, where people are shown."""
        return self.answer(request, request.POST) if self.shows_people else HttpResponseNotAllowed(["GET"])

    def answer(self, request: HttpRequest, asked: QueryDict) -> HttpResponseBase:
        """A page of the list, or the whole of it as a file (`format`)."""
        purpose_page = missing_purpose(request, self.permissions)
        if purpose_page is not None:
            return purpose_page
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        found = type(self).source(viewer)
        sort = chosen_sort(self.table.columns, asked.get("sort", ""))
        if sort:
            found = found.order_by(sort, *found.query.order_by)
        filterset = None
        if self.filterset is not None:
            filterset = self.filterset(asked, queryset=found, request=request)
            found = filterset.qs if filterset.form.is_valid() else found.none()
        if asked.get("format"):
            return self.download(viewer, found, asked.get("format", ""))
        return self.page(request, viewer, found, asked, filterset)

    def page(
        self,
        request: HttpRequest,
        viewer: Viewer,
        found: "QuerySet[Any]",
        asked: QueryDict,
        filterset: FilterSet | None,
    ) -> HttpResponse:
        """One page; the look is recorded before it is answered."""
        number = asked.get("page", "1")
        page = min(max(1, int(number)), MOST_PAGES) if number.isascii() and number.isdigit() and len(number) < 7 else 1
        start = (page - 1) * self.page_size
        rows = list(found[start : start + self.page_size + 1])
        listed = self.read(viewer, rows[: self.page_size], "ledger")
        sort = chosen_sort(self.table.columns, asked.get("sort", ""))
        form = filterset.form if filterset is not None else None
        context = {
            "heading": self.heading,
            "lead": self.lead,
            "columns": [heading_of(column, sort) for column in self.table.columns],
            "rows": [shown_row(self.table.columns, row) for row in listed],
            "filter_form": form,
            "sort": sort,
            "method": "post" if self.shows_people else "get",
            "empty_title": self.empty_title,
            "empty_help": self.empty_help,
            "may_download": any(viewer.may(permission) for permission in self.export_permissions),
            "import_url": import_address(viewer) if self.importing else "",
            "page": page,
            "previous_page": page - 1,
            "next_page": page + 1 if len(rows) > self.page_size else 0,
            "position": pages(QueryDict(), page, start, len(listed), False)["position"],
            **self.context(viewer),
        }
        return render(request, self.template_name, context, status=422 if form is not None and form.errors else 200)

    def read(self, viewer: Viewer, rows: list[Any], how: str) -> list[Any]:
        """The rows as the columns read them, once it is on record that they were read."""
        table = self.table()
        listed = table.prepared(viewer, rows)
        if self.shows_people:
            record_look(viewer, question=f"{how}_{self.name}", persons=table.persons(listed))
        return listed

    def download(self, viewer: Viewer, found: "QuerySet[Any]", kind: str) -> HttpResponseBase:
        """All rows that the filter leaves, as a file. Each part of it is on record before it is sent."""
        if kind not in downloads.WRITERS or not any(viewer.may(permission) for permission in self.export_permissions):
            raise NotAllowed(f"{viewer.role} may not download {self.name}")
        columns = self.table.columns
        file = downloads.File(
            name=f"{self.name}-{timezone.localdate().isoformat()}",
            title=str(self.heading),
            mark=f"{viewer.name} {viewer.purpose} {timezone.localtime().isoformat(' ', 'minutes')}",
            header=[str(column.label) for column in columns],
            rows=self.lines(viewer, found, get_language() or "zh-hans"),
        )
        return downloads.WRITERS[kind](file)

    def lines(self, viewer: Viewer, found: "QuerySet[Any]", language: str) -> Iterator[list[Any]]:
        """The values of all rows, read in parts: memory stays flat however long the ledger."""
        part: list[Any] = []
        for row in found.iterator(chunk_size=CHUNK):
            part.append(row)
            if len(part) == CHUNK:
                yield from self.values(viewer, part, language)
                part = []
        if part:
            yield from self.values(viewer, part, language)

    def values(self, viewer: Viewer, part: list[Any], language: str) -> list[list[Any]]:
        with override(language):
            return [
                [plain(column.value(row)) for column in self.table.columns]
                for row in self.read(viewer, part, "download")
            ]


def chosen_sort(columns: Sequence[Column], asked: str) -> str:
    """The order that is asked for, where a column has it; '' else."""
    return asked if asked.removeprefix("-") in {column.order for column in columns if column.order} else ""


def heading_of(column: Column, sort: str) -> dict[str, Any]:
    """A column's head: what a press on it sorts by, and how it is sorted now."""
    now = {column.order: "ascending", f"-{column.order}": "descending"}.get(sort, "") if column.order else ""
    turned = f"-{column.order}" if now == "ascending" else column.order
    return {"label": column.label, "css": column.css, "press": turned, "sorted": now}


def shown_row(columns: Sequence[Column], row: Any) -> Row:
    """The cells of one row as the templates read them."""
    return Row([Cell(c.label, c.value(row), c.url(row) if c.url else "", c.css) for c in columns])


def plain(value: Any) -> Any:
    """A value for a file: numbers and days as such, nothing as '', all else as text."""
    if value is None:
        return ""
    return value if isinstance(value, int | float | dt.date) and not isinstance(value, bool) else str(value)


def import_address(viewer: Viewer) -> str:
    """The way to the import, for a role that may import for some purpose; '' else."""
    if not (viewer.may("import") or purposes.that_allow("import", viewer, matrix(timezone.localdate()))):
        return ""
    try:
        return reverse("exchange:upload")
    except NoReverseMatch:
        return ""
