"""The choice of paper for a house plan, and the plan."""

import uuid
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views import View

from domicile.apps import printing
from domicile.apps.access.decorators import missing_purpose
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.areas import tree
from domicile.apps.areas.models import Area
from domicile.apps.common.viewer import Viewer
from domicile.apps.maps import policies
from domicile.apps.maps.printed import plan
from domicile.apps.maps.printed.links import has_plan


class PlanForm(forms.Form):
    """On which paper, and whether with the names of the grid workers."""

    paper = forms.ChoiceField(
        label=gettext_lazy("Paper"),
        choices=(("a3", gettext_lazy("A3 across")), ("a4", gettext_lazy("A4 across"))),
        initial="a3",
    )
    names = forms.BooleanField(label=gettext_lazy("With the names of the grid workers"), required=False, initial=True)


class Plan(View):
    """GET asks for the paper; with a paper in the address it answers with the PDF. Nobody's data is in it."""

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        answer = missing_purpose(request, (policies.VIEW,))
        if answer is not None:
            return answer
        viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        area = community(viewer, pk)
        form = PlanForm(request.GET or None)
        if form.is_valid():
            return self.printed(viewer, area, form.cleaned_data)
        context = {"area": area, "form": form, "back": reverse("areas:area", args=[area.pk])}
        return render(request, "maps/plan.html", context, status=422 if form.errors else 200)

    def printed(self, viewer: Viewer, area: Area, asked: dict[str, Any]) -> HttpResponse:
        today = timezone.localdate()
        data = plan.plan_data(viewer, area, today=today, paper=asked["paper"], names=asked["names"])
        return printing.respond(plan.TEMPLATE, data, name=f"{data['frame']['title']}-{today.isoformat()}")


def community(viewer: Viewer, pk: uuid.UUID) -> Area:
    """A community of today that lies in, or holds, one of the viewer's areas. Raises OutOfReach."""
    area = tree.area(viewer, pk)
    if not has_plan(viewer, area):
        raise OutOfReach
    return area
