"""The queue, both sides of one proposal, and the way from one to the next."""

import uuid
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.collect import policies, registry
from domicile.apps.collect.models import Proposal
from domicile.apps.collect.openrosa.selectors import forms_of
from domicile.apps.collect.openrosa.views.submissions import form_name
from domicile.apps.collect.review import deciding, queue, standing_in
from domicile.apps.collect.review.forms import PartsForm, QueueForm
from domicile.apps.collect.review.parts import value_of
from domicile.apps.collect.review.sides import STATES, Sides, opened, sides
from domicile.apps.collect.rules import WAITS_FOR
from domicile.apps.collect.selectors import proposals
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer

#: Where the session keeps the decision that the next page offers to undo.
JUST_DECIDED = "collect_just_decided"
LONGEST_QUERY = 400


@require_safe
@requires("propose_change")
def listed(request: ViewerRequest) -> HttpResponse:
    """Proposals inside the viewer's areas, those that wait first; narrowed by what the address asks for."""
    viewer = request.viewer
    what = queue.asked(viewer, request.GET)
    form = QueueForm({**request.GET.dict(), "whose": what.whose, "state": what.state}, reviews=_reviews(viewer))
    found = queue.Page([])
    if form.is_valid():
        found = queue.page(viewer, what, after=request.GET.get("after", ""), before=request.GET.get("before", ""))
    named = registry.names(viewer, [(row.subject_kind, row.subject_id) for row in found.rows])
    shown = [person for name in named.values() for person in name.persons]
    if shown:
        record_look(viewer, question="proposals", persons=shown)
    return render(request, "collect/proposals.html", list_context(viewer, what, form, found, named, _just(request)))


def list_context(
    viewer: Viewer, what: queue.Asked, form: QueueForm, found: queue.Page, named: Any, just: Proposal | None = None
) -> dict[str, Any]:
    """What the template of the queue needs of rows that were read."""
    sources = forms_of([row.pk for row in found.rows])
    waits = what.state == Proposal.State.WAITING
    return {
        "heading": _("Proposals"),
        "asked": what,
        "form": form,
        "page": found,
        "query": what.query,
        "states": list(STATES.items()),
        "may_decide": waits and what.whose == "decide" and _reviews(viewer),
        "just_decided": just,
        "rows": [
            (
                row, registry.label(row.action), STATES[row.state], named.get(row.subject_id),
                form_name(sources[row.pk]) if row.pk in sources else "", WAITS_FOR.get(row.level, row.level) if waits else "",
            )
            for row in found.rows
        ],
    }  # fmt: skip


def _reviews(viewer: Viewer) -> bool:
    return viewer.may("review_change")


def visible(viewer: Viewer, pk: uuid.UUID) -> Proposal:
    """A proposal inside the viewer's areas. Raises OutOfReach."""
    row = proposals(viewer).filter(pk=pk).first()
    if row is None:
        raise OutOfReach
    return row


@require_safe
@requires("propose_change")
def one(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """One proposal: what is on file and what was found, why, and who decides."""
    row = visible(request.viewer, pk)
    return page(request, row, query=request.GET.get("queue", ""))


def page(
    request: ViewerRequest, row: Proposal, *, query: str, error: str = "", note: str = "", form: PartsForm | None = None,
    correcting: str = "",
) -> HttpResponse:  # fmt: skip
    """Both sides, logged as a look at everybody named, with what this viewer may do about it."""
    viewer = request.viewer
    shown = sides(viewer, row)
    record_look(viewer, question="proposal", persons=shown.persons)
    context = page_context(viewer, shown, query=query, just=_just(request))
    context |= {"error": error, "note": note, "form": form, "correcting": correcting}
    failed = error or (form is not None and form.errors)
    return render(request, "collect/proposal.html", context, status=422 if failed else 200)


def page_context(viewer: Viewer, shown: Sides, *, query: str, just: Proposal | None = None) -> dict[str, Any]:
    """What the template of one proposal needs of its sides."""
    row = shown.row
    passed = deciding.passed_in(word.row for word in shown.words)
    last = shown.words[-1].row if shown.words else None
    may_review = _reviews(viewer)
    return {
        "sides": shown,
        "proposal": row,
        "heading": shown.handler.label,
        "query": query[:LONGEST_QUERY],
        "may_decide": policies.may_decide(viewer, row, passed),
        "passed_before": viewer.user_id in passed,
        "may_correct": bool(shown.handler.parts(shown.arguments)),
        "may_withdraw": policies.may_withdraw(viewer, row),
        "may_send_again": standing_in.may_send_again(viewer, row),
        "may_undo": row.state == "accepted" and may_review and last is not None and last.change_id is not None,
        "may_review": may_review,
        "viewer_id": viewer.user_id,
        "may_take_back": policies.may_take_back(viewer, row, last),
        "just_decided": just if just is not None and just.pk != row.pk else None,
    }


def _just(request: ViewerRequest) -> Proposal | None:
    """The proposal that this session decided a moment ago, once, where that can be taken back."""
    if JUST_DECIDED not in request.session:
        return None
    row = proposals(request.viewer).filter(pk=uuid.UUID(request.session.pop(JUST_DECIDED))).first()
    if row is None or row.state == Proposal.State.ACCEPTED:
        return row
    last = row.decisions.order_by("-version").first()
    return row if policies.may_take_back(request.viewer, row, last) else None


@require_POST
@requires("propose_change")
def decide(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Accept, return, withdraw, undo or take back; then the next of the queue opens, where one was worked through."""
    viewer, given = request.viewer, request.POST
    row = visible(viewer, pk)
    query, note, verdict = given.get("queue", ""), given.get("note", ""), given.get("verdict", "")
    version = version_of(given.get("version", ""))
    onward = following(viewer, row, query)
    try:
        if verdict == "accept":
            decided = deciding.accept(actor=viewer, proposal_id=row.pk, note=note, version=version)
            say_accepted(request, decided)
        elif verdict == "withdraw":
            deciding.withdraw(actor=viewer, proposal_id=row.pk, version=version)
            messages.success(request, _("Withdrawn."))
        elif verdict == "undo":
            deciding.undo_acceptance(actor=viewer, proposal_id=row.pk)
            messages.success(request, _("Undone: the register is as before, and the proposal waits again."))
            return redirect(address(row.pk, query))
        elif verdict == "take_back":
            deciding.take_back(actor=viewer, proposal_id=row.pk, version=version)
            messages.success(request, _("Your decision is taken back: the proposal waits for you again."))
            return redirect(address(row.pk, query))
        else:
            back = deciding.send_back(actor=viewer, proposal_id=row.pk, note=note, version=version)
            elsewhere = standing_in.told_to(viewer, back, timezone.localdate())
            messages.success(request, " ".join(filter(None, (_("Returned with your note."), elsewhere))))
            request.session[JUST_DECIDED] = row.pk.hex
    except Refused as refusal:
        fresh = visible(viewer, pk)
        return page(request, fresh, query=query, error=str(refusal.message), note=note)
    return redirect(onward)


@requires("propose_change")
def correct(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Correct what was found: a reviewer then accepts it, whoever proposed it sends it again."""
    viewer = request.viewer
    row = visible(viewer, pk)
    query = request.POST.get("queue", request.GET.get("queue", ""))
    again = standing_in.may_send_again(viewer, row)
    passed = deciding.passed_in(row.decisions.order_by("version"))
    if not again and not policies.may_decide(viewer, row, passed):
        return page(request, row, query=query)
    handler, arguments = opened(row)
    parts = handler.parts(arguments)
    form = PartsForm(
        request.POST or None, parts=parts, values={path: value_of(arguments, path) for path in parts}, needs_note=again
    )
    if request.method == "POST" and form.is_valid():
        onward = following(viewer, row, query)
        version, note = version_of(request.POST.get("version", "")), form.cleaned_data["note"]
        try:
            if again:
                deciding.send_again(actor=viewer, proposal_id=pk, values=form.values(), note=note, version=version)
                messages.success(request, _("Sent again. Nothing changes until somebody accepts it."))
                return redirect(address(row.pk, ""))
            decided = deciding.accept(actor=viewer, proposal_id=pk, values=form.values(), note=note, version=version)
        except Refused as refusal:
            form.refuse(refusal.field, str(refusal.message))
            row = visible(viewer, pk)
        else:
            say_accepted(request, decided)
            return redirect(onward)
    return page(request, row, query=query, form=form, correcting="again" if again else "accept")


@require_safe
@requires("propose_change")
def step(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Go to the proposal after (before) this one in the queue; at its end, to the list."""
    viewer, query = request.viewer, request.GET.get("queue", "")
    row = visible(viewer, pk)
    backward = request.GET.get("to") == "previous"
    found = queue.neighbour(viewer, asked_by(viewer, query), row, backward=backward)
    if found is None:
        messages.info(request, _("This is the first of the list.") if backward else _("This was the last of the list."))
        return redirect(list_address(query))
    return redirect(address(found.pk, query))


def say_accepted(request: ViewerRequest, row: Proposal) -> None:
    """Say what became of it, and offer to undo it on the page that comes next."""
    request.session[JUST_DECIDED] = row.pk.hex
    if row.state == Proposal.State.WAITING:
        level = WAITS_FOR.get(row.level, row.level)
        messages.success(request, _("Passed on: it now waits for the %(level)s.") % {"level": level})
        return
    messages.success(request, _("Accepted: the change is made."))


def asked_by(viewer: Viewer, query: str) -> queue.Asked:
    """What a queue was asked for, as a page of it carries it along."""
    return queue.asked(viewer, dict(parse_qsl(query[:LONGEST_QUERY], keep_blank_values=True)))


def following(viewer: Viewer, row: Proposal, query: str) -> str:
    """Where to go after this one: the next of the queue, then those passed over, then the list."""
    if not query:
        return reverse("collect:proposals")
    what = asked_by(viewer, query)
    if what.state != row.state:
        return list_address(query)
    found = queue.neighbour(viewer, what, row) or queue.first(viewer, what)
    return address(found.pk, query) if found is not None and found.pk != row.pk else list_address(query)


def address(pk: uuid.UUID, query: str) -> str:
    """The page of a proposal, in a queue or alone."""
    where = reverse("collect:proposal", args=[pk])
    return f"{where}?{urlencode({'queue': query[:LONGEST_QUERY]})}" if query else where


def list_address(query: str) -> str:
    """The list that a queue was opened from."""
    where = reverse("collect:proposals")
    return f"{where}?{query[:LONGEST_QUERY]}" if query else where


def version_of(text: str) -> int | None:
    """The version that a form was made for."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else None
