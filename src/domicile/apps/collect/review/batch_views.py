"""Several proposals at once: looked through together, decided together, each told what became of it."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.collect import policies, registry, selectors
from domicile.apps.collect.review import batches
from domicile.apps.collect.review.batches import Became, Chosen, decide_many
from domicile.apps.collect.review.deciding import passed_in
from domicile.apps.collect.review.sides import STATES, Other, Sides, shared, sides
from domicile.apps.collect.review.views import list_address, version_of
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest


@dataclass(frozen=True)
class Looked:
    """One proposal of a batch, as it is looked through."""

    sides: Sides
    key: str
    may_decide: bool
    others: list[Other]
    beside: list[Any]


@require_POST
@requires("review_change")
def batch(request: ViewerRequest) -> HttpResponse:
    """Look through what was chosen; then accept or return it."""
    given = request.POST
    query = given.get("queue", "")
    chosen = _chosen(given.getlist("row"))
    if not chosen:
        messages.info(request, _("Choose at least one proposal."))
        return redirect(list_address(query))
    verdict, note = given.get("verdict", ""), given.get("note", "")
    if verdict not in {"accept", "return"}:
        return _look_through(request, chosen, query)
    try:
        became = decide_many(actor=request.viewer, chosen=chosen, verdict=verdict, note=note)
    except Refused as refusal:
        return _look_through(request, chosen, query, error=str(refusal.message), note=note)
    return _told(request, became, query)


def _chosen(texts: list[str]) -> list[Chosen]:
    """What was ticked, each once, in the version that stood there."""
    found: dict[uuid.UUID, Chosen] = {}
    for text in texts[: batches.MOST]:
        key, _dot, number = text.partition(".")
        version = version_of(number)
        try:
            one = uuid.UUID(key)
        except ValueError:
            continue
        if version is not None:
            found.setdefault(one, Chosen(one, version))
    return list(found.values())


def _look_through(
    request: ViewerRequest, chosen: list[Chosen], query: str, error: str = "", note: str = ""
) -> HttpResponse:
    """Both sides of all of them on one page, with what stands against what."""
    viewer = request.viewer
    versions = {one.proposal_id: one.version for one in chosen}
    rows = selectors.proposals(viewer).filter(pk__in=versions)
    by_key = {row.pk: row for row in rows}
    all_sides = [sides(viewer, by_key[key]) for key in versions if key in by_key]
    record_look(viewer, question="proposal", persons=[person for one in all_sides for person in one.persons])
    beside = shared(all_sides)
    looked = [
        Looked(
            one, f"{one.row.pk}.{one.row.version}", policies.may_decide(viewer, one.row, passed_in(word.row for word in one.words)),
            [other for other in one.others if other.row.pk not in versions], beside.get(one.row.pk, []),
        )
        for one in all_sides
    ]  # fmt: skip
    heading = _("Proposals chosen: %(count)s") % {"count": len(looked)}
    context = {"heading": heading, "looked": looked, "query": query, "error": error, "note": note}
    return render(request, "collect/batch.html", context, status=422 if error else 200)


def _told(request: ViewerRequest, became: list[Became], query: str) -> HttpResponse:
    """What became of each: those that were not decided first, with the reason and the way to them."""
    viewer = request.viewer
    rows = {row.pk: row for row in selectors.proposals(viewer).filter(pk__in=[one.proposal_id for one in became])}
    names = registry.names(viewer, [(row.subject_kind, row.subject_id) for row in rows.values()])
    record_look(viewer, question="proposals", persons=[person for name in names.values() for person in name.persons])

    def line(one: Became) -> dict[str, Any]:
        row = rows.get(one.proposal_id)
        if row is None:
            return {"what": _("No longer in your area"), "why": one.why}
        return {
            "row": row, "what": registry.label(row.action), "about": names.get(row.subject_id), "why": one.why,
            "state": STATES[row.state],
        }  # fmt: skip

    context = {
        "heading": _("What became of them"),
        "done": [line(one) for one in became if one.proposal is not None],
        "left": [line(one) for one in became if one.proposal is None],
        "query": query,
    }
    return render(request, "collect/batch_told.html", context)
