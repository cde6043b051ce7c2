"""A question of another register: somebody has arrived there of whom it knows no declaration. Do they live here?

Whoever has the number is the one, and the move stands as asked: somebody here confirms, or says what is otherwise. Without
the number a name that sounds alike with the birth date will do where it is one person's; staff see both and decide. Who
has left for another linked register is asked for there next. Where nobody fits the other register is told so, and they
count there.
"""

import uuid

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.log import record_look
from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import policies
from domicile.apps.moves.actions.stepping import close_or_keep
from domicile.apps.moves.messages import documents
from domicile.apps.moves.messages.documents import Question, Somebody
from domicile.apps.moves.messages.people import holders
from domicile.apps.moves.models import Correspondence, Move, MoveChange, MoveEnd, MovePerson, Side
from domicile.apps.moves.policies import Ends
from domicile.apps.peers import directory, outbox
from domicile.apps.peers.models import Peer
from domicile.apps.peers.registry import Incoming
from domicile.apps.people.actions.residence import usual_stays
from domicile.apps.people.models import Member, Person, Spell
from domicile.core.linkage.names import query_sounds

COUNTY = policies.COUNTY
DECLARED = _(
    "A move of this person is under way here, declared to another place: register the arrival by its declaration."
)
SEVERAL = _("Several people here may be meant: ask with a document number.")
APART = _("These people do not live together here: ask about each household by itself.")


def question(message: Incoming) -> None:
    """Find who is meant, and have somebody answer; or answer at once that nobody is."""
    told = documents.read(Question, message.data)
    if Move.objects.filter(pk=told.move).exists():
        raise Refused(_("A move of this number is kept elsewhere: tell the administrators of both registers."))
    if not directory.answers_for(message.peer, told.destination.code):
        raise Refused(
            _("This register speaks of a place that is not its own: {code}.").format(code=told.destination.code)
        )
    actor = Viewer(user_id=None, name=message.peer.name[:64], role="peer", channel="peer")
    found = {one.mover: _meant(one) for one in told.people}
    people = [person.pk for rows in found.values() for person in rows]
    record_look(actor, question="move_question", term="", persons=people)
    if any(len(rows) > 1 for rows in found.values()):
        _answer(message, told, "refused", SEVERAL)
    elif MovePerson.objects.filter(person__in=_alike(told.people[0]), under_way=True).exists():
        _answer(message, told, "refused", DECLARED)
    elif not people:
        code = _gone_to(told, message.peer)
        _answer(message, told, "elsewhere" if code else "not_known", "", code)
    elif MovePerson.objects.filter(person_id__in=people, under_way=True).exists():
        _answer(message, told, "refused", DECLARED)
    else:
        stays = usual_stays(people)
        if len({stays[person].dwelling_id for person in people}) > 1 or len(people) < len(told.people):
            _answer(message, told, "refused", APART)
        else:
            keys = {rows[0].pk: mover for mover, rows in found.items()}
            _open(message.peer, told, keys, stays[people[0]], actor)


def _meant(told: Somebody) -> list[Person]:
    """Who may be meant, of those who live here."""
    rows = _alike(told)
    stays = usual_stays([row.pk for row in rows])
    return [row for row in rows if row.pk in stays]


def _alike(told: Somebody) -> list[Person]:
    """The living persons on file with this number; without one, with this sound of the name and birth date."""
    rows = holders(told)
    if not rows and told.name and told.birth_date is not None:
        sounds = query_sounds(told.name)
        alike = Person.objects.filter(sound__in=sounds, birth_date=told.birth_date, died_on__isnull=True)
        rows = list(alike.order_by("pk")[:3])
    return rows


def _open(peer: Peer, told: Question, people: dict[uuid.UUID, uuid.UUID], stay: Spell, actor: Viewer) -> None:
    """The move, as the other register began it; its order is kept here from now on."""
    member = Member.objects.filter(person_id__in=people, side="living", left_on__isnull=True).first()
    code = stay.dwelling.place_code
    kind, subject = ("household", member.household_id) if member else ("person", next(iter(people)))
    with recording(
        actor=actor, action="moves.question", subject_kind=kind, subject_id=subject, place_code=code,
        reason=told.step.reason, evidence=told.step.evidence,
    ) as change:  # fmt: skip
        move = change.create(
            Move(
                pk=told.move, state="asked", owner=Side.ORIGIN, made_at=told.made_at, reason=told.reason,
                household=member.household if member else None,
            )
        )  # fmt: skip
        origin = change.create(MoveEnd(move=move, side=Side.ORIGIN, code=code, dwelling=stay.dwelling))
        there = told.destination
        destination = change.create(
            MoveEnd(
                move=move, side=Side.DESTINATION, **documents.columns(there)
            )
        )  # fmt: skip
        change.create_many(
            [MovePerson(pk=mover, move=move, person_id=person, by_destination=True) for person, mover in people.items()]
        )
        step = told.step
        row = MoveChange(
            move=move, number=1, step="ask", before="", after="asked", by="destination", day=step.day, reason=step.reason,
            evidence=step.evidence, actor_name=step.who, at=step.at,
        )  # fmt: skip
        row.save(force_insert=True)
        change.created(row)
        change.create(Correspondence(move=move, peer=peer, told=1, heard_at=timezone.now()))
        close_or_keep(move, Ends(origin, destination), change)


def _gone_to(told: Question, asking: Peer) -> str:
    """The county in another linked register that the first of them left for, by the record here; '' where there is none."""
    code = policies.left_for([person.pk for person in _alike(told.people[0])])
    peer = directory.peer_for(code) if code else None
    return code[:COUNTY].ljust(15, "0") if peer is not None and peer.pk != asking.pk else ""


def _answer(message: Incoming, told: Question, outcome: str, words: object, code: str = "") -> None:
    document = documents.Answer(move=told.move, outcome=outcome, words=str(words), code=code)
    outbox.post(peer=message.peer, kind=documents.ANSWER, subject=told.move, data=documents.written(document))
