"""A ledger: a table, a filter and about four lines of view give a list with sorting, pages, views and downloads.

What is asked travels in the address, or in the body of a POST where people are shown, so that no name ever stands in
an address. One form holds the filter; the buttons for sorting, pages and downloads belong to it wherever they stand.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, QueryDict
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from domicile.apps.access import purposes
from domicile.apps.access.decorators import missing_purpose
from domicile.apps.access.log import record_look
from domicile.apps.access.roles import matrix
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.printing import MOST_ROWS
from domicile.apps.screens import downloads, viewing
from domicile.apps.screens.list import Column, TableView, pages
from domicile.apps.screens.paging import MARKS, Pages
from domicile.apps.screens.registry import bulk_actions
from domicile.apps.screens.table import Table, chosen_sort, heading_of, in_order, plain_column, shown_row

__all__ = ["CHUNK", "Ledger", "Table"]

#: Rows that a file is read, put on record and written by.
CHUNK = 5000
MOST_PAGES = 100_000
MOST_CHOSEN = 500


class Ledger(TableView):
    """A table of rows of the viewer's areas. `source` takes the viewer and starts from the scope.

    `name` stands in the log of looks (`ledger_NAME`, `download_NAME`: at most 22 characters) and names the files; `about`
    says in a sentence what the ledger is for.
    `importing` shows the way to the import for those who may go it. `subjects` tells what the ledger itself classes
    people by (screens/policies.py), `totals` what is summed up besides the rows: name -> (label, aggregate). Whoever a
    printed ledger is signed by stands in `signatures`.
    """

    name: ClassVar[str] = ""
    about: ClassVar[Any] = ""
    table: ClassVar[type[Table]] = Table
    filterset: ClassVar[type[FilterSet] | None] = None
    source: ClassVar[Any]
    shows_people: ClassVar[bool] = False
    export_permissions: ClassVar[tuple[str, ...]] = ("export",)
    importing: ClassVar[bool] = False
    subjects: ClassVar[tuple[str, ...]] = ()
    totals: ClassVar[Mapping[str, tuple[Any, Any]]] = {}
    signatures: ClassVar[tuple[Any, ...]] = (_("Filled in by"), _("Checked by"), _("Date"))
    template_name = "screens/ledger.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        """The list as the address asks; where people are shown the first page, as a saved view has it."""
        return self.answer(request, viewing.without_people(request.GET) if self.shows_people else request.GET)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        """The list as the body asks, where people are shown; and what is done with views (`do`)."""
        if request.POST.get("do"):
            return missing_purpose(request, self.permissions) or viewing.keep(self, request)
        return self.answer(request, request.POST) if self.shows_people else HttpResponseNotAllowed(["GET"])

    def answer(self, request: HttpRequest, asked: QueryDict) -> HttpResponseBase:
        """A page of the list, its totals (`part`), or rows of it as a file (`format`) or for something else (`bulk`)."""
        purpose_page = missing_purpose(request, self.permissions)
        if purpose_page is not None:
            return purpose_page
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        view = viewing.opened(self, viewer, asked)
        asked = view.asked
        offered = self.table.offered(viewer, asked.get("place", ""))
        columns = self.table.pick(asked.getlist("columns"), offered)
        sort = chosen_sort(self.table.columns, asked.get("sort", ""))
        found, filterset = self.found(request, asked, sort, forgiving=view.forgiving)
        if asked.get("part") == "total":
            return render(request, "screens/total.html", {"totals": self.summed(found)})
        if asked.get("format"):
            return self.download(viewer, found, asked.get("format", ""), self.file_columns(asked, columns))
        if asked.get("bulk"):
            return self.bulk(request, self.picked(found, asked), asked.get("bulk", ""), columns)
        return self.page(request, found, filterset, view, columns, offered, sort)

    def found(
        self, request: HttpRequest, asked: QueryDict, sort: str, *, forgiving: bool
    ) -> "tuple[QuerySet[Any], FilterSet | None]":
        """The rows asked for in order, and the filter. `forgiving`: what a view asks beyond the viewer is dropped."""
        found = in_order(type(self).source(request.viewer), sort)  # type: ignore[attr-defined]
        if self.filterset is None:
            return found, None
        filterset = self.filterset(asked, queryset=found, request=request)
        if forgiving and not filterset.form.is_valid():
            asked = asked.copy()
            for name in filterset.form.errors:
                asked.pop(name, None)
            filterset = self.filterset(asked, queryset=found, request=request)
        return (filterset.qs if filterset.form.is_valid() else found.none()), filterset

    def page(
        self,
        request: HttpRequest,
        found: "QuerySet[Any]",
        filterset: FilterSet | None,
        view: viewing.Opened,
        chosen: Mapping[str, Column],
        offered: Mapping[str, Column],
        sort: str,
    ) -> HttpResponse:
        """One page; the look is recorded before it is answered."""
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        page = page_asked(view.asked)
        marks = MARKS.of((self.name, viewer.scopes, sort, *viewing.filters_asked(filterset, view.asked)))
        rows, more = Pages(self.table.narrow(found), self.page_size, marks).page(page)
        listed = self.read(viewer, rows, "ledger", chosen)
        columns, start = list(chosen.values()), (page - 1) * self.page_size
        form = filterset.form if filterset is not None else None
        may_download = any(viewer.may(permission) for permission in self.export_permissions)
        context = {
            "heading": self.heading,
            "columns": [heading_of(column, sort) for column in columns],
            "rows": [shown_row(columns, row) for row in listed],
            "filter_form": form,
            "sort": sort,
            "method": "post" if self.shows_people else "get",
            "empty_title": self.empty_title,
            "empty_help": self.empty_help,
            "may_download": may_download,
            "formats": [(key, downloads.LABELS.get(key, key)) for key in downloads.WRITERS] if may_download else [],
            "choosing": bool(listed) and (may_download or bool(bulk_actions(viewer, self.name))),
            "lead": self.lead or self.about,
            "official": bool(self.table.official),
            "bulk": bulk_actions(viewer, self.name),
            "import_url": import_address(viewer) if self.importing else "",
            "page": page,
            "previous_page": page - 1,
            "next_page": page + 1 if more else 0,
            "position": pages(QueryDict(), page, start, len(listed), False)["position"],
            "known_total": len(listed) if page == 1 and not more else None,
            "count_at_once": bool(viewer.scopes) and all(len(scope) >= viewing.TOWNSHIP for scope in viewer.scopes),
            **viewing.context(self, viewer, view, filterset, chosen, offered, sort),
            **self.context(viewer),
        }
        return render(request, self.template_name, context, status=422 if form is not None and form.errors else 200)

    def read(self, viewer: Viewer, rows: list[Any], how: str, chosen: Mapping[str, Column]) -> list[Any]:
        """The rows as the columns read them, once it is on record that they were read."""
        table = self.table(chosen, in_file=how == "download")
        listed = table.prepared(viewer, rows)
        if self.shows_people:
            record_look(viewer, question=f"{how}_{self.name}", persons=table.persons(listed))
        return listed

    def summed(self, found: "QuerySet[Any]") -> list[dict[str, Any]]:
        """How many rows there are, and the totals of the ledger: label and value each."""
        sums = found.aggregate(**{name: aggregate for name, (_label, aggregate) in self.totals.items()})
        count = found.order_by().count()
        pages_of = -(-count // self.page_size)
        listed = [{"label": label, "value": sums[name] or 0} for name, (label, _aggregate) in self.totals.items()]
        return [{"label": "", "value": count, "pages": pages_of}, *listed]

    def picked(self, found: "QuerySet[Any]", asked: QueryDict) -> "QuerySet[Any]":
        """The rows that were ticked, of those that the viewer may see."""
        keys, key = [], found.model._meta.pk
        for text in asked.getlist("row")[:MOST_CHOSEN]:
            try:
                keys.append(key.to_python(text))
            except ValidationError:
                continue
        return found.filter(pk__in=keys)

    def bulk(
        self, request: HttpRequest, found: "QuerySet[Any]", name: str, columns: Mapping[str, Column]
    ) -> HttpResponseBase:
        """What is done with ticked rows: a file of them, or what an app has registered."""
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        if name in downloads.WRITERS:
            return self.download(viewer, found, name, columns)
        action = next((action for action in bulk_actions(viewer, self.name) if action.name == name), None)
        if action is None:
            raise NotAllowed(f"{viewer.role} may not {name} in {self.name}")
        return action.answer(request, found)

    def file_columns(self, asked: QueryDict, chosen: Mapping[str, Column]) -> Mapping[str, Column]:
        """The columns of a file: as shown, or those of the official layout and after them what was added by choice."""
        if not self.official(asked):
            return chosen
        return {**self.table.pick(self.table.official), **{key: one for key, one in chosen.items() if one.added}}

    def official(self, asked: QueryDict) -> bool:
        return asked.get("layout") == "official" and bool(self.table.official)

    def download(
        self, viewer: Viewer, found: "QuerySet[Any]", kind: str, columns: Mapping[str, Column]
    ) -> HttpResponseBase:
        """All these rows as a file. Each part of it is on record before it is sent."""
        if kind not in downloads.WRITERS or not any(viewer.may(permission) for permission in self.export_permissions):
            raise NotAllowed(f"{viewer.role} may not download {self.name}")
        official = [key for key, column in columns.items() if not column.added] == list(self.table.official)
        file = downloads.File(
            name=f"{self.name}-{timezone.localdate().isoformat()}",
            title=str(self.heading),
            mark=downloads.mark(viewer),
            header=[str((official and column.official) or column.label) for column in columns.values()],
            rows=self.lines(viewer, found, get_language() or "zh-hans", columns),
            printed=downloads.Printed(
                viewer,
                count=found[: MOST_ROWS + 1].count,
                area=downloads.area_names(viewer),
                signatures=self.signatures,
                people=self.shows_people,
            ),
        )
        return downloads.WRITERS[kind](file)

    def lines(
        self, viewer: Viewer, found: "QuerySet[Any]", language: str, columns: Mapping[str, Column]
    ) -> Iterator[Sequence[Any]]:
        """The values of all rows, read in parts: memory stays flat however long the ledger."""
        rows = self.table.narrow(found).iterator(chunk_size=CHUNK)
        while part := list(islice(rows, CHUNK)):
            yield from self.values(viewer, part, language, columns)

    def values(
        self, viewer: Viewer, part: list[Any], language: str, columns: Mapping[str, Column]
    ) -> Iterable[Sequence[Any]]:
        """The values of some rows, read column by column, once it is on record that they were read."""
        with override(language):
            listed = self.read(viewer, part, "download", columns)
            return list(zip(*(plain_column(map(column.value, listed)) for column in columns.values()), strict=True))


def page_asked(asked: QueryDict) -> int:
    """The page that a button (`page`) or the field for any page (`goto`) asks for; 1 for what is no number."""
    number = asked.get("page") or asked.get("goto") or "1"
    return min(max(1, int(number)), MOST_PAGES) if number.isascii() and number.isdigit() and len(number) < 7 else 1


def import_address(viewer: Viewer) -> str:
    """The way to the import, for a role that may import for some purpose; '' else."""
    if not purposes.reachable(viewer, ("import",), matrix(timezone.localdate())):
        return ""
    try:
        return reverse("exchange:upload")
    except NoReverseMatch:
        return ""
