"""A list page as a declaration: columns over rows that a selector returns, a filter, pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views import View

from domicile.apps.access.decorators import missing_purpose
from domicile.apps.common.viewer import Viewer

Text = str | Promise


@dataclass(frozen=True)
class Column:
    """A column: its label, the text of a row, where the text leads ('' for nowhere), and by what it is sorted.

    `order` names a field of the rows' model, with `__` across a foreign key; empty: not sorted by. Of a ledger's column
    `key` is the name by which a view keeps it, `shown` whether it stands there until somebody chooses otherwise, and
    `official` its head in the official layout (its label where empty). One that is `added` to the columns of the ledger,
    with a `note` that says why, stands after those of the official layout when it is chosen.
    """

    label: Text
    value: Callable[[Any], Any]
    url: Callable[[Any], str] | None = None
    css: str = ""
    order: str = ""
    key: str = ""
    shown: bool = True
    official: str = ""
    added: bool = False
    note: Text = ""


@dataclass(frozen=True)
class Cell:
    """One cell as the templates read it."""

    label: Text
    value: Any
    url: str
    css: str


@dataclass(frozen=True)
class Row:
    """One row as the templates read it."""

    cells: list[Cell]
    css: str = ""
    key: str = ""


class TableView(View):
    """A list that anybody with one of `permissions` may see.

    Subclasses name heading and columns and give `rows`, which starts from the viewer's scope. Pages are counted by
    looking one row ahead, so that no list counts a million rows to show fifty.
    """

    heading: ClassVar[Text] = ""
    lead: ClassVar[Text] = ""
    columns: ClassVar[Sequence[Column]] = ()
    permissions: ClassVar[tuple[str, ...]] = ()
    filter_form: ClassVar[type[forms.Form] | None] = None
    empty_title: ClassVar[Text] = ""
    empty_help: ClassVar[Text] = ""
    page_size: ClassVar[int] = 50
    template_name: ClassVar[str] = "screens/list.html"

    def rows(self, viewer: Viewer, chosen: dict[str, Any]) -> Any:
        """What is listed, in order: something that can be sliced. `chosen` is the cleaned data of a valid filter."""
        raise NotImplementedError

    def prepared(self, rows: list[Any]) -> list[Any]:
        """The rows of one page, after what the columns need was fetched for all of them together."""
        return rows

    def shown(self, viewer: Viewer, rows: list[Any]) -> None:
        """Called with the rows of the page before the answer, for lists that show people and must log it."""

    def context(self, viewer: Viewer) -> dict[str, Any]:
        """What else the template needs."""
        return {}

    def form(self, request: HttpRequest) -> forms.Form | None:
        """The filter, filled with what the address says."""
        return self.filter_form(request.GET) if self.filter_form else None

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The page that `?page=` names, 1 when it names none."""
        answer = missing_purpose(request, self.permissions)
        if answer is not None:
            return answer
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        form = self.form(request)
        valid = form is None or form.is_valid()
        chosen = {**(form.cleaned_data if form is not None and valid else {}), **kwargs}
        page = page_number(request.GET.get("page", "1"))
        start = (page - 1) * self.page_size
        found = list(self.rows(viewer, chosen)[start : start + self.page_size + 1]) if valid else []
        listed = self.prepared(found[: self.page_size])
        self.shown(viewer, listed)
        context = {
            "heading": self.heading,
            "lead": self.lead,
            "columns": self.columns,
            "rows": [self.row(row) for row in listed],
            "filter_form": form,
            "empty_title": self.empty_title,
            "empty_help": self.empty_help,
            **pages(request.GET, page, start, len(listed), len(found) > self.page_size),
            **self.context(viewer),
        }
        return render(request, self.template_name, context)

    def row(self, row: Any) -> Row:
        """The cells of one row."""
        return Row([Cell(c.label, c.value(row), c.url(row) if c.url else "", c.css) for c in self.columns])


def page_number(asked: str) -> int:
    """The page that an address asks for, from 1 on; 1 for what is no number, or one that no list reaches."""
    return max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1


def pages(asked: QueryDict, page: int, start: int, count: int, more: bool) -> dict[str, str]:
    """Addresses of the pages before and after, and where in the list this one stands."""
    return {
        "previous_url": page_address(asked, page - 1) if page > 1 else "",
        "next_url": page_address(asked, page + 1) if more else "",
        "position": _("%(first)s to %(last)s") % {"first": start + 1, "last": start + count},
    }


def page_address(asked: QueryDict, page: int) -> str:
    """The same list at another page."""
    query = asked.copy()
    query["page"] = str(page)
    return f"?{query.urlencode()}"
