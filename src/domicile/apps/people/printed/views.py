"""What of a dwelling, a household or a person is printed, on which paper, with which numbers; then the PDF."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from domicile.apps import printing
from domicile.apps.access.decorators import missing_purpose
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.printed import cards, form
from domicile.apps.people.selectors.reach import reach_dwelling, reach_household, reach_person

PAPERS = (("a4", gettext_lazy("A4")), ("a5", gettext_lazy("A5 across")))


@dataclass(frozen=True)
class Printed:
    """A page that can be printed: its name, its template, and what gathers its data."""

    label: str | Promise
    template: Path
    data: Callable[..., dict[str, Any]]
    papers: tuple[tuple[str, str | Promise], ...] = PAPERS


DWELLING = {"card": Printed(cards.TITLES["dwelling"], cards.DWELLING, cards.dwelling_data)}
PERSON = {"card": Printed(cards.TITLES["person"], cards.PERSON, cards.person_data)}
HOUSEHOLD = {
    "card": Printed(cards.TITLES["household"], cards.HOUSEHOLD, cards.household_data),
    "form": Printed(form.TITLE, form.FORM, form.form_data),
}


class PrintForm(forms.Form):
    """Which page, on which paper, with which numbers."""

    page = forms.ChoiceField(label=gettext_lazy("Page"), widget=forms.RadioSelect)
    paper = forms.ChoiceField(label=gettext_lazy("Paper"), choices=PAPERS, initial="a4")
    numbers = forms.BooleanField(
        label=gettext_lazy("Numbers and phones in full"),
        help_text=gettext_lazy(
            "Recorded with your name and purpose, and the person can see it. Keep such paper locked."
        ),
        required=False,
    )

    def __init__(self, *args: Any, offered: dict[str, Printed], may_see_numbers: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        page = self.fields["page"]
        page.choices = [(key, printed.label) for key, printed in offered.items()]  # type: ignore[attr-defined]
        page.initial = next(iter(offered))
        if len(offered) == 1:
            page.widget = forms.HiddenInput()
        else:
            self.fields["paper"].help_text = _("The collection form is always A4 across.")
        if not may_see_numbers:
            del self.fields["numbers"]


class PrintView(View):
    """GET asks what is to be printed and names nobody; POST answers with the PDF."""

    permission: ClassVar[str]
    offered: ClassVar[dict[str, Printed]]
    card: ClassVar[str]

    def reach(self, viewer: Viewer, pk: uuid.UUID) -> str:
        """Find the thing inside the areas, and give what stands under the heading. Raises OutOfReach."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        answer = missing_purpose(request, (self.permission,))
        return super().dispatch(request, *args, **kwargs) if answer is None else answer

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The choice."""
        return self.ask(request, pk, self.form(request, None))

    def post(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        """The page as a PDF; a look of its own."""
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        asked = self.form(request, request.POST)
        if not asked.is_valid():
            return self.ask(request, pk, asked)
        printed = self.offered[asked.cleaned_data["page"]]
        today = timezone.localdate()
        full = bool(asked.cleaned_data.get("numbers"))
        data = printed.data(viewer, pk, today=today, full=full, paper=asked.cleaned_data["paper"])
        return printing.respond(printed.template, data, name=f"{printed.label}-{today.isoformat()}")

    def form(self, request: HttpRequest, sent: Any) -> PrintForm:
        may = request.viewer.may("view_number_full")  # type: ignore[attr-defined]
        return PrintForm(sent, offered=self.offered, may_see_numbers=may)

    def ask(self, request: HttpRequest, pk: uuid.UUID, asked: PrintForm) -> HttpResponse:
        context = {
            "lead": self.reach(request.viewer, pk),  # type: ignore[attr-defined]
            "form": asked,
            "labels": [printed.label for printed in self.offered.values()],
            "back": reverse(self.card, args=[pk]),
        }
        return render(request, "people/print.html", context, status=422 if asked.errors else 200)


class PrintDwelling(PrintView):
    permission, offered, card = "view_dwelling", DWELLING, "people:dwelling"

    def reach(self, viewer: Viewer, pk: uuid.UUID) -> str:
        return reach_dwelling(viewer, pk).address


class PrintHousehold(PrintView):
    permission, offered, card = "view_household", HOUSEHOLD, "people:household"

    def reach(self, viewer: Viewer, pk: uuid.UUID) -> str:
        return reach_household(viewer, pk).dwelling.address


class PrintPerson(PrintView):
    permission, offered, card = "view_person", PERSON, "people:person"

    def reach(self, viewer: Viewer, pk: uuid.UUID) -> str:
        reach_person(viewer, pk)
        return ""
