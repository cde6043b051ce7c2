"""The page of an event, and what can be done with one: a paper shown, a question, its answer, a correction, an annulment."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.collect.actions import Outcome, Subject, submit
from domicile.apps.collect.proposing import ChangeView
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.selectors.words import name as person_name
from domicile.apps.vitals import actions, forms, words
from domicile.apps.vitals.models import Kind, State, VitalEvent, VitalPaper, VitalQuestion
from domicile.apps.vitals.selectors import cards
from domicile.core.policy.vitals import papers_asked


@require_safe
@requires("view_person")
def event(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """What it says, what followed, which papers are open, what it said before."""
    viewer = request.viewer
    card = cards.event_card(viewer, pk, today=timezone.localdate())
    changes = viewer.may("propose_change") or viewer.may("apply_change")
    return render(
        request, "vitals/event.html",
        {
            "card": card, "event": card.event, "may_change": changes and cards.may_annul(card),
            "may_answer": changes and card.event.state == State.COUNTS, "is_birth": cards.is_birth(card),
            "twin_url": _twin_url(card),
        },
    )  # fmt: skip


def _twin_url(card: cards.EventCard) -> str:
    member = card.event.person.memberships.filter(side="living", left_on=None).first() if card.event.person else None
    if card.event.kind != Kind.BIRTH or member is None:
        return ""
    return f"{reverse('vitals:birth', args=[member.household_id])}?same={card.event.pk}"


class OfEvent(ChangeView):
    """Something about an event."""

    def event_of(self, viewer: Viewer, **kwargs: Any) -> VitalEvent:
        """The event, inside the viewer's areas."""
        found = cards.reach_event(viewer, kwargs["pk"])
        if not viewer.covers(found.code):
            raise OutOfReach([found.person_id] if found.person_id else [])
        return found

    def subject(self, viewer: Viewer, **kwargs: Any) -> VitalEvent:
        found = self.event_of(viewer, **kwargs)
        record_look(viewer, question="change_form", persons=[found.person_id] if found.person_id else [])
        return found

    def place(self, subject: VitalEvent) -> str:
        return subject.code

    def context(self, viewer: Viewer, subject: VitalEvent) -> dict[str, Any]:
        name = person_name(subject.person.name) if subject.person else ""
        return {"lead": " · ".join(filter(None, [str(words.KINDS[subject.kind]), name, str(subject.day)]))}

    def arguments(self, subject: VitalEvent, values: dict[str, Any]) -> Any:
        """What the action is given."""
        raise NotImplementedError

    def kind_of(self, subject: VitalEvent, values: dict[str, Any]) -> str:
        """The registered kind of change."""
        return self.kind

    def change(self, viewer: Viewer, subject: VitalEvent, values: dict[str, Any]) -> Outcome:
        about = ("person", subject.person_id) if subject.person_id else ("vital", subject.pk)
        return submit(
            actor=viewer, action=self.kind_of(subject, values), subject=Subject(*about, self.place(subject)),
            arguments=self.arguments(subject, values), reason=values["reason"], evidence=values.get("evidence", ""),
        )  # fmt: skip

    def back(self, subject: VitalEvent, result: Any = None) -> str:
        return reverse("vitals:event", args=[subject.pk])


class ShowPaper(OfEvent):
    heading, form_class, kind = _("Note a paper that was missing"), forms.PaperForm, "vitals.show_paper"

    def event_of(self, viewer: Viewer, **kwargs: Any) -> VitalEvent:
        self.paper = VitalPaper.objects.filter(pk=kwargs["pk"]).first()
        if self.paper is None:
            raise OutOfReach
        return super().event_of(viewer, pk=self.paper.event_id)

    def form_arguments(self, viewer: Viewer, subject: VitalEvent) -> dict[str, Any]:
        asked = papers_asked(subject.kind, subject.registered_on, found=subject.found)
        return {"kinds": asked.get(self.paper.need, (self.paper.need,))}  # type: ignore[union-attr]

    def arguments(self, subject: VitalEvent, values: dict[str, Any]) -> Any:
        return actions.ShowPaper(self.paper.pk, values["kind"], values["number"])  # type: ignore[union-attr]


class Ask(OfEvent):
    heading, form_class, kind = _("Ask the place of registration"), forms.AskForm, "vitals.ask"
    consequence = _("The registration is complete and waits for no answer.")

    def arguments(self, subject: VitalEvent, values: dict[str, Any]) -> Any:
        return actions.AskPlace(subject.pk, values["ask_code"], values["ask_text"])


class AnswerQuestion(OfEvent):
    heading, form_class, kind = _("Note the answer"), forms.AnswerForm, "vitals.answer"

    def event_of(self, viewer: Viewer, **kwargs: Any) -> VitalEvent:
        self.question = VitalQuestion.objects.filter(pk=kwargs["pk"]).first()
        if self.question is None:
            raise OutOfReach
        return cards.reach_event(viewer, self.question.event_id)

    def place(self, subject: VitalEvent) -> str:
        code = self.question.to_code  # type: ignore[union-attr]
        return code if code and self.viewer.covers(code) else subject.code

    def arguments(self, subject: VitalEvent, values: dict[str, Any]) -> Any:
        return actions.AnswerQuestion(self.question.pk, values["answer"], values["text"])  # type: ignore[union-attr]


class Correct(OfEvent):
    heading, form_class, kind = _("Correct a vital event"), forms.CorrectForm, "vitals.correct"
    consequence = _("What followed from the day is corrected with it. What it said before stays in the history.")

    def form_arguments(self, viewer: Viewer, subject: VitalEvent) -> dict[str, Any]:
        initial = {name: getattr(subject, name) for name in ("day", "precision", "place", "told_by")}
        return {"event": subject, "initial": initial}

    def kind_of(self, subject: VitalEvent, values: dict[str, Any]) -> str:
        same = (values["day"], values["precision"]) == (subject.day, subject.precision)
        return self.kind if same or subject.kind != Kind.BIRTH else "vitals.correct_birth_day"

    def arguments(self, subject: VitalEvent, values: dict[str, Any]) -> Any:
        return actions.CorrectEvent(
            subject.pk, values["day"], values["precision"], values["place"] or "-", values["told_by"] or "-"
        )


class Annul(OfEvent):
    heading, form_class, kind = _("Annul a vital event"), forms.AnnulForm, "vitals.annul"
    submit_label = _("Annul")
    consequence = _(
        "It was registered in error. Everything that followed from it is as before it; a child registered by it is taken off"
        " file. What others changed since is never written over."
    )

    def arguments(self, subject: VitalEvent, values: dict[str, Any]) -> Any:
        return actions.Annul(subject.pk)
