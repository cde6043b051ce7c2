"""Pages of administrators about other registers."""

import uuid
from typing import Any, ClassVar

from django import forms as django_forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.apps.common.viewer import Viewer
from domicile.apps.peers import (
    actions,
    byhand,
    cards,
    directory,
    forms,
    keys,
    letters,
    notes,
    policies,
    selectors,
    words,
)
from domicile.apps.peers.models import GIVEN_UP_THERE, InMessage, OutMessage, Peer
from domicile.apps.screens.changing import ActionView

SENT, RECEIVED = "sent", "received"
OCTETS = "application/octet-stream"


def when(moment: Any) -> str:
    """A moment as pages show it."""
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else "—"


def page_of(peer: Peer) -> str:
    """The page of a peer."""
    return reverse("peers:peer", args=[peer.pk])


def found_peer(viewer: Viewer, pk: uuid.UUID) -> Peer:
    """A peer for whoever keeps the links. Raises NotAllowed, OutOfReach."""
    actions.require(viewer)
    peer = Peer.objects.exclude(state=Peer.State.OWN).filter(pk=pk).first()
    if peer is None:
        raise OutOfReach
    return peer


@require_safe
@requires(policies.MANAGE)
def peers(request: ViewerRequest) -> HttpResponse:
    """This register as others know it, and every other one with the state of its line."""
    actions.require(request.viewer)
    own = directory.own()
    card = cards.card_of(own, timezone.now()) if own else None
    rows = [_row(row) for row in selectors.directory()]
    trouble = keys.trouble(timezone.now()) if own else ""
    context = {
        "heading": _("Other registers"), "own": own, "card": card, "rows": rows,
        "trouble": words.problem(trouble) if trouble else None,
    }  # fmt: skip
    return render(request, "peers/peers.html", context)


def _row(row: selectors.Row) -> dict[str, Any]:
    trouble = words.problem(row.trouble)[0] if row.trouble else ""
    return {
        "row": row, "url": page_of(row.peer), "state": words.STATES[row.peer.state], "areas": "、".join(row.areas),
        "trouble": trouble, "set_aside": row.set_aside,
        "last": when(max(filter(None, (row.reached_at, row.heard_at)), default=None)),
    }  # fmt: skip


@require_safe
@requires(policies.MANAGE)
def peer(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """One register: its line, what waits, what was set aside with its cure, and notices."""
    found = found_peer(request.viewer, pk)
    row = selectors.directory(found.pk)[0]
    waits = cards.read(found.card) if found.card else None
    card = waits if waits and found.state not in Peer.LINKED else cards.card_of(found, timezone.now())
    trouble = words.problem(row.trouble) if row.trouble else None
    context = {
        "heading": found.name, "peer": found, "row": row, "card": card, "trouble": trouble,
        "waits": waits, "linked": found.state in Peer.LINKED,
        "aside": [_letter(one) for one in selectors.set_aside(found)],
        "notices": [
            {"notice": one, "at": when(one.at), "state": words.MESSAGE_STATES[one.state]}
            for one in selectors.notices(found)
        ],
        "facts": [
            {"label": _("State"), "value": words.STATES[found.state]},
            {"label": _("Answers for"), "value": "、".join(card.areas)},
            {"label": _("Address"), "value": card.address or _("by file alone")},
            {"label": _("Fingerprint"), "value": card.fingerprint},
            {"label": _("Waits to be sent"), "value": _waits(row)},
            {"label": _("Waits to be applied"), "value": str(row.to_apply)},
            {"label": _("It answered last"), "value": when(row.reached_at)},
            {"label": _("It sent last"), "value": when(row.heard_at)},
        ],
    }  # fmt: skip
    return render(request, "peers/peer.html", context)


def _waits(row: selectors.Row) -> str:
    if not row.waiting:
        return "0"
    return _("%(count)s, the oldest since %(when)s") % {"count": row.waiting, "when": when(row.oldest)}


def _letter(message: OutMessage | InMessage) -> dict[str, Any]:
    why, cure = words.reason(message.problem)
    return {
        "message": message, "way": SENT if isinstance(message, OutMessage) else RECEIVED, "at": when(message.made_at),
        "kind": words.KINDS.get(message.kind, message.kind), "why": why, "cure": cure,
        "given_up": message.problem == GIVEN_UP_THERE,
    }  # fmt: skip


@require_safe
@requires(policies.MANAGE)
def card(request: ViewerRequest) -> HttpResponse:
    """The card of this register, to be copied."""
    actions.require(request.viewer)
    own = directory.own()
    if own is None:
        return redirect("peers:own")
    return render(
        request, "peers/card.html", {"heading": _("Card of this register"), "card": cards.card_of(own, timezone.now())}
    )


@require_POST
@requires(policies.MANAGE)
def try_now(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Try the line at once."""
    found = found_peer(request.viewer, pk)
    letters.try_now(actor=request.viewer, peer_id=found.pk)
    messages.success(request, _("The line is tried at once. Look at this page again in a moment."))
    return redirect(page_of(found))


@require_POST
@requires(policies.MANAGE)
def again(request: ViewerRequest, way: str, pk: uuid.UUID) -> HttpResponse:
    """Try a message again that was set aside."""
    found = found_letter(request.viewer, way, pk)
    try:
        (letters.send_again if way == SENT else letters.apply_again)(actor=request.viewer, message_id=pk)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("It is tried again at once, with all that it held up."))
    return redirect(page_of(found.peer))


@require_POST
@requires(policies.MANAGE)
def seen(request: ViewerRequest, way: str, pk: uuid.UUID) -> HttpResponse:
    """Note that somebody knows of a message that was given up at the other end."""
    found = found_letter(request.viewer, way, pk)
    try:
        letters.seen(actor=request.viewer, message_id=pk)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return redirect(page_of(found.peer))


def found_letter(viewer: Viewer, way: str, pk: uuid.UUID) -> OutMessage | InMessage:
    """A message that was set aside. Raises OutOfReach."""
    actions.require(viewer)
    model: type[OutMessage | InMessage] = OutMessage if way == SENT else InMessage
    found = model.objects.filter(pk=pk).select_related("peer").first()
    if found is None:
        raise OutOfReach
    return found


class PeerView(ActionView):
    """Something done with one register."""

    permissions = (policies.MANAGE,)
    form_class: ClassVar[type[django_forms.Form]] = forms.ReasonForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> Any:
        return found_peer(viewer, kwargs["pk"])

    def back(self, subject: Any, result: Any = None) -> str:
        return page_of(subject)


class Own(ActionView):
    """Name this register."""

    permissions = (policies.MANAGE,)
    heading, submit_label = gettext_lazy("This register"), gettext_lazy("Save")
    lead = gettext_lazy("What stands on its card. After a change hand the card out again.")
    form_class = forms.OwnForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> None:
        actions.require(viewer)

    def form_arguments(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        own = directory.own()
        if own is None:
            return {"initial": {"areas": " ".join(viewer.scopes)}}
        areas = " ".join(own.areas.order_by("prefix").values_list("prefix", flat=True))
        return {"initial": {"name": own.name, "address": own.address, "areas": areas}}

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Peer:
        return actions.set_up(actor=viewer, **values)

    def back(self, subject: Any, result: Any = None) -> str:
        return reverse("peers:peers")


class Add(ActionView):
    """Take up a card."""

    permissions = (policies.MANAGE,)
    heading, submit_label = gettext_lazy("Add a register"), gettext_lazy("Take up the card")
    lead = gettext_lazy("Nothing is sent or taken in before the fingerprint was compared by telephone and confirmed.")
    form_class = forms.CardForm

    def subject(self, viewer: Viewer, **kwargs: Any) -> None:
        actions.require(viewer)

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Peer:
        return actions.propose(actor=viewer, card=cards.read(values["card"]))

    def back(self, subject: Any, result: Any = None) -> str:
        return page_of(result) if result is not None else reverse("peers:peers")


class Confirm(PeerView):
    heading, submit_label = gettext_lazy("Confirm a register"), gettext_lazy("Confirm")
    form_class = forms.ConfirmForm
    template_name = "peers/confirm.html"

    def subject(self, viewer: Viewer, **kwargs: Any) -> Peer:
        found = found_peer(viewer, kwargs["pk"])
        if not found.card:
            raise OutOfReach
        return found

    def context(self, viewer: Viewer, subject: Peer) -> dict[str, Any]:
        return {"card": cards.read(subject.card)}

    def form_arguments(self, viewer: Viewer, subject: Peer) -> dict[str, Any]:
        return {"initial": {"fingerprint": cards.read(subject.card).fingerprint}}

    def shown(self, request: HttpRequest, form: django_forms.Form) -> HttpResponse:
        """After a refusal the card that waits now, with its own fingerprint, to be compared anew."""
        if form.is_bound:
            form.data = {"fingerprint": cards.read(self.found.card).fingerprint}
        return super().shown(request, form)

    def act(self, viewer: Viewer, subject: Peer, values: dict[str, Any]) -> Peer:
        return actions.confirm(actor=viewer, peer_id=subject.pk, fingerprint=values["fingerprint"])


class Pause(PeerView):
    heading, submit_label = gettext_lazy("Pause the link"), gettext_lazy("Pause")
    consequence = gettext_lazy("Nothing is sent or taken in until you resume. What is written meanwhile waits.")

    def act(self, viewer: Viewer, subject: Peer, values: dict[str, Any]) -> Peer:
        return actions.pause(actor=viewer, peer_id=subject.pk, reason=values["reason"])


class End(PeerView):
    heading, submit_label = gettext_lazy("End the link"), gettext_lazy("End")
    template_name = "screens/confirm.html"
    consequence = gettext_lazy("This register then answers for no place. What was sent and received stays on record.")

    def act(self, viewer: Viewer, subject: Peer, values: dict[str, Any]) -> Peer:
        return actions.end(actor=viewer, peer_id=subject.pk, reason=values["reason"])


class Notice(PeerView):
    heading, submit_label = gettext_lazy("Write a notice"), gettext_lazy("Send")
    form_class = forms.NoticeForm
    saved = gettext_lazy("The notice is on its way.")

    def act(self, viewer: Viewer, subject: Peer, values: dict[str, Any]) -> OutMessage:
        return notes.send(actor=viewer, peer_id=subject.pk, text=values["text"])


class GiveUp(ActionView):
    """Give up a message that was set aside."""

    permissions = (policies.MANAGE,)
    heading, submit_label = gettext_lazy("Give up a message"), gettext_lazy("Give up")
    form_class = forms.ReasonForm
    template_name = "screens/confirm.html"
    consequence = gettext_lazy("It never takes effect. The other end is told, and later messages about the same go on.")

    def subject(self, viewer: Viewer, **kwargs: Any) -> OutMessage | InMessage:
        self.way = kwargs["way"]
        return found_letter(viewer, self.way, kwargs["pk"])

    def context(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        return {
            "lead": f"{subject.peer.name} · {words.KINDS.get(subject.kind, subject.kind)} · {when(subject.made_at)}"
        }

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Any:
        action = letters.send_no_more if self.way == SENT else letters.apply_no_more
        return action(actor=viewer, message_id=subject.pk, reason=values["reason"])

    def back(self, subject: Any, result: Any = None) -> str:
        return page_of(subject.peer)


@require_POST
@requires(policies.MANAGE)
def resume(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Go on after a pause."""
    found = found_peer(request.viewer, pk)
    try:
        actions.resume(actor=request.viewer, peer_id=pk)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return redirect(page_of(found))


@require_POST
@requires(policies.MANAGE)
def drop(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Drop the card that waits."""
    found = found_peer(request.viewer, pk)
    try:
        actions.drop(actor=request.viewer, peer_id=pk)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("The card was dropped. All stays as it was."))
    return redirect(page_of(found))


@requires(policies.MANAGE)
def write_file(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """What waits for a register as a file, sealed with a code."""
    found = found_peer(request.viewer, pk)
    form = forms.CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = byhand.write(actor=request.viewer, peer=found, code=form.cleaned_data["code"])
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
        else:
            return _download(made.content, f"{found.pk}-{timezone.localdate():%Y%m%d}.domicile")
    lead = gettext_lazy(
        "Carry the file to the other register. It goes on waiting here until the file of answers was read."
    )
    return _form(request, found, form, gettext_lazy("Messages in a file"), lead, gettext_lazy("Download"))


@requires(policies.MANAGE)
def read_file(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """A file of a register: its messages, whose answers come back as a file, or its answers to ours."""
    found = found_peer(request.viewer, pk)
    form = forms.FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            read = byhand.read(actor=request.viewer, peer=found, content=values["file"].read(), code=values["code"])
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
        else:
            if read.answers is not None:
                return _download(read.answers.content, f"{found.pk}-{timezone.localdate():%Y%m%d}-answers.domicile")
            told = _("%(arrived)s messages had arrived, %(refused)s were refused.")
            messages.success(request, told % {"arrived": read.answered, "refused": read.refused})
            return redirect(page_of(found))
    lead = gettext_lazy("Of a file of messages you get the file of answers to carry back; it opens with the same code.")
    return _form(request, found, form, gettext_lazy("Read a file"), lead, gettext_lazy("Read"))


def _form(
    request: HttpRequest, peer: Peer, form: django_forms.Form, heading: Any, lead: Any, submit: Any
) -> HttpResponse:
    context = {"heading": heading, "lead": lead, "form": form, "submit_label": submit, "cancel_url": page_of(peer)}
    return render(request, "peers/file.html", context, status=422 if form.errors else 200)


def _download(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=OCTETS, headers=headers)
