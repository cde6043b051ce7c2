"""What two registers tell each other about a comparison. The protocol: docs/develop/comparisons.md.

Whatever does not keep to it ends the comparison at both ends, in words; nothing is set aside, and nobody is left waiting.
"""

import base64
import binascii
import os
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.common.refusals import Refused
from domicile.apps.comparisons import policies, records
from domicile.apps.comparisons.models import KEY, ComparedPlace, Comparison, Part
from domicile.apps.moves.messages.speaking import peer_viewer
from domicile.apps.peers import outbox, registry
from domicile.apps.peers.models import OutMessage
from domicile.apps.peers.registry import Incoming
from domicile.core.linkage.private import POINT, Box, BoxBroken, public_of

PROPOSAL, ANSWER, TOKENS = "comparison.proposal", "comparison.answer", "comparison.tokens"
DOUBLED, STOPPED = "comparison.doubled", "comparison.stopped"
State = Comparison.State
#: More parts than this no agreed number of people has.
MOST_PARTS = 1000


def register_all() -> None:
    """Called once at start-up."""
    for kind, handle in (
        (PROPOSAL, proposed), (ANSWER, answered), (TOKENS, tokens_came), (DOUBLED, doubled_came), (STOPPED, stopped),
    ):  # fmt: skip
        registry.register(kind, handle)
        if kind != STOPPED:
            registry.on_given_up(kind, given_up)


# --- sending ------------------------------------------------------------------------------------------------------------


def send_proposal(row: Comparison, codes: list[str], public: bytes) -> None:
    """Propose: how many people of this register it would be about, registered where, and why."""
    data = {
        "places": codes, "unknown": row.unknown, "reason": row.reason, "by": row.own_by_name, "people": row.own_people,
        "most": row.most, "key": public.hex(),
    }  # fmt: skip
    outbox.post(peer=row.peer, kind=PROPOSAL, subject=row.pk, data=data)


def send_answer(row: Comparison, public: bytes, words: str = "") -> None:
    """Accept, with the public half of this register, or refuse in words."""
    data = {
        "accepted": bool(public), "words": words, "by": row.own_by_name, "people": row.own_people if public else 0,
        "key": public.hex(),
    }  # fmt: skip
    outbox.post(peer=row.peer, kind=ANSWER, subject=row.pk, data=data)


def send_points(row: Comparison, kind: str, box: Box, number: int, parts: int, points: list[bytes]) -> None:
    """One part: own tokens under the own secret, or theirs under both."""
    sealed = box.seal(b"".join(points), place=_place(kind, number, own=row.here), nonce=os.urandom(12))
    data = {"part": number, "parts": parts, "box": base64.b64encode(sealed).decode()}
    outbox.post(peer=row.peer, kind=kind, subject=row.pk, data=data)


def send_stop(row: Comparison, words: str) -> None:
    """Tell the other end that it is over."""
    outbox.post(peer=row.peer, kind=STOPPED, subject=row.pk, data={"words": words, "by": row.own_by_name})


def box_of(row: Comparison) -> Box:
    """What seals between the two ends. Raises BoxBroken, vault.sealing.Erased."""
    from domicile.apps.comparisons.agreeing import secret_of

    secret = secret_of(row)
    return Box(secret, public_of(secret), bytes(row.their_key or b""), comparison=row.pk.bytes)


def _place(kind: str, number: int, *, own: bool) -> str:
    """Who sends it (whether the end that proposed), and which part it is: it opens nowhere else."""
    return f"{kind} {int(own)} {number}"


# --- receiving ----------------------------------------------------------------------------------------------------------


def proposed(message: Incoming) -> None:
    """Another register proposes a comparison: somebody here accepts or refuses."""
    if Comparison.objects.filter(pk=message.subject).exists():
        return
    told = _Told(message.data)
    codes = told.codes()
    row = Comparison(
        pk=message.subject, peer=message.peer, here=False, unknown=told.flag("unknown"), reason=told.text("reason", 300),
        their_by_name=told.text("by", 64), proposed_at=timezone.now(), their_people=told.number("people"), most=told.number("most"),
        their_key=told.key(),
    )  # fmt: skip
    policies.check_places([code[: _shown(code)] for code in codes], message.peer)
    waiting = Comparison.objects.filter(peer=message.peer, here=False, state=State.PROPOSED).count()
    if waiting >= policies.number("most_open_proposals"):
        words = str(_("Several proposals of this register wait already."))
        outbox.post(
            peer=message.peer, kind=ANSWER, subject=message.subject,
            data={"accepted": False, "words": words, "by": "", "people": 0, "key": ""},
        )  # fmt: skip
        return
    with records.noting(peer_viewer(message.peer, row.their_by_name), records.RECEIVE, row, row.reason) as change:
        change.create(row)
        change.create_many([ComparedPlace(comparison=row, code=code) for code in codes])


def answered(message: Incoming) -> None:
    """The other register accepts or refuses."""
    row = _held(message, State.PROPOSED)
    if row is None or not row.here:
        return
    told = _Told(message.data)
    by, words, accepted = told.text("by", 64), told.text("words", 300), told.flag("accepted")
    actor = peer_viewer(message.peer, by)
    if not accepted:
        with records.noting(actor, records.REFUSE, row, words) as change:
            change.update(row, their_by_name=by)
            records.end(row, State.REFUSED, change, words=words)
        return
    people, key = told.number("people"), told.key()
    if people > row.most:
        stop(row, str(_("More people than had been agreed on.")))
        return
    with records.noting(actor, records.ACCEPTED, row) as change:
        change.update(
            row, state=State.RUNNING, their_by_name=by, their_people=people, their_key=key, agreed_at=timezone.now()
        )
    _go_on()


def tokens_came(message: Incoming) -> None:
    """Tokens of the other end, under its secret: kept until they are doubled, and never more than were agreed on."""
    row = _held(message, State.RUNNING)
    if row is None:
        return
    told = _Told(message.data)
    number, parts = told.number("part"), told.number("parts")
    points = _points(row, TOKENS, number, told)
    if points is None or not 1 <= number <= parts <= MOST_PARTS or row.their_parts not in (None, parts):
        stop(row, str(BROKEN))
        return
    had = list(Part.objects.filter(comparison=row, own=False).values_list("number", "count"))
    if number in dict(had):
        return
    if sum(count for _number, count in had) + len(points) // POINT > policies.most_tokens(row.their_people):
        stop(row, str(_("More was sent than had been agreed on.")))
        return
    Part.objects.create(comparison=row, own=False, number=number, count=len(points) // POINT, points=points)
    if row.their_parts is None:
        Comparison.objects.filter(pk=row.pk).update(their_parts=parts)
    _go_on()


def doubled_came(message: Incoming) -> None:
    """Own tokens, under both secrets now."""
    row = _held(message, State.RUNNING)
    if row is None:
        return
    told = _Told(message.data)
    number = told.number("part")
    points = _points(row, DOUBLED, number, told)
    part = Part.objects.filter(comparison=row, own=True, number=number).first()
    if points is None or part is None or len(points) != part.count * POINT:
        stop(row, str(BROKEN))
        return
    Part.objects.filter(pk=part.pk, doubled=None).update(doubled=points)
    _go_on()


def stopped(message: Incoming) -> None:
    """The other end has withdrawn or stopped it."""
    row = _held(message, *Comparison.OPEN)
    if row is None:
        return
    told = _Told(message.data)
    words, by = told.text("words", 300), told.text("by", 64)
    with records.noting(peer_viewer(message.peer, by), records.STOP, row, words) as change:
        records.end(row, State.STOPPED, change, words=words)


def given_up(message: OutMessage) -> None:
    """One of our messages will never arrive: the comparison cannot come to an end."""
    row = Comparison.objects.select_for_update().filter(pk=message.subject, state__in=Comparison.OPEN).first()
    if row is not None:
        stop(row, str(_("A message of it was given up.")))


BROKEN = _("What came does not belong to this comparison.")


def stop(row: Comparison, words: str) -> None:
    """End a comparison that cannot go on, here and at the other end. The row is locked by the caller."""
    with records.noting(peer_viewer(row.peer), records.STOP, row, words) as change:
        records.end(row, State.STOPPED, change, words=words)
    send_stop(row, words)


def _held(message: Incoming, *states: str) -> Comparison | None:
    """The comparison of a message, locked; None where it is over, so that late messages do nothing. Raises Refused."""
    row = Comparison.objects.select_for_update().filter(pk=message.subject).first()
    if row is None or row.peer_id != message.peer.pk:
        if message.kind == STOPPED and row is None:
            return None  # its proposal was turned away here
        raise Refused(_("No such comparison was agreed on with this register."))
    return row if row.state in states else None


def _points(row: Comparison, kind: str, number: int, told: "_Told") -> bytes | None:
    try:
        opened = box_of(row).open(told.box(), place=_place(kind, number, own=not row.here))
    except BoxBroken:
        return None
    return opened if len(opened) % POINT == 0 else None


def _go_on() -> None:
    from domicile.apps.comparisons import jobs

    jobs.soon()


def _shown(code: str) -> int:
    """How many digits of a place code of 15 say something, among the levels that may be named."""
    return next((size for size in policies.LEVELS if not code[size:].strip("0")), policies.PLACE)


class _Told:
    """The content of a message, read piece by piece. Raises Refused naming what does not fit."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data

    def text(self, name: str, longest: int) -> str:
        found = self.data.get(name, "")
        if not isinstance(found, str) or len(found) > longest:
            raise self._unreadable(name)
        return " ".join(found.split())

    def number(self, name: str) -> int:
        found = self.data.get(name)
        if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 2**31:
            raise self._unreadable(name)
        return found

    def flag(self, name: str) -> bool:
        found = self.data.get(name, False)
        if not isinstance(found, bool):
            raise self._unreadable(name)
        return found

    def key(self) -> bytes:
        found = self.data.get("key")
        try:
            raw = bytes.fromhex(found) if isinstance(found, str) else b""
        except ValueError:
            raw = b""
        if len(raw) != KEY:
            raise self._unreadable("key")
        return raw

    def codes(self) -> list[str]:
        found = self.data.get("places")
        if not isinstance(found, list) or not all(isinstance(one, str) and len(one) == policies.PLACE for one in found):
            raise self._unreadable("places")
        return found

    def box(self) -> bytes:
        found = self.data.get("box")
        try:
            return base64.b64decode(found, validate=True) if isinstance(found, str) else b""
        except binascii.Error as error:
            raise self._unreadable("box") from error

    @staticmethod
    def _unreadable(name: str) -> Refused:
        return Refused(
            _("The content of this message cannot be read at: {place}. Ask the other register to look.").format(
                place=name
            )
        )
