"""The page of a move, the form that declares one, and the forms of what either end says."""

import uuid
from typing import Any, ClassVar

from django.db import transaction
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
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import actions, forms, policies, words
from domicile.apps.moves.deadlines import words as turns
from domicile.apps.moves.deadlines.waiting import duty_of
from domicile.apps.moves.handing import policies as handing
from domicile.apps.moves.messages.sending import keeper_of
from domicile.apps.moves.models import Move, Side
from domicile.apps.moves.mover import selectors as mover
from domicile.apps.moves.mover.actions import take_up
from domicile.apps.moves.policies import Ends
from domicile.apps.moves.selectors import cards
from domicile.apps.moves.selectors.naming import destinations
from domicile.apps.moves.selectors.staying import staying_behind
from domicile.apps.moves.views.sending import say
from domicile.apps.people.models import Person
from domicile.apps.people.scope import home_code, person_in_scope
from domicile.apps.people.selectors.placing import living_household_of, members_of
from domicile.apps.people.selectors.words import name as person_name

#: The step by which a day is corrected too, on a page of its own.
CORRECT_WHERE = "correct_where"
#: The button of each step, in the order in which they are offered.
STEPS = {
    "arrive": (_("Register the arrival"), "moves:arrive"),
    "not_yet": (_("Not arrived yet"), "moves:not_yet"),
    "accept": (_("Accept the correction"), "moves:accept"),
    "confirm": (_("Confirm"), "moves:confirm"),
    "answer": (_("Note the destination's answer"), "moves:answer"),
    "object": (_("Object"), "moves:object"),
    "depart": (_("Note as gone"), "moves:depart"),
    "return": (_("Note the return"), "moves:return"),
    "change_destination": (_("Change the destination"), "moves:change_destination"),
    "correct": (_("Correct a day"), "moves:correct"),
    "reopen": (_("Correct a day"), "moves:correct"),
    CORRECT_WHERE: (_("Correct where to"), "moves:correct_where"),
    "cancel": (_("Cancel the move"), "moves:cancel"),
    "withdraw": (_("Withdraw the arrival"), "moves:withdraw"),
    "lapse": (_("Let it lapse"), "moves:lapse"),
}
#: What is most likely wanted.
CHIEF = ("arrive", "accept", "confirm", "answer")


@require_safe
@requires("view_person")
def move(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Both ends side by side."""
    today = timezone.localdate()
    card = cards.move_card(request.viewer, pk, today=today)
    duty = duty_of(card.move, today)
    turn = {"duty": duty, "whose": turns.to_do(duty), "until": turns.until(duty)} if duty is not None else None
    possible, ends = {step.key for step in card.steps}, policies.ends_of(card.move)
    if possible & {"correct", "reopen"} and policies.where_to_be_corrected(
        card.move, ends, policies.parties(request.viewer, ends)
    ):
        possible.add(CORRECT_WHERE)
    buttons = [(label, reverse(url, args=[pk]), key in CHIEF) for key, (label, url) in STEPS.items() if key in possible]
    if handing.may(request.viewer, card.move, ends) and request.viewer.may("propose_change"):
        first = ends.destination.code.endswith(handing.NO_COMMUNITY)
        label = _("Choose the community") if first else _("Hand on to another community")
        buttons.insert(0, (label, reverse("moves:choose_community", args=[pk]), first))
    said = mover.on_page(request.viewer, card.move)
    return render(
        request, "moves/move.html", said | {"card": card, "move": card.move, "buttons": buttons, "turn": turn}
    )


class MoveView(ChangeView):
    """A change of a move: what becomes of it is said in words of its own."""

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Any:
        outcome = self.change(viewer, subject, values)
        say(self.request, outcome)
        return outcome.result


class Declare(MoveView):
    """Somebody moves away, alone or with members of the household."""

    heading, form_class, kind = _("Moves away"), forms.DeclareForm, "moves.declare"
    template_name = "moves/declare.html"
    lead = _("Told by the person or the family. Where they live counts here until the arrival is registered.")

    def subject(self, viewer: Viewer, **kwargs: Any) -> Person:
        person = person_in_scope(viewer, kwargs["pk"])
        self.code = home_code(viewer, person.pk)
        if not self.code:
            raise OutOfReach([person.pk])
        self.word = mover.word_for(viewer, self.request.GET.get("word", ""), wish="leaving", about=person.pk)
        return person

    def place(self, subject: Person) -> str:
        return self.code

    def context(self, viewer: Viewer, subject: Person) -> dict[str, Any]:
        line = mover.line_of(viewer, self.word) if self.word is not None else None
        return {"lead": f"{person_name(subject.name)} · {self.lead}", "line": line}

    def form_arguments(self, viewer: Viewer, subject: Person) -> dict[str, Any]:
        household = living_household_of(viewer, subject.pk)
        members = members_of(household) if household is not None else []
        record_look(viewer, question="change_form", persons=[subject.pk, *(row.person_id for row in members)])
        initial = {"who": [str(subject.pk)], "day": timezone.localdate(), "to_where": "area"}
        if self.word is not None:
            initial |= mover.declared_by(self.word)
        return {
            "members": members, "person": (subject.pk, person_name(subject.name)), "areas": destinations(),
            "initial": initial,
        }  # fmt: skip

    def change(self, viewer: Viewer, subject: Person, values: dict[str, Any]) -> Outcome:
        who = [uuid.UUID(key) for key in values["who"]]
        if subject.pk not in who:
            raise Refused(_("{name} is not among those who go.").format(name=person_name(subject.name)), "who")
        head = values.get("new_head_id")
        arguments = actions.Declare(
            person_id=subject.pk, day=values["day"], to_where=values["to_where"], to_code=values["to_code"],
            to_text=values["to_text"], others=tuple(key for key in who if key != subject.pk),
            reason_code=values["reason_code"], expected_return=values["expected_return"],
            new_head_id=uuid.UUID(head) if head else None,
        )  # fmt: skip
        with transaction.atomic():
            outcome = submit(
                actor=viewer, action=self.kind, subject=Subject("person", subject.pk, self.code), arguments=arguments,
                reason=values["reason"],
            )  # fmt: skip
            if self.word is not None:
                take_up(actor=viewer, word_id=self.word.pk, move_id=outcome.result)
        return outcome

    def back(self, subject: Person, result: Any = None) -> str:
        return reverse("moves:move", args=[result]) if result else reverse("people:person", args=[subject.pk])


class OfMove(MoveView):
    """A step of a move, taken at one of its ends."""

    step: ClassVar[str] = ""
    side: ClassVar[str] = Side.ORIGIN
    form_class: ClassVar[Any] = forms.SayForm
    template_name = "moves/step.html"

    def subject(self, viewer: Viewer, **kwargs: Any) -> Move:
        found = cards.find_move(viewer, kwargs["pk"])
        self.people = cards.movers_of(found)
        record_look(viewer, question="change_form", persons=[person for person, _name in self.people])
        return found

    def ends(self, subject: Move) -> Ends:
        return policies.ends_of(subject)

    def end_code(self, viewer: Viewer, subject: Move) -> str:
        """The end whose word it is; where it is beyond the viewer's areas, the one that writes it down."""
        ends = self.ends(subject)
        for side in (self.side, ends.other(self.side).side):
            code = ends.of(side).code
            if code and viewer.covers(code):
                return code
        raise OutOfReach([person for person, _name in self.people])

    def place(self, subject: Move) -> str:
        return self.end_code(self.viewer, subject)

    def effect(self, viewer: Viewer, subject: Move) -> str:
        keeper = keeper_of(subject)
        if keeper is None:
            return super().effect(viewer, subject)
        return _("Asked of {register} first: until it answers nothing counts otherwise.").format(register=keeper.name)

    def context(self, viewer: Viewer, subject: Move) -> dict[str, Any]:
        names = "、".join(str(name) for _person, name in self.people)
        return {"lead": f"{names} · {words.state(subject.state)}"}

    def arguments(self, subject: Move, values: dict[str, Any]) -> Any:
        """What the action is given."""
        raise NotImplementedError

    def change(self, viewer: Viewer, subject: Move, values: dict[str, Any]) -> Outcome:
        return submit(
            actor=viewer, action=self.kind, subject=Subject("move", subject.pk, self.end_code(viewer, subject)),
            arguments=self.arguments(subject, values), reason=values["reason"], evidence=values.get("evidence", ""),
        )  # fmt: skip

    def back(self, subject: Move, result: Any = None) -> str:
        return reverse("moves:move", args=[subject.pk])


class Confirm(OfMove):
    heading, form_class, kind = _("Confirm a move"), forms.ConfirmForm, "moves.confirm"
    consequence = _("What the destination says is accepted. From the day of arrival on they count there.")

    def form_arguments(self, viewer: Viewer, subject: Move) -> dict[str, Any]:
        waits = subject.state == "asked" and subject.owner == Side.ORIGIN
        staying = staying_behind(viewer, [person for person, _name in self.people]) if waits else []
        record_look(viewer, question="change_form", persons=[person for person, _name in staying])
        return {"staying": staying}

    def arguments(self, subject: Move, values: dict[str, Any]) -> actions.Confirm:
        head = values.get("new_head_id")
        return actions.Confirm(subject.pk, uuid.UUID(head) if head else None)


class Answer(Confirm):
    heading = _("Note the destination's answer")
    consequence = _("The destination has written or called: they live there.")


class Accept(OfMove):
    heading, form_class, kind = _("Accept the correction"), forms.AcceptForm, "moves.accept"
    side = Side.DESTINATION
    consequence = _(
        "What the place left has corrected is accepted; both ends have confirmed. Where its day of leaving lies after the day "
        "of arrival, they count here from the day of leaving on."
    )

    def form_arguments(self, viewer: Viewer, subject: Move) -> dict[str, Any]:
        return {"initial": {"number": subject.changes.count()}}

    def arguments(self, subject: Move, values: dict[str, Any]) -> actions.Accept:
        return actions.Accept(subject.pk, values["number"] or 0)


class NotYet(OfMove):
    heading, kind, side = _("Not arrived yet"), "moves.not_yet", Side.DESTINATION
    consequence = _(
        "They are expected here and have not come yet. The place left sees it, they go on counting there, and the time to "
        "act starts anew, once."
    )

    def arguments(self, subject: Move, values: dict[str, Any]) -> actions.NotYet:
        return actions.NotYet(subject.pk)


class ObjectTo(OfMove):
    heading, kind = _("Object to a move"), "moves.object"
    consequence = _("Nothing changes yet: say what is otherwise. One side corrects, or the level above decides.")

    def arguments(self, subject: Move, values: dict[str, Any]) -> actions.Object:
        return actions.Object(subject.pk)


class Return(OfMove):
    heading, form_class, kind = _("Note the return"), forms.ReturnForm, "moves.return"
    consequence = _("They live here again from this day on. What lay between stays in the history.")

    def form_arguments(self, viewer: Viewer, subject: Move) -> dict[str, Any]:
        return {"initial": {"day": timezone.localdate()}}

    def arguments(self, subject: Move, values: dict[str, Any]) -> actions.Return:
        return actions.Return(subject.pk, values["day"])


class ChangeDestination(OfMove):
    heading, form_class, kind = _("Change the destination"), forms.ChangeDestinationForm, "moves.change_destination"
    consequence = _("Whoever was told before is told no more; the new destination is told.")

    def form_arguments(self, viewer: Viewer, subject: Move) -> dict[str, Any]:
        return {"areas": destinations(), "initial": {"to_where": "area"}}

    def arguments(self, subject: Move, values: dict[str, Any]) -> actions.ChangeDestination:
        told = {name: values[name] for name in ("to_where", "to_code", "to_text")}
        return actions.ChangeDestination(subject.pk, day=values["day"], **told)


class Depart(OfMove):
    heading, kind = _("Note as gone"), "moves.depart"
    consequence = _("Nobody at the destination can confirm it. They no longer count here from the day that was said.")

    def arguments(self, subject: Move, values: dict[str, Any]) -> actions.Depart:
        return actions.Depart(subject.pk)


class Cancel(OfMove):
    heading, kind = _("Cancel the move"), "moves.cancel"
    consequence = _("They do not go, or they have not come after all. Everything is as it was before.")

    def end_code(self, viewer: Viewer, subject: Move) -> str:
        self.side = Side.DESTINATION if subject.state == "asked" else Side.ORIGIN  # type: ignore[misc]
        return super().end_code(viewer, subject)

    def arguments(self, subject: Move, values: dict[str, Any]) -> actions.Cancel:
        return actions.Cancel(subject.pk)


class Withdraw(OfMove):
    heading, kind, side = _("Withdraw the arrival"), "moves.withdraw", Side.DESTINATION
    consequence = _("It was registered in error. Stays and households are as they were before it.")

    def arguments(self, subject: Move, values: dict[str, Any]) -> actions.Withdraw:
        return actions.Withdraw(subject.pk)


class Lapse(OfMove):
    heading, kind = _("Let it lapse"), "moves.lapse"
    consequence = _("Nothing was heard of an arrival. They go on counting at the place that they were to leave.")

    def arguments(self, subject: Move, values: dict[str, Any]) -> actions.Lapse:
        return actions.Lapse(subject.pk)


class Correct(OfMove):
    heading, form_class, kind = _("Correct a day"), forms.CorrectForm, "moves.correct"
    consequence = _("After a correction the other end looks at it again, unless both then say the same.")

    def form_arguments(self, viewer: Viewer, subject: Move) -> dict[str, Any]:
        ends, found = self.ends(subject), policies.parties(viewer, self.ends(subject))
        sides = [(side, words.SIDES[side]) for side in policies.corrigible(subject, ends, found)]
        if not sides:
            raise OutOfReach([person for person, _name in self.people])
        return {"sides": sides, "initial": {"day": ends.of(sides[0][0]).day}}

    def end_code(self, viewer: Viewer, subject: Move) -> str:
        self.side = self.request.POST.get("side", Side.ORIGIN)  # type: ignore[misc]
        if self.side not in Side.values:
            self.side = Side.ORIGIN  # type: ignore[misc]
        return super().end_code(viewer, subject)

    def arguments(self, subject: Move, values: dict[str, Any]) -> actions.CorrectEnd:
        return actions.CorrectEnd(subject.pk, values["side"], values["day"])


class CorrectWhere(OfMove):
    heading, form_class, kind = _("Correct where to"), forms.CorrectWhereForm, "moves.correct"
    consequence = _("After a correction the other end looks at it again, unless both then say the same.")

    def form_arguments(self, viewer: Viewer, subject: Move) -> dict[str, Any]:
        ends = self.ends(subject)
        if not policies.where_to_be_corrected(subject, ends, policies.parties(viewer, ends)):
            raise OutOfReach([person for person, _name in self.people])
        areas, there = destinations(), ends.destination.code[:12]
        offered = there in dict(areas)
        suggested = {"to_where": "area", "area": there} if offered else {"to_where": "elsewhere", "to_code": there}
        return {"areas": areas, "initial": suggested}

    def arguments(self, subject: Move, values: dict[str, Any]) -> actions.CorrectEnd:
        told = {name: values[name] for name in ("to_where", "to_code", "to_text")}
        return actions.CorrectEnd(subject.pk, Side.ORIGIN, **told)
