"""A question of another register: somebody has arrived there of whom it knows no declaration. Do they live here?

Whoever has the number is the one, and the move stands as asked: somebody here confirms, or says what is otherwise. Without
the number a name that sounds alike with the birth date will do where it is one person's; where several may be meant staff
choose (apps/moves/meant). Who has left for another linked register is asked for there next. Where nobody fits the other
register is told so, and they count there. While another register still has to take a step about them the question waits.
"""

import uuid

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.log import record_look
from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import policies
from domicile.apps.moves.actions.stepping import NO_WORD_YET, begun_at, check_answered, close_or_keep, waits_for_word
from domicile.apps.moves.meant.actions import wait
from domicile.apps.moves.meant.models import MeantQuestion
from domicile.apps.moves.messages import documents
from domicile.apps.moves.messages.documents import Question, Somebody
from domicile.apps.moves.messages.people import has_died, holders
from domicile.apps.moves.messages.speaking import peer_viewer
from domicile.apps.moves.models import Correspondence, Move, MoveChange, MoveEnd, MovePerson, Side
from domicile.apps.moves.policies import Ends
from domicile.apps.peers import directory, outbox
from domicile.apps.peers.models import Peer
from domicile.apps.peers.registry import Incoming, NotNow
from domicile.apps.people.actions.residence import usual_stays
from domicile.apps.people.models import Member, Person, Spell
from domicile.core.linkage.names import query_sounds

COUNTY = policies.COUNTY
DECLARED = _(
    "A move of this person is under way here, declared to another place: register the arrival by its declaration."
)
DIED = _(
    "By the register that was asked somebody with this number has died. Look at the papers: if they live, have it correct "
    "the death first, then ask again."
)
#: So many people of one sound and birth date are looked at.
MOST = 20
APART = _("These people do not live together here: ask about each household by itself.")


def question(message: Incoming) -> None:
    """Find who is meant, and have somebody answer; or answer at once that nobody is."""
    told = documents.read(Question, message.data)
    if Move.objects.filter(pk=told.move).exists() or MeantQuestion.objects.filter(move_key=told.move).exists():
        raise Refused(_("A move of this number is kept elsewhere: tell the administrators of both registers."))
    if not directory.answers_for(message.peer, told.destination.code):
        raise Refused(
            _("This register speaks of a place that is not its own: {code}.").format(code=told.destination.code)
        )
    actor = peer_viewer(message.peer)
    found = meant(told)
    people = [person.pk for rows in found.values() for person in rows]
    record_look(actor, question="move_question", term="", persons=people)
    if any(len(rows) > 1 for rows in found.values()):
        stays = usual_stays(people)
        wait(actor=actor, peer=message.peer, move_key=told.move, content=documents.text(told), stays=stays.values())
    elif any(has_died(one) for one in told.people):
        answer(message.peer, told.move, "refused", DIED)
    elif MovePerson.objects.filter(person__in=_alike(told.people[0]), under_way=True).exists():
        answer(message.peer, told.move, "refused", DECLARED)
    elif waits_for_word(people):  # their days here may still change: who would be let go now would come back with it
        raise NotNow(NO_WORD_YET)
    else:
        decide(message.peer, told, {mover: rows[0].pk for mover, rows in found.items() if rows})


def decide(peer: Peer, told: Question, people: dict[uuid.UUID, uuid.UUID]) -> None:
    """What becomes of a question once it is known who is meant, by mover; whoever is not among them lives not here.

    Raises Refused while another register still has to take a step about one of them.
    """
    keys = list(people.values())
    check_answered(keys)
    stays = usual_stays(keys)
    if not keys:
        code = _gone_to(told, peer)
        answer(peer, told.move, "elsewhere" if code else "not_known", "", code)
    elif MovePerson.objects.filter(person_id__in=keys, under_way=True).exists():
        answer(peer, told.move, "refused", DECLARED)
    elif len({stays[person].dwelling_id for person in keys}) > 1 or len(people) < len(told.people):
        answer(peer, told.move, "refused", APART)
    else:
        _open(peer, told, {person: mover for mover, person in people.items()}, stays[keys[0]], peer_viewer(peer))


def meant(told: Question) -> dict[uuid.UUID, list[Person]]:
    """Of everybody asked about who may be meant of those who live here."""
    return {one.mover: _meant(one) for one in told.people}


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
        rows = list(alike.order_by("pk")[:MOST])
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
                pk=told.move, state="asked", owner=Side.ORIGIN, made_at=begun_at(people, told.made_at), reason=told.reason,
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
    alike = [person.pk for person in _alike(told.people[0])]
    here = usual_stays(alike)
    code = policies.left_for([person for person in alike if person not in here])
    peer = directory.peer_for(code) if code else None
    return code[:COUNTY].ljust(15, "0") if peer is not None and peer.pk != asking.pk else ""


def answer(peer: Peer, move: uuid.UUID, outcome: str, words: object, code: str = "") -> None:
    """What a question came to where no move begins here."""
    document = documents.Answer(move=move, outcome=outcome, words=str(words), code=code)
    outbox.post(peer=peer, kind=documents.ANSWER, subject=move, data=documents.written(document))
