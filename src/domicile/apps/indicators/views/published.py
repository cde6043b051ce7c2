"""Published figures that coverage is reckoned by."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.indicators import actions, forms, selectors, words
from domicile.apps.indicators.models import Published
from domicile.apps.screens.changing import ActionView


@require_safe
@requires(selectors.READ)
def listed(request: HttpRequest) -> HttpResponse:
    """What is on file, the latest first."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    names = dict(selectors.areas_to_choose(viewer))
    rows = [
        {
            "row": row, "of": words.SUBJECTS[row.subject], "area": names.get(row.code, row.code), "last": row.end - forms.DAY,
            "error": words.percent(row.relative_error) if row.relative_error is not None else "—",
            "may_remove": viewer.may(actions.MANAGE) and viewer.covers(row.code),
        }
        for row in selectors.published_in(viewer)
    ]  # fmt: skip
    context = {"heading": _now("Published figures"), "rows": rows, "may_manage": viewer.may(actions.MANAGE)}
    return render(request, "indicators/published.html", context)


class Add(ActionView):
    """Note one."""

    permissions = (actions.MANAGE,)
    heading = _("Note a published figure")
    lead = _("A figure of an office of statistics or of health, against which the register is held. It names nobody.")
    submit_label = _("Note the figure")
    saved = _("The figure is on file.")
    form_class = forms.PublishedForm

    def form_arguments(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        return {"areas": selectors.areas_to_choose(viewer, actions.MANAGE)}

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Published:
        return actions.note(actor=viewer, arguments=forms.arguments_of(values))

    def back(self, subject: Any, result: Any = None) -> str:
        return reverse("indicators:published")


class Remove(ActionView):
    """Take one back."""

    permissions = (actions.MANAGE,)
    heading = _("Take a published figure back")
    submit_label = _("Take back")
    saved = _("The figure was taken back.")
    form_class = forms.RemoveForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Published:
        row = Published.objects.filter(pk=kwargs["pk"]).first()
        if row is None:
            raise Http404
        if not viewer.covers(row.code):
            raise NotAllowed(row.code)
        return row

    def effect(self, viewer: Viewer, subject: Published) -> str:
        return _now("{of}, {start}: {value}. Coverage is reckoned by the figure before it, or not at all.").format(
            of=words.SUBJECTS[subject.subject], start=subject.start, value=subject.value
        )

    def act(self, viewer: Viewer, subject: Published, values: dict[str, Any]) -> None:
        actions.remove(actor=viewer, figure_id=subject.pk)

    def back(self, subject: Published, result: Any = None) -> str:
        return reverse("indicators:published")
