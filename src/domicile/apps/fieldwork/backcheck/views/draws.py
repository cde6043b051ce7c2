"""Draws: the list, a new one, one with its design and its records, the frame as a file."""

import datetime as dt
import secrets
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.backcheck import places, policies, selectors, words
from domicile.apps.fieldwork.backcheck.actions import calling_off, drawing
from domicile.apps.fieldwork.backcheck.forms import CallOffForm, PeriodForm
from domicile.apps.fieldwork.backcheck.models import Draw
from domicile.apps.screens import downloads
from domicile.apps.screens.changing import ActionView
from domicile.core.policy.parameters import parameter
from domicile.core.sampling import rank

MOST_SEED = 2**31 - 1
PAGE = 50
DAY = dt.timedelta(days=1)
#: As a table to reckon with: nothing of it is for paper.
KINDS = ("csv", "xlsx")


def tabs(viewer: Viewer, active: str) -> dict[str, Any]:
    """What stands above every page of an officer."""
    may = viewer.may(policies.JUDGE)
    return {"active": active, "waiting": selectors.differences(viewer).count() if may else 0, "may_judge": may}


@require_safe
@requires(policies.JUDGE, *policies.CHECK)
def start(request: ViewerRequest) -> HttpResponse:
    """The draws of the viewer's areas; for who only checks, the own page."""
    if not request.viewer.may(policies.JUDGE):
        return redirect("backcheck:mine")
    page = Paginator(selectors.draws(request.viewer), PAGE).get_page(request.GET.get("page"))
    rows, names = list(page), dict(places.choices(request.viewer))
    context = {
        **tabs(request.viewer, "draws"),
        "page": page,
        "rows": [(row, names.get(row.place_code, row.place_code), row.end - DAY) for row in rows],
    }
    return render(request, "backcheck/draws.html", context)


class NewDraw(ActionView):
    """A new draw. The machine throws the seed, so that nobody chooses a sample."""

    permissions = (policies.JUDGE,)
    heading, submit_label = gettext_lazy("Draw a back-check"), gettext_lazy("Draw")
    form_class = PeriodForm

    def context(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        today = timezone.localdate()
        held = parameter("back_checks.sample", today)
        lead = _(
            "About {share}% of the accepted records, at least {least} and at most {most}, and at least {each} of each worker "
            "in each grid, are asked about again by somebody else, who does not see what is on file."
        )
        return {
            "lead": lead.format(
                share=round(held["share"] * 100), least=held["least"], most=held["most"], each=policies.minimum(today)
            )
        }

    def form_arguments(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        last = timezone.localdate()
        return {"places": places.choices(viewer), "initial": {"begin": last.replace(day=1), "last": last}}

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Draw:
        form = PeriodForm(self.request.POST, places=places.choices(viewer))
        form.full_clean()
        new = drawing.NewDraw(values["place"], values["begin"], form.end())
        return drawing.draw_sample(actor=viewer, new=new, seed=secrets.randbelow(MOST_SEED), today=timezone.localdate())

    def back(self, subject: Any, result: Draw | None = None) -> str:
        return reverse("backcheck:draw", args=[result.pk]) if result else reverse("backcheck:start")


class CallOff(ActionView):
    """Call a draw off. Where it has results, the page says what to do instead."""

    permissions = (policies.JUDGE,)
    submit_label = gettext_lazy("Call the draw off")
    form_class = CallOffForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Draw:
        return selectors.draw(viewer, kwargs["pk"])

    def context(self, viewer: Viewer, subject: Draw) -> dict[str, Any]:
        area = dict(places.choices(viewer)).get(subject.place_code, subject.place_code)
        return {
            "heading": _("Call off the back-check of {day}, {area}").format(day=subject.drawn_on, area=area),
            "lead": _(
                "Its tasks end, and its records can be drawn again. Of what was asked at the doors nothing is on file yet."
            ),
        }

    def act(self, viewer: Viewer, subject: Draw, values: dict[str, Any]) -> Draw:
        done = calling_off.call_off(
            actor=viewer, draw_id=subject.pk, reason=values["reason"], today=timezone.localdate()
        )
        messages.success(self.request, _("The draw is called off. Its records can be drawn again."))
        return done

    def back(self, subject: Draw, result: Draw | None = None) -> str:
        return reverse("backcheck:draw", args=[subject.pk])


@require_safe
@requires(policies.JUDGE)
def draw(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """One draw: its design, and what became of its records. No page of it shows what a record said."""
    found = selectors.draw(request.viewer, pk)
    strata, checks = selectors.strata(found), list(selectors.checks(found))
    given = selectors.given_to(checks)
    accounts = selectors.account_names(
        [
            found.drawn_by,
            found.called_off_by,
            *(row.worker for row in strata),
            *(row.checked_by for row in checks),
            *given.values(),
        ]
    )
    grids = places.names([row.place_code for row in strata])
    context = {
        **tabs(request.viewer, ""),
        "draw": found,
        "last": found.end - DAY,
        "place": dict(places.choices(request.viewer)).get(found.place_code, found.place_code),
        "frame": sum(row.size for row in strata),
        "by": accounts.get(found.drawn_by, ""),
        "called_off_by": _name(accounts, found.called_off_by),
        "may_call_off": policies.may_call_off(request.viewer, found),
        "strata": [(row, grids[row.place_code], accounts.get(row.worker, ""), row.drawn / row.size) for row in strata],
        "checks": [
            (row, row.dwelling.address if row.dwelling else "—", words.kind(row.kind), words.STATES[row.state],
             words.BADGES.get(row.state, ""), _name(accounts, row.checked_by or given.get(row.pk)))
            for row in checks
        ],
        "without": selectors.without_checker(found, timezone.localdate()).count(),
        "kinds": [(kind, downloads.LABELS[kind]) for kind in KINDS],
    }  # fmt: skip
    return render(request, "backcheck/draw.html", context)


def _name(accounts: Mapping[uuid.UUID, str], account: uuid.UUID | None) -> str:
    return accounts.get(account, "") if account else ""


@require_POST
@requires(policies.JUDGE)
def assign(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Look again for somebody for what nobody has."""
    try:
        found = drawing.assign_again(actor=request.viewer, draw_id=pk, today=timezone.localdate())
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("backcheck:draw", pk)
    if found:
        said = ngettext("{count} record was given to somebody.", "{count} records were given to somebody.", found)
        messages.success(request, said.format(count=found))
    else:
        messages.info(
            request, _("There is still nobody for these. Give somebody else a role over the grid, then look again.")
        )
    return redirect("backcheck:draw", pk)


@require_safe
@requires(policies.JUDGE)
def frame(request: ViewerRequest, pk: uuid.UUID, kind: str) -> HttpResponseBase:
    """The frame with everything that is needed to draw the sample again without this program. It names nobody."""
    found = selectors.draw(request.viewer, pk)
    if kind not in KINDS:
        raise Http404
    file = downloads.File(
        name=f"frame-{found.drawn_on}",
        title=_("Frame of the back-check of {day}, seed {seed}").format(day=found.drawn_on, seed=found.seed),
        mark=downloads.mark(request.viewer),
        header=[_("Grid"), _("Stratum"), _("Of them drawn"), _("Record"), _("Order by the seed (SHA-256)"), _("Drawn")],
        rows=_rows(found),
    )
    return downloads.WRITERS[kind](file)


def _rows(found: Draw) -> Iterator[tuple[Any, ...]]:
    drawn = set(selectors.checks(found).values_list("source_id", flat=True))
    for number, layer in enumerate(selectors.strata(found), start=1):
        keys = sorted(layer.frame.values_list("source_id", flat=True), key=lambda key: rank(found.seed, str(key)))
        for key in keys:
            mark = _("yes") if key in drawn else ""
            yield (layer.place_code, number, layer.drawn, str(key), rank(found.seed, str(key)), mark)
