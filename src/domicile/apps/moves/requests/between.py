"""Requests between registers: one goes out with what was asked, and its answer comes back, each as a message.

The register asked looks at its own rule: it tells nothing that its purposes do not let be told, whoever asks. The asking one
keeps of an answer only what its own rule knows.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.log import record_look
from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import policies
from domicile.apps.moves.requests import outward, rules
from domicile.apps.moves.requests.models import OutsideRequest
from domicile.apps.moves.requests.returning import ANSWERED
from domicile.apps.peers import directory, outbox, registry
from domicile.apps.peers.models import OutMessage, Peer
from domicile.apps.peers.registry import Incoming
from domicile.apps.vault.sealing import open_value, seal

ASKED = "request.asked"
RECEIVE = "moves.receive_outside_request"
COMMUNITY, LONGEST = 12, {"name": 64, "number": 64, "reason": 500, "asked_by_name": 40}


def register_all() -> None:
    """Called once at start-up."""
    outward.carry_with(send)
    registry.register(ASKED, asked)
    registry.register(ANSWERED, answered)
    registry.on_acknowledged(ASKED, delivered)


def send(row: OutsideRequest) -> None:
    """Send a request to the register of the area asked, in the transaction in which it was made."""
    peer = directory.peer_for(row.to_code)
    if peer is None:
        raise Refused(_("Nobody answers for this place here: write a letter."), "to_code")
    data = {
        "from_code": row.from_code[:COMMUNITY], "to_code": row.to_code, "thought": row.thought, "purpose": row.purpose,
        "asked_by_name": row.asked_by_name, "asked_role": row.asked_role, "asked_at": row.asked_at.isoformat(),
        "birth_date": row.birth_date.isoformat() if row.birth_date else "",
        **{name: open_value(row, name) for name in ("name", "number", "reason")},
    }  # fmt: skip
    outbox.post(peer=peer, kind=ASKED, subject=row.pk, data=data)


def delivered(message: OutMessage) -> None:
    """The other register has it."""
    outward.sent(actor=_peer_viewer(message.peer), request_id=message.subject)


def asked(message: Incoming) -> None:
    """Another register asks about somebody. Raises Refused for what it may not ask, or not so."""
    if OutsideRequest.objects.filter(pk=message.subject).exists():
        return
    told = _Told(message.data)
    origin, code = told.code("from_code"), told.code("to_code")
    if not directory.answers_for(message.peer, origin):
        raise Refused(_("This register speaks of a place that is not its own: {code}.").format(code=origin))
    if not policies.in_register(code):
        raise Refused(_("The destination is no place of this register: {code}.").format(code=code))
    now = timezone.now()
    known = rules.purposes(timezone.localdate(now))
    purpose, thought = told.text("purpose", 16), told.text("thought", 10)
    if purpose not in known or thought not in OutsideRequest.Thought.values:
        raise Refused(_("Your role may not ask for this."))
    row = OutsideRequest(
        pk=message.subject, asked_by=message.peer.pk, asked_role=told.text("asked_role", 32), asked_at=now,
        asked_by_name=f"{told.text('asked_by_name', 40)}（{message.peer.name}）"[:64], from_code=origin.ljust(15, "0"),
        to_code=code.ljust(15, "0"), thought=thought, purpose=purpose, birth_date=told.day("birth_date"),
    )  # fmt: skip
    if row.asked_role not in known[purpose].roles:
        raise Refused(_("Your role may not ask for this."))
    if not told.text("name", 64) or not told.text("reason", 500) or not (told.text("number", 64) or row.birth_date):
        raise Refused(_("Name the person: the name, and the document number or the birth date."))
    for column in ("name", "number", "reason"):
        setattr(row, column, seal(row, column, told.text(column, LONGEST[column])))
    actor = _peer_viewer(message.peer)
    with recording(
        actor=actor, action=RECEIVE, subject_kind="outside_request", subject_id=row.pk, place_code=row.to_code
    ) as change:  # fmt: skip
        change.create(row)
    record_look(actor, question="outside_request", term="")
    since = now - dt.timedelta(days=1)
    asked_today = OutsideRequest.objects.filter(asked_by=message.peer.pk, asked_at__gt=since).count()
    if asked_today > rules.number("register_a_day", timezone.localdate(now)):
        return  # a list is nobody's question: from here on somebody looks at each
    from domicile.apps.moves.requests.actions import by_rule

    by_rule(actor, row, known[purpose], now)


def answered(message: Incoming) -> None:
    """What the other register told; only what this one's rule knows is kept."""
    row = OutsideRequest.objects.filter(pk=message.subject).first()
    if row is None or directory.peer_for(row.to_code) != message.peer:
        raise Refused(_("No such request was sent to that register."))
    given = message.data.get("told")
    given = given if isinstance(given, Mapping) else {}
    told = {key: str(given[key])[:200] for key in rules.PARTICULARS if key in given}
    by = f"{str(message.data.get('by', ''))[:40]}（{message.peer.name}）"[:64]
    outward.answered(
        actor=_peer_viewer(message.peer), request_id=row.pk, told=told, by=by, now=timezone.now()
    )  # fmt: skip


def _peer_viewer(peer: Peer) -> Viewer:
    """Another register at work here: it sees nothing, and does what a message may."""
    return Viewer(user_id=None, name=peer.name[:64], role="peer", channel="peer")


class _Told:
    """The content of a message, read piece by piece. Raises Refused naming what does not fit."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data

    def text(self, name: str, longest: int) -> str:
        found = self.data.get(name, "")
        if not isinstance(found, str) or len(found) > longest:
            raise self._unreadable(name)
        return " ".join(found.split())

    def code(self, name: str) -> str:
        found = self.text(name, 15)
        if not (found.isascii() and found.isdigit()) or len(found) < 6:
            raise self._unreadable(name)
        return found

    def day(self, name: str) -> dt.date | None:
        found = self.text(name, 10)
        try:
            return dt.date.fromisoformat(found) if found else None
        except ValueError as error:
            raise self._unreadable(name) from error

    @staticmethod
    def _unreadable(name: str) -> Refused:
        return Refused(
            _("The content of this message cannot be read at: {place}. Ask the other register to look.").format(
                place=name
            )
        )
