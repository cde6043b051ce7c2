"""Pages of rulings and supplies."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.areas.selectors import names_of
from domicile.apps.census.plan import forms, policies, selectors
from domicile.apps.census.plan.actions import rulings as rule
from domicile.apps.census.plan.actions import supplies as supply
from domicile.apps.census.plan.models import Census, Ruling, Supply
from domicile.apps.census.plan.views.plans import PlanView
from domicile.apps.census.shell import shell
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.changing import ActionView

MOST, MOST_MOVES = 200, 60


@require_safe
@requires(policies.READ)
def rulings(request: ViewerRequest, code: str) -> HttpResponse:
    """What was ruled, by number, narrowed by words."""
    row, asked = selectors.census(request.viewer, code), request.GET.get("q", "").strip()[:64]
    found = selectors.rulings(row, asked)
    listed = list(found[:MOST])
    context = {
        **shell(request, row, "census:rulings"),
        "rows": listed,
        "asked": asked,
        "more": found.count() - len(listed) if len(listed) == MOST else 0,
        "may_plan": policies.may_plan(request.viewer, row.scope),
        "history": selectors.history(request.viewer, [one.pk for one in listed[:1]]),
        "undo_name": "census:undo_plan",
    }
    return render(request, "census/plan/rulings.html", context)


class AddRuling(PlanView):
    heading, submit_label = gettext_lazy("New ruling"), gettext_lazy("Rule")
    saved, form_class = gettext_lazy("Ruled. Everybody of the census can read it under its number."), forms.RulingForm

    def act(self, viewer: Viewer, subject: Census, values: dict[str, Any]) -> Ruling:
        return rule.rule(actor=viewer, census_id=subject.pk, today=timezone.localdate(), **values)

    def back(self, subject: Census, result: Any = None) -> str:
        return reverse("census:rulings", args=[subject.code])


class CorrectRuling(ActionView):
    permissions = (policies.PLAN,)
    heading, submit_label = gettext_lazy("Correct the ruling"), gettext_lazy("Save")
    saved, form_class = gettext_lazy("Saved."), forms.RulingForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Ruling:
        row = selectors.census(viewer, kwargs["code"])
        policies.check_plan(viewer, row.scope)
        return selectors.ruling(viewer, row, kwargs["number"])

    def context(self, viewer: Viewer, subject: Ruling) -> dict[str, Any]:
        return {"lead": f"{subject.census.name} · #{subject.number}"}

    def form_arguments(self, viewer: Viewer, subject: Ruling) -> dict[str, Any]:
        return {"initial": {"asked": subject.asked, "answered": subject.answered, "on": subject.ruled_on}}

    def act(self, viewer: Viewer, subject: Ruling, values: dict[str, Any]) -> Ruling:
        return rule.correct_ruling(actor=viewer, ruling_id=subject.pk, **values)

    def back(self, subject: Ruling, result: Any = None) -> str:
        return reverse("census:rulings", args=[subject.census.code])


@require_safe
@requires(policies.PROGRESS, policies.PLAN)
def supplies(request: ViewerRequest, code: str) -> HttpResponse:
    """What is there, by census area, and what went out and came back of late."""
    row = selectors.census(request.viewer, code)
    stocks = selectors.stocks(request.viewer, row)
    moves = list(selectors.supplies(request.viewer, row)[:MOST_MOVES])
    names = names_of({*stocks, *(one.place_code[:12] for one in moves), *(one.place_code for one in moves)})
    context = {
        **shell(request, row, "census:supplies"),
        "areas": [(area, names.get(area, area), held) for area, held in stocks.items() if held],
        "moves": [(one, _place(one, names), abs(one.count)) for one in moves],
        "needs": list(row.needs.order_by("what")),
        "may_move": request.viewer.may(policies.PLAN),
        "may_plan": policies.may_plan(request.viewer, row.scope),
        "history": selectors.history(request.viewer, [row.pk, *(one.pk for one in moves[:5])]),
        "undo_name": "census:undo_plan",
    }
    return render(request, "census/plan/supplies.html", context)


def _place(one: Supply, names: dict[str, str]) -> str:
    code = one.place_code if not one.place_code.endswith("000") else one.place_code[:12]
    return names.get(code, code)


class MoveSupply(ActionView):
    permissions = (policies.PLAN,)
    heading, submit_label = gettext_lazy("Hand out or take back"), gettext_lazy("Note it")
    saved, form_class = gettext_lazy("Noted."), forms.SupplyForm
    template_name = "census/plan/things.html"

    def subject(self, viewer: Viewer, **kwargs: Any) -> Census:
        return selectors.census(viewer, kwargs["code"])

    def form_arguments(self, viewer: Viewer, subject: Census) -> dict[str, Any]:
        asked = self.request.GET
        known = subject.needs.order_by("what").values_list("what", flat=True)
        return {
            "places": selectors.places(viewer, subject),
            "things": forms.things(list(known)),
            "initial": {
                "place_code": asked.get("place", ""),
                "what": asked.get("what", ""),
                "count": asked.get("count"),
            },
        }

    def act(self, viewer: Viewer, subject: Census, values: dict[str, Any]) -> Supply:
        return supply.move_supply(actor=viewer, census_id=subject.pk, today=timezone.localdate(), **values)

    def back(self, subject: Census, result: Any = None) -> str:
        return reverse("census:supplies", args=[subject.code])


class SetNeed(PlanView):
    heading, submit_label = gettext_lazy("What each enumeration area needs"), gettext_lazy("Save")
    saved, form_class = gettext_lazy("Saved."), forms.NeedForm
    template_name = "census/plan/things.html"

    def form_arguments(self, viewer: Viewer, subject: Census) -> dict[str, Any]:
        known = subject.needs.order_by("what").values_list("what", flat=True)
        return {"things": forms.things(list(known)), "initial": {"what": self.request.GET.get("what", "")}}

    def act(self, viewer: Viewer, subject: Census, values: dict[str, Any]) -> None:
        supply.set_need(actor=viewer, census_id=subject.pk, **values)

    def back(self, subject: Census, result: Any = None) -> str:
        return reverse("census:supplies", args=[subject.code])
