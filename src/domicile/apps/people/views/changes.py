"""Change a person or a household: at once, or as a proposal, by the rules of the area."""

import uuid
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.audit.models import Change
from domicile.apps.collect.actions import Outcome, Subject, submit
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.people import actions
from domicile.apps.people.forms import PAPERS, AddMemberForm, CorrectNameForm, EndStayForm
from domicile.apps.people.scope import (
    home_code,
    household_in_scope,
    household_of_stay,
    on_file,
    person_in_scope,
    spell_in_scope,
)


@requires("propose_change")
def correct_name(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Correct a name, on the evidence of a paper."""
    viewer = request.viewer
    person = person_in_scope(viewer, pk)
    form = CorrectNameForm(request.POST or None, initial={"name": person.name})
    back = reverse("people:person", args=[pk])

    def change(values: dict[str, Any]) -> Outcome:
        return submit(
            actor=viewer, action="people.correct_name", reason=values["reason"],
            evidence=str(PAPERS[values["evidence"]]), subject=Subject("person", pk, home_code(viewer, pk)),
            arguments=actions.CorrectName(pk, values["name"], values["keep_former"]),
        )  # fmt: skip

    record_look(viewer, question="change_form", persons=[pk])
    heading = _("Correct a name")
    return _handle(request, form, change, back, {"heading": heading, "lead": person.name or _("no name yet")})


@requires("propose_change")
def end_stay(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """End a stay; when the head of a household leaves, another is named."""
    viewer = request.viewer
    spell = spell_in_scope(viewer, pk)
    members = household_of_stay(spell)
    leaves_as_head = any(member.person_id == spell.person_id and member.relation == actions.HEAD for member in members)
    others = [member for member in members if member.person_id != spell.person_id]
    form = EndStayForm(
        request.POST or None, others=others, leaves_as_head=leaves_as_head, initial={"end": timezone.localdate()}
    )

    def change(values: dict[str, Any]) -> Outcome:
        head = values.get("new_head_id")
        return submit(
            actor=viewer, action="people.end_stay", reason=values["reason"],
            subject=Subject("person", spell.person_id, spell.dwelling.place_code),
            arguments=actions.EndStay(pk, values["end"], uuid.UUID(head) if head else None, form.relations()),
        )  # fmt: skip

    record_look(viewer, question="change_form", persons=[spell.person_id, *(other.person_id for other in form.others)])
    context = {"heading": _("End a stay"), "lead": f"{spell.person.name} · {spell.dwelling.address}"}
    return _handle(request, form, change, reverse("people:person", args=[spell.person_id]), context)


@requires("propose_change")
def add_member(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Add a person to a living household."""
    viewer = request.viewer
    household = household_in_scope(viewer, pk)
    form = AddMemberForm(request.POST or None)

    def change(values: dict[str, Any]) -> Outcome:
        known = {field.name for field in fields(actions.AddMember)}
        arguments = actions.AddMember(household_id=pk, **{name: values[name] for name in values if name in known})
        return submit(
            actor=viewer, action="people.add_member", reason=values["reason"], arguments=arguments,
            subject=Subject("household", pk, household.dwelling.place_code),
        )  # fmt: skip

    context = {"heading": _("Add a person"), "lead": household.dwelling.address}
    return _handle(request, form, change, reverse("people:household", args=[pk]), context)


@require_POST
@requires("propose_change")
def undo(request: ViewerRequest, pk: int) -> HttpResponse:
    """Undo a change made a moment ago, or found in the history."""
    try:
        change = actions.undo(actor=request.viewer, change_id=pk)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        change = Change.objects.get(pk=pk)
    else:
        messages.success(request, _("Undone: everything is as it was before."))
    if not on_file(change.subject_id):  # the person had only just been added
        return redirect("/")
    return redirect("people:person", change.subject_id)


def _handle(
    request: ViewerRequest, form: Form, change: Callable[[dict[str, Any]], Outcome], back: str, context: dict[str, Any]
) -> HttpResponse:
    """Show the form; when it is sent and the change is made or proposed, say so where the user came from."""
    if request.method == "POST" and form.is_valid():
        try:
            outcome = change(form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            if outcome.waiting:
                messages.info(request, _("Sent for review. Nothing changes until somebody accepts it."))
            else:
                messages.success(request, _("Saved. If it was a mistake, undo it in the history."))
            return redirect(back)
    status = 422 if form.errors else 200
    return render(request, "people/change.html", {"form": form, "cancel_url": back, **context}, status=status)
