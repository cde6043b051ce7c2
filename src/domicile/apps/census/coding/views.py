"""Pages of coding: how far it is, and one text after the other with its suggestions."""

import uuid

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.audit.models import Change
from domicile.apps.census.coding import actions
from domicile.apps.census.coding.coders import coder_of
from domicile.apps.census.coding.models import Wording
from domicile.apps.census.plan.models import Census
from domicile.apps.census.plan.selectors import census as find_census
from domicile.apps.census.shell import shell
from domicile.apps.census.undoing import undo
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.vault import sealing
from domicile.core.coding import lists

TAB = "census:coding"
LISTS = {"occupation": gettext_lazy("Occupations"), "industry": gettext_lazy("Industries")}
NINE = 9


def _may_undo(viewer: Viewer, place: str) -> bool:
    return viewer.may(actions.PERMISSION) and viewer.covers(place)


@require_safe
@requires(actions.PERMISSION)
def coding(request: ViewerRequest, code: str) -> HttpResponse:
    """How far the coding is, list by list."""
    census = find_census(request.viewer, code)
    actions.check(request.viewer, census)
    rows = Wording.objects.filter(census=census, count__gt=0).values("listed").annotate(
        texts=Count("pk"), people=Sum("count"), by_list=Sum("count", filter=Q(how="list"), default=0),
        by_people=Sum("count", filter=Q(how="person"), default=0), left=Count("pk", filter=Q(how="")),
    )  # fmt: skip
    told = {row["listed"]: row for row in rows}
    context = {
        **shell(request, census, TAB),
        "rows": [(name, word, told[name]) for name, word in LISTS.items() if name in told],
    }
    return render(request, "census/coding/coding.html", context)


@require_POST
@requires(actions.PERMISSION)
def gather(request: ViewerRequest, code: str) -> HttpResponse:
    """Take the texts of the forms that have come in since."""
    census = find_census(request.viewer, code)
    try:
        told = actions.gather(actor=request.viewer, census=census)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        text = _("{texts} different texts; {new} are new, {coded} of them were coded by the list.")
        messages.success(request, text.format(texts=told.texts, new=told.new, coded=told.coded))
    return redirect(TAB, code)


@require_safe
@requires(actions.PERMISSION)
def text(request: ViewerRequest, code: str, listed: str) -> HttpResponse:
    """The text that stands on most forms and has no code yet, with suggestions; or one by its id (`?text=`)."""
    census = find_census(request.viewer, code)
    actions.check(request.viewer, census)
    if listed not in LISTS:
        raise NotAllowed("a list of codes")
    row = _asked(census, listed, request.GET.get("text", ""))
    context = {**shell(request, census, TAB), "listed": listed, "name": LISTS[listed], "row": row}
    context["last"] = _last(request.viewer, census)
    if row is not None:
        record_look(request.viewer, question="coding_texts")
        words = sealing.open_value(row, "text")
        found = coder_of(census, listed).suggestions(words, NINE)
        language = get_language() or "zh-hans"
        named = actions.names(listed, [one.code for one in found], language)
        every = [(entry.code, entry.name if language.startswith("zh") else entry.name_en) for entry in lists()[listed]]
        context |= {
            "words": words, "suggestions": [(n, one.code, named[one.code], one) for n, one in enumerate(found, start=1)],
            "every": every, "left": Wording.objects.filter(census=census, listed=listed, how="", count__gt=0).count(),
        }  # fmt: skip
    return render(request, "census/coding/text.html", context)


def _asked(census: Census, listed: str, key: str) -> Wording | None:
    rows = Wording.objects.filter(census=census, listed=listed)
    if key:
        try:
            return rows.filter(pk=uuid.UUID(key)).first()
        except ValueError:
            return None
    return rows.filter(how="", count__gt=0).order_by("-count", "pk").first()


def _last(viewer: Viewer, census: Census) -> Change | None:
    """The viewer's own last decision in this census, to be undone."""
    if viewer.user_id is None:
        return None
    own = (
        Wording.objects.filter(census=census, how=Wording.How.PERSON, decided_by=viewer.user_id)
        .order_by("-decided_at")
        .first()
    )
    if own is None:
        return None
    return (
        Change.objects.filter(action=actions.DECIDE, subject_id=own.pk, actor_id=viewer.user_id).order_by("-pk").first()
    )


@require_POST
@requires(actions.PERMISSION)
def decide(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Give a text its code, and go on with the next."""
    chosen = request.POST.get("other", "").strip() or request.POST.get("code", "")
    try:
        row = actions.decide(actor=request.viewer, wording_id=pk, code="" if chosen == "-" else chosen)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        row = Wording.objects.select_related("census").get(pk=pk)
        return redirect(f"{reverse('census:coding_text', args=[row.census.code, row.listed])}?text={pk.hex}")
    return redirect("census:coding_text", row.census.code, row.listed)


@require_POST
@requires(actions.PERMISSION)
def take_back(request: ViewerRequest, pk: int) -> HttpResponse:
    """Undo a decision; the text is asked again."""
    try:
        change = undo(actor=request.viewer, change_id=pk, actions=[actions.DECIDE], may=_may_undo)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("census:censuses")
    row = Wording.objects.select_related("census").get(pk=change.subject_id)
    return redirect(f"{reverse('census:coding_text', args=[row.census.code, row.listed])}?text={row.pk.hex}")
