"""The list of pairs, two records side by side, and what is decided about them."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.collect.actions import Subject, submit
from domicile.apps.collect.telling import effect
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.duplicates import actions, searches, selectors
from domicile.apps.duplicates.forms import ApartForm, CompareForm, MergeForm, UnmergeForm
from domicile.apps.duplicates.models import Pair
from domicile.apps.duplicates.policies import MERGE, offices_of
from domicile.apps.people.forms.base import PAPERS
from domicile.apps.people.history import MERGE as MERGED
from domicile.apps.people.history import UNMERGE as UNMERGED
from domicile.apps.people.selectors import words
from domicile.apps.people.selectors.placing import holder_of

STATES = {"open": Pair.State.OPEN, "apart": Pair.State.APART}


@require_safe
@requires(MERGE)
def listed(request: ViewerRequest) -> HttpResponse:
    """Pairs that wait, the surest first; with ?state=apart those that were told apart."""
    state = request.GET.get("state", "open")
    page = request.GET.get("page", "1")
    found = selectors.listed(
        request.viewer,
        state=STATES.get(state, Pair.State.OPEN),
        page=int(page) if page.isdecimal() and len(page) < 5 else 1,
    )
    context = {"found": found, "apart": found.state == Pair.State.APART, "searches": searches.told(request.viewer)}
    return render(request, "duplicates/list.html", context)


@never_cache
@require_safe
@requires(MERGE)
def pair(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Two records side by side."""
    return _one_already(request, pk) or _pair(request, pk)


def _one_already(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse | None:
    """The card of whom the two are by now: an address of a pair stays in a window, or is gone back to."""
    one = selectors.joined(request.viewer, pk)
    if one is None:
        return None
    messages.info(request, _("The two records of this pair are merged already. This is the person."))
    return redirect("people:person", one.pk)


def _pair(request: ViewerRequest, pk: uuid.UUID, merge: Any = None, apart: Any = None) -> HttpResponse:
    found = selectors.compared(request.viewer, pk, today=timezone.localdate())
    context: dict[str, Any] = {"found": found, "open": found.pair.state == Pair.State.OPEN}
    if found.choices:
        first = str(found.choices[0].stands) if len(found.choices) == 1 else ""
        context |= {
            "merge": merge or MergeForm(offered=_offered(found), initial={"stands": first}),
            "apart": apart or ApartForm(),
            "sides": [(card, _letter(place), _said(found, card.person.pk)) for place, card in enumerate(found.cards)],
            "effect": effect(request.viewer, MERGED, _office(found)),
        }
    wrong = any(form is not None and form.errors for form in (merge, apart))
    return render(request, "duplicates/pair.html", context, status=422 if wrong else 200)


def _letter(place: int) -> str:
    return "AB"[place]


def _offered(found: selectors.Compared) -> list[tuple[uuid.UUID, str]]:
    may = {one.stands for one in found.choices}
    return [
        (card.person.pk, _("Record {letter}: {name}").format(letter=_letter(place), name=card.name))
        for place, card in enumerate(found.cards)
        if card.person.pk in may
    ]


def _said(found: selectors.Compared, person: uuid.UUID) -> list[str] | None:
    """What follows when this record stays; None where it cannot."""
    return next((one.said for one in found.choices if one.stands == person), None)


def _office(found: selectors.Compared) -> str:
    ids = [card.person.pk for card in found.cards]
    return offices_of([(ids[0], ids[1])])[0]


@require_POST
@requires(MERGE)
def merge(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Merge the two records of a pair, or propose it."""
    if already := _one_already(request, pk):
        return already
    found = selectors.compared(request.viewer, pk, today=timezone.localdate())
    form = MergeForm(request.POST, offered=_offered(found))
    if not found.choices or not form.is_valid():
        return _pair(request, pk, merge=form)
    stands = uuid.UUID(form.cleaned_data["stands"])
    other = next(card.person.pk for card in found.cards if card.person.pk != stands)
    try:
        outcome = submit(
            actor=request.viewer, action=MERGED, subject=Subject("person", stands, _office(found)),
            arguments=actions.Merge(stands, other), reason=form.cleaned_data["reason"],
            evidence=str(PAPERS.get(form.cleaned_data["evidence"], "")),
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        return _pair(request, pk, merge=form)
    if outcome.waiting:
        messages.info(request, _("Sent for review. Nothing changes until somebody accepts it."))
        return redirect("duplicates:pair", pk)
    messages.success(request, _("Merged: both records are one person now. Unmerge them below if it was a mistake."))
    return redirect("people:person", stands)


@require_POST
@requires(MERGE)
def apart(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Remember that the two are two persons, and go on with the next pair."""
    if already := _one_already(request, pk):
        return already
    form = ApartForm(request.POST)
    if not form.is_valid():
        return _pair(request, pk, apart=form)
    following = selectors.compared(request.viewer, pk, today=timezone.localdate()).next_id
    try:
        actions.tell_apart(actor=request.viewer, reason=form.cleaned_data["reason"], pair_id=pk)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("duplicates:list")
    messages.success(
        request, _("Remembered: they are two persons. It stands among those told apart, and can be taken back.")
    )
    return redirect("duplicates:pair", following) if following else redirect("duplicates:list")


@require_POST
@requires(MERGE)
def take_back(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Put a pair that was told apart back into the list."""
    try:
        actions.take_back(actor=request.viewer, reason=_("taken back"), pair_id=pk)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect("duplicates:list")
    messages.success(request, _("The pair waits again."))
    return redirect("duplicates:pair", pk)


@requires(MERGE)
def unmerge(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Let a record that was merged stand by itself again."""
    viewer = request.viewer
    root, other = selectors.merged(viewer, pk)
    if other is None:
        return redirect("people:person", root.pk)
    office = offices_of([(root.pk, root.pk)])[0]
    form = UnmergeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            outcome = submit(
                actor=viewer, action=UNMERGED, subject=Subject("person", root.pk, office),
                arguments=actions.Unmerge(pk, form.cleaned_data["apart"]), reason=form.cleaned_data["reason"],
            )  # fmt: skip
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            if outcome.waiting:
                messages.info(request, _("Sent for review. Nothing changes until somebody accepts it."))
            else:
                messages.success(request, _("Unmerged: both records stand by themselves again, with all they had."))
            return redirect("people:person", root.pk if outcome.waiting else pk)
    context = {
        "heading": _("Unmerge two records"),
        "lead": f"{words.name(root.name)} · {words.name(other.name)} {words.birth(other)}",
        "effect": effect(viewer, UNMERGED, office),
        "form": form,
        "submit_label": _("Unmerge"),
        "cancel_url": reverse("people:person", args=[root.pk]),
    }
    return render(request, "screens/form.html", context, status=422 if form.errors else 200)


@never_cache
@sensitive_post_parameters("number")
@requires(MERGE)
def compare(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Lay another record beside a card, by the number on its document."""
    viewer = request.viewer
    person, _other = selectors.merged(viewer, pk)
    form = CompareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        other = holder_of(viewer, form.cleaned_data["number"])
        if other is None or other == person.pk:
            form.add_error("number", _("No other record of your areas has this number."))
        else:
            made = actions.put_beside(actor=viewer, one=person.pk, other=other)
            return redirect("duplicates:pair", made.pk)
    context = {
        "heading": _("Compare with another record"), "lead": words.name(person.name), "form": form,
        "submit_label": _("Compare"), "cancel_url": reverse("people:person", args=[person.pk]),
    }  # fmt: skip
    return render(request, "screens/form.html", context, status=422 if form.errors else 200)
