"""Who may agree to a comparison, to how much and how often; what is told to the other register before anybody has agreed."""

import base64
import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.comparisons import agreeing, jobs, messages, policies, retention
from domicile.apps.comparisons.models import Comparison, Likeness, Part
from domicile.apps.comparisons.tests.pieces import THERE, comparison, likeness, linked, resident
from domicile.apps.peers import inbox
from domicile.apps.peers.bodies import open_bodies
from domicile.apps.peers.models import InMessage, OutMessage, Peer
from domicile.apps.tasks.generating import MACHINE
from domicile.core.linkage.private import Blinder, Box, public_of
from tests import factories
from tests.cast import chen_viewer, qian_viewer, sun_viewer
from tests.peers.incoming import take_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])
SECRET = b"w" * 32
State = Comparison.State


def propose(there: Peer, **fields: Any) -> Comparison:
    plain: dict[str, Any] = {"peer_id": there.pk, "places": [THERE], "reason": "两地重复登记核对", "most": 1000}
    return agreeing.propose(actor=sun_viewer(), arguments=agreeing.Propose(**{**plain, **fields}))


def sent(kind: str) -> list[dict[str, Any]]:
    """What this register has written of a kind."""
    rows = list(OutMessage.objects.filter(kind=kind).order_by("number"))
    opened = open_bodies([(OutMessage._meta.db_table, row.pk, row.sealed_under, row.body) for row in rows])
    return [json.loads(content)["data"] for content in opened]


def came(there: Peer, kind: str, key: uuid.UUID, number: int, /, **data: Any) -> InMessage:
    take_in(there, kind, key, number, data)
    inbox.apply_waiting()
    return InMessage.objects.get(peer=there, subject=key, number=number)


def proposed(there: Peer, key: uuid.UUID | None = None, /, **fields: Any) -> uuid.UUID:
    """A proposal of the other register."""
    made = key or uuid.uuid4()
    plain = {
        "places": [f"{THERE}000000000"], "unknown": False, "reason": "核对", "by": "周操作", "people": 100, "most": 1000,
        "key": public_of(SECRET).hex(),
    }  # fmt: skip
    came(there, messages.PROPOSAL, made, 1, **{**plain, **fields})
    return made


class TestProposing:
    def test_the_other_register_is_told_places_reason_and_a_rounded_number(self) -> None:
        there = linked()
        for _count in range(3):
            resident()
        resident(registered=factories.COMMUNITY)
        row = propose(there)
        (told,) = sent(messages.PROPOSAL)
        assert told["people"] == row.own_people == 50
        assert {"places", "unknown", "reason", "by", "people", "most", "key"} == set(told)
        assert Change.objects.filter(action="comparisons.propose", subject_id=row.pk).exists()

    def test_only_who_answers_for_the_whole_register_may(self) -> None:
        there = linked()
        for actor in (qian_viewer(), chen_viewer(), sun_viewer(purpose="")):
            with pytest.raises(NotAllowed):
                agreeing.propose(actor=actor, arguments=agreeing.Propose(there.pk, [THERE], "核对", 1000))
        assert not Comparison.objects.exists()

    @pytest.mark.parametrize("places", [[], ["790303"], ["7"], ["78020"], [THERE, f"{THERE}001"], ["七八零二零二"]])
    def test_places_lie_in_one_of_the_two_registers(self, places: list[str]) -> None:
        with pytest.raises(Refused) as refused:
            propose(linked(), places=places)
        assert refused.value.field == "places"

    def test_too_many_people_are_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        there = linked()
        monkeypatch.setattr(agreeing, "told", lambda codes, unknown: 50_050)
        with pytest.raises(Refused, match="50050"):
            propose(there)

    @pytest.mark.parametrize("most", [0, 50_001])
    def test_it_is_about_a_number_of_people_of_the_other_register(self, most: int) -> None:
        with pytest.raises(Refused) as refused:
            propose(linked(), most=most)
        assert refused.value.field == "most"

    def test_one_at_a_time_and_not_too_often(self) -> None:
        there = linked()
        row = propose(there)
        with pytest.raises(Refused):
            propose(there)
        agreeing.stop(actor=sun_viewer(), comparison_id=row.pk, reason="填错了")
        for _count in range(policies.number("most_in_rate_days")):
            comparison(there, days=5)
        with pytest.raises(Refused):
            propose(there)

    def test_without_a_reason_nothing_is_proposed(self) -> None:
        with pytest.raises(Refused):
            propose(linked(), reason="  ")


class TestAnswering:
    def test_a_proposal_waits_until_somebody_accepts(self) -> None:
        there = linked()
        row = Comparison.objects.get(pk=proposed(there))
        assert (row.state, row.their_people, row.their_by_name) == (State.PROPOSED, 100, "周操作")
        agreeing.accept(actor=sun_viewer(), comparison_id=row.pk)
        (told,) = sent(messages.ANSWER)
        assert (told["accepted"], told["people"]) == (True, 50)
        row.refresh_from_db()
        assert (row.state, row.own_by_name) == (State.RUNNING, sun_viewer().name)
        assert len(agreeing.secret_of(row)) == 32

    def test_only_who_answers_for_the_register_accepts_declines_or_stops(self) -> None:
        key = proposed(linked())
        for action in (agreeing.refuse, agreeing.stop):
            with pytest.raises(NotAllowed):
                action(actor=qian_viewer(), comparison_id=key, reason="不")
        with pytest.raises(NotAllowed):
            agreeing.accept(actor=qian_viewer(), comparison_id=key)

    def test_one_at_a_time_is_accepted(self) -> None:
        there = linked()
        first, second = proposed(there), proposed(there)
        agreeing.accept(actor=sun_viewer(), comparison_id=first)
        with pytest.raises(Refused, match=r"(?i)open already|尚未结束|进行"):
            agreeing.accept(actor=sun_viewer(), comparison_id=second)
        agreeing.stop(actor=sun_viewer(), comparison_id=first, reason="不再需要")
        assert agreeing.accept(actor=sun_viewer(), comparison_id=second).state == State.RUNNING

    def test_more_people_than_may_be_are_not_accepted(self) -> None:
        key = proposed(linked(), people=1_000_000)
        with pytest.raises(Refused):
            agreeing.accept(actor=sun_viewer(), comparison_id=key)

    def test_more_people_of_this_register_than_the_other_agreed_to_are_not_accepted(self) -> None:
        key = proposed(linked(), most=49)
        with pytest.raises(Refused, match="49"):
            agreeing.accept(actor=sun_viewer(), comparison_id=key)

    def test_an_answer_for_more_people_than_were_agreed_on_ends_it(self) -> None:
        there = linked()
        row = propose(there)
        told = {"accepted": True, "words": "", "by": "周操作", "key": public_of(SECRET).hex()}
        came(there, messages.ANSWER, row.pk, 1, people=1050, **told)
        row.refresh_from_db()
        assert row.state == State.STOPPED

    def test_one_proposal_too_many_is_declined_by_itself(self) -> None:
        there = linked()
        for _count in range(policies.number("most_open_proposals") + 1):
            proposed(there)
        assert Comparison.objects.count() == policies.number("most_open_proposals")
        assert [told["accepted"] for told in sent(messages.ANSWER)] == [False]

    @pytest.mark.parametrize(
        "wrong",
        [{"places": ["790303000000000"]}, {"places": "780202"}, {"people": -1}, {"key": "00"}, {"unknown": "yes"}],
    )
    def test_what_cannot_be_read_is_set_aside(self, wrong: dict[str, Any]) -> None:
        there, key = linked(), uuid.uuid4()
        proposed(there, key, **wrong)
        assert InMessage.objects.get(subject=key).state == InMessage.State.ASIDE
        assert not Comparison.objects.exists()


class TestKeepingToIt:
    """What the other end may do once it was accepted."""

    def running(self) -> tuple[Peer, Comparison, Box]:
        there = linked()
        key = proposed(there)
        agreeing.accept(actor=sun_viewer(), comparison_id=key)
        row = Comparison.objects.get(pk=key)
        own = public_of(agreeing.secret_of(row))
        return there, row, Box(SECRET, public_of(SECRET), own, comparison=key.bytes)

    def points(self, box: Box, count: int, place: str = "comparison.tokens 1 1") -> str:
        return base64.b64encode(box.seal(b"p" * 32 * count, place=place, nonce=b"n" * 12)).decode()

    def test_tokens_are_kept_until_they_are_doubled(self) -> None:
        there, row, box = self.running()
        came(there, messages.TOKENS, row.pk, 2, part=1, parts=1, box=self.points(box, 3))
        assert [(part.own, part.count) for part in Part.objects.all()] == [(False, 3)]

    def test_the_server_queues_work_only_where_a_step_is_left(self) -> None:
        there, row, box = self.running()

        def queued() -> int:
            DBTaskResult.objects.all().delete()
            jobs.wake()
            return int(DBTaskResult.objects.count())

        assert queued() == 1  # its own tokens are not sent
        jobs.run()
        assert queued() == 0  # now it is the other end's turn
        blinded = Blinder(SECRET, label=box.label).blind([b"x"])
        sealed = base64.b64encode(box.seal(blinded[0], place="comparison.tokens 1 1", nonce=b"n" * 12)).decode()
        came(there, messages.TOKENS, row.pk, 2, part=1, parts=1, box=sealed)
        assert queued() == 1
        jobs.run()
        assert queued() == 0
        own = Part.objects.get(comparison=row, own=True)
        Part.objects.filter(pk=own.pk).update(doubled=b"d" * 32 * own.count)
        assert queued() == 1
        jobs.run()
        row.refresh_from_db()
        assert (row.state, queued()) == (State.DONE, 0)

    def test_more_than_was_agreed_ends_it_at_both_ends(self) -> None:
        there, row, box = self.running()
        most = policies.most_tokens(100)
        came(there, messages.TOKENS, row.pk, 2, part=1, parts=2, box=self.points(box, most))
        assert Part.objects.count() == 1
        there_too = self.points(box, 1, "comparison.tokens 1 2")
        came(there, messages.TOKENS, row.pk, 3, part=2, parts=2, box=there_too)
        row.refresh_from_db()
        assert (row.state, Part.objects.count()) == (State.STOPPED, 0)
        assert len(sent(messages.STOPPED)) == 1

    @pytest.mark.parametrize("told", [{"part": 2}, {"part": 0}, {"parts": 5000}, {"box": "AAAA"}])
    def test_what_does_not_belong_there_ends_it(self, told: dict[str, Any]) -> None:
        there, row, box = self.running()
        came(there, messages.TOKENS, row.pk, 2, **{"part": 1, "parts": 1, "box": self.points(box, 3), **told})
        row.refresh_from_db()
        assert row.state == State.STOPPED

    def test_points_that_are_none_end_it(self) -> None:
        there, row, box = self.running()
        came(there, messages.TOKENS, row.pk, 2, part=1, parts=1, box=self.points(box, 40))
        jobs.run()
        row.refresh_from_db()
        assert row.state == State.STOPPED

    def test_another_register_has_no_part_in_it(self) -> None:
        from tests.peers.incoming import peer

        _there, row, box = self.running()
        third = peer(("790303",), name="第三县", key=uuid.uuid4())
        message = came(third, messages.TOKENS, row.pk, 1, part=1, parts=1, box=self.points(box, 3))
        assert message.state == InMessage.State.ASIDE
        assert not Part.objects.exists()

    def test_what_comes_after_the_end_does_nothing(self) -> None:
        there, row, box = self.running()
        agreeing.stop(actor=sun_viewer(), comparison_id=row.pk, reason="不再需要")
        message = came(there, messages.TOKENS, row.pk, 2, part=1, parts=1, box=self.points(box, 3))
        assert (message.state, Part.objects.count()) == (InMessage.State.APPLIED, 0)


class TestTheEnd:
    def test_what_nobody_answered_ends_after_its_time(self) -> None:
        there = linked()
        late, early = comparison(there, state="proposed", days=31), comparison(there, state="proposed", days=29)
        assert retention.lapse(timezone.now()) == 1
        late.refresh_from_db()
        early.refresh_from_db()
        assert (late.state, early.state) == (State.STOPPED, State.PROPOSED)

    def test_who_was_found_is_erased_after_its_time(self) -> None:
        there = linked()
        old, new = comparison(there, days=181), comparison(there, days=179)
        for row in (old, new):
            likeness(row, resident())
        assert retention.erase_over(actor=MACHINE, today=timezone.localdate()) == 1
        assert [one.comparison_id for one in Likeness.objects.all()] == [new.pk]
        assert retention.erase_over(actor=MACHINE, today=timezone.localdate()) == 0

    def test_a_message_given_up_ends_it(self) -> None:
        there = linked()
        row = propose(there)
        messages.given_up(OutMessage.objects.get(subject=row.pk))
        row.refresh_from_db()
        assert row.state == State.STOPPED


def test_whom_it_is_about(monkeypatch: pytest.MonkeyPatch) -> None:
    from domicile.apps.comparisons import reading, records

    there = linked()
    wanted, alike = resident(), resident(name="李桂兰", registered=factories.COMMUNITY)
    gone = factories.person(name="搬走", number=None, registered_code=f"{THERE}001001")
    factories.visible(of=gone, code=factories.GRID, why="left")
    dead = resident(name="去世")
    type(dead).objects.filter(pk=dead.pk).update(died_on=dt.date(2026, 1, 1))
    nowhere = resident(name="未知", registered="")
    row = comparison(there, state="running")
    Comparison.objects.filter(pk=row.pk).update(own_purpose="register_maintenance", own_role="county_operator")
    row.refresh_from_db()
    today = timezone.localdate()
    for unknown, expected in ((False, {wanted}), (True, {wanted, nowhere})):
        found = reading.people(records.worker(row), [f"{THERE}000000000"], unknown=unknown, today=today)
        assert set(found["person_id"]) == {person.pk.hex for person in expected}
        assert reading.count([f"{THERE}000000000"], unknown=unknown, today=today) == len(expected)
    assert alike.pk.hex not in set(found["person_id"])
