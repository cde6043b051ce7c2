"""What may be said of a case: nobody is left without a registration by it, the register stays as it is, all can be undone."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.people.models import Person, Spell
from domicile.apps.quality.cleanup import actions, facts
from domicile.apps.quality.cleanup.lists import lists, outcomes
from domicile.apps.quality.cleanup.models import CleanupCase, CleanupRound, CleanupSignOff
from domicile.apps.quality.cleanup.tests.making_cases import TODAY, begun, case, community
from domicile.apps.tasks.models import Task
from tests.cast import COMMUNITY, GRID, chen_viewer, li_viewer, qian_viewer, sun_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TEXTS = (*facts.FIRST.values(), facts.UNREGISTERED)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Refusals are read in English here."""
    with translation.override("en"):
        yield


def refusal(of: CleanupRound, held: CleanupCase, outcome: str) -> str:
    """Why an outcome is refused; '' where it is taken."""
    try:
        say(of, held.listed, outcome, case_id=held.pk)
    except Refused as refused:
        return str(refused.message)
    return ""


def say(of: CleanupRound, listed: str, outcome: str, **changed: Any) -> CleanupCase:
    values = {"actor": qian_viewer(), "case_id": case(of, listed).pk, "outcome": outcome, "note": "", "today": TODAY}
    return actions.say(**{**values, **changed})


def people_on_file() -> dict[str, list[Any]]:
    """All rows of people, households, stays and registrations."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in apps.get_app_config("people").get_models()
    }


def test_no_outcome_of_any_list_touches_the_register_or_leaves_somebody_unregistered() -> None:
    there = community()
    of = begun()
    before = people_on_file()
    unregistered = {there.on["children"].pk, there.on["papers"].pk}
    for key, one in lists().items():
        for held in CleanupCase.objects.filter(round=of, listed=key):
            for outcome in one.outcomes:
                why = refusal(of, held, outcome.key)
                if why:
                    assert why in {str(text) for text in TEXTS}
                    continue
                held.refresh_from_db()
                assert not (held.person_id in unregistered and held.state == "done"), f"{key} {outcome.key}"
                if outcome.ends:
                    who = Person.objects.get(pk=held.person_id)
                    assert who.died_on is not None or held.listed == "double"
                actions.take_back(actor=qian_viewer(), case_id=held.pk)
    assert people_on_file() == before


def test_a_registration_of_somebody_alive_is_not_ended_by_a_list_and_the_way_that_keeps_it_open_is() -> None:
    there = community()
    of = begun()
    held = actions.add(
        actor=qian_viewer(), round_id=of.pk, person_id=there.none[0].pk, listed="cancel", note="已参军", today=TODAY
    )
    with pytest.raises(Refused, match="neither a death nor a registration elsewhere"):
        actions.say(actor=qian_viewer(), case_id=held.pk, outcome="cancelled", note="", today=TODAY)
    kept = actions.say(actor=qian_viewer(), case_id=held.pk, outcome="passed", note="", today=TODAY)
    assert kept.state == "waiting"
    assert kept.task is not None
    assert kept.task.state == "open"
    Person.objects.filter(pk=there.none[0].pk).update(registered_code="330102001001")
    done = actions.say(actor=qian_viewer(), case_id=held.pk, outcome="cancelled", note="", today=TODAY)
    assert done.state == "done"
    assert Task.objects.get(pk=kept.task.pk).state == "cancelled"


def test_a_child_leaves_the_list_registered_or_not_at_all() -> None:
    there = community()
    of = begun()
    with pytest.raises(Refused, match="nobody leaves this list unregistered"):
        say(of, "children", "registered")
    assert say(of, "children", "papers").state == "waiting"
    with pytest.raises(Refused, match="they live here"):
        say(of, "children", "left")
    Person.objects.filter(pk=there.on["children"].pk).update(registration="area", registered_code=COMMUNITY)
    assert say(of, "children", "registered").state == "done"


def test_every_outcome_that_ends_a_registration_asks_the_register_for_another_one() -> None:
    ending = [one for one in outcomes().values() if one.ends]
    assert {one.needs for one in ending} <= {"dead_or_elsewhere", "elsewhere", "other_registered"}
    nobody = facts.Facts(COMMUNITY, person=Person(registration="nowhere"), home=COMMUNITY + "001")
    for one in lists().values():
        for outcome in one.outcomes:
            assert outcome.needs in {"", *facts.FIRST}
            if outcome.ends:
                assert facts.lacking(one, outcome, nobody)


def test_each_list_has_a_way_that_keeps_it_open_and_one_that_settles_it() -> None:
    for one in lists().values():
        assert {outcome.settles for outcome in one.outcomes} == {True, False}, one.key


def test_what_is_said_is_read_whole_with_its_commas() -> None:
    assert outcomes()["applied"].name.en == "Applied for at the registration office, which has not answered yet"


def test_what_was_said_is_taken_back_step_by_step_with_its_task() -> None:
    community()
    of = begun()
    say(of, "elsewhere", "asked", note="已发函")
    say(of, "elsewhere", "confirmed")
    actions.take_back(actor=qian_viewer(), case_id=case(of, "elsewhere").pk)
    assert (case(of, "elsewhere").outcome, case(of, "elsewhere").note) == ("asked", "已发函")
    assert Task.objects.get().state == "open"
    actions.take_back(actor=qian_viewer(), case_id=case(of, "elsewhere").pk)
    assert (case(of, "elsewhere").outcome, case(of, "elsewhere").state) == ("", "open")
    assert not Task.objects.exists()
    with pytest.raises(Refused, match="Nothing was said"):
        actions.take_back(actor=qian_viewer(), case_id=case(of, "elsewhere").pk)


def test_cases_at_one_door_share_its_task_and_it_goes_with_the_last() -> None:
    community()
    of = begun()
    first, second = say(of, "elsewhere", "visit"), say(of, "present", "visit")
    assert first.task_id == second.task_id
    say(of, "elsewhere", "confirmed")
    assert Task.objects.get().state == "open"
    say(of, "present", "cleared")
    assert Task.objects.get().state == "cancelled"


def test_a_note_holds_no_number_and_an_unknown_outcome_is_refused() -> None:
    community()
    of = begun()
    with pytest.raises(Refused, match="Leave numbers"):
        say(of, "elsewhere", "confirmed", note="电话13800138000")
    with pytest.raises(Refused, match="Choose how"):
        say(of, "elsewhere", "fined")
    assert case(of, "elsewhere").state == "open"


def test_outside_the_areas_and_without_the_right_nothing_is_said() -> None:
    community()
    of = begun()
    with pytest.raises(OutOfReach):
        say(of, "elsewhere", "confirmed", actor=li_viewer())
    with pytest.raises((NotAllowed, OutOfReach)):
        say(of, "elsewhere", "confirmed", actor=chen_viewer())
    assert say(of, "elsewhere", "confirmed", actor=zhao_viewer()).said_by_name == "赵网格"
    with pytest.raises(OutOfReach):
        say(of, "absent", "reached", actor=zhao_viewer())  # worked off by the community


def test_a_failing_audit_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    community()
    of = begun()

    def broken(*_args: object, **_kwargs: object) -> None:
        raise RuntimeError("no log")

    monkeypatch.setattr(Change, "save", broken)
    monkeypatch.setattr(Change.objects, "create", broken)
    monkeypatch.setattr(Change.objects, "bulk_create", broken)
    with pytest.raises(Exception):  # noqa: B017, PT011
        say(of, "elsewhere", "visit")
    assert case(of, "elsewhere").state == "open"


def settle_all(of: CleanupRound) -> None:
    """Say something of each case that keeps it open, except of one that is settled."""
    for held in CleanupCase.objects.filter(round=of, state="open"):
        keep = next(one for one in lists()[held.listed].outcomes if not one.settles)
        actions.say(actor=qian_viewer(), case_id=held.pk, outcome=keep.key, note="", today=TODAY)


def test_somebody_else_signs_a_community_off_once_all_cases_have_a_word() -> None:
    community()
    of = begun()
    with pytest.raises(Refused, match="nothing was said yet"):
        actions.sign(actor=sun_viewer(), round_id=of.pk, area=COMMUNITY, note="", today=TODAY)
    say(of, "elsewhere", "confirmed")
    settle_all(of)
    with pytest.raises(Refused, match="somebody else signs"):
        actions.sign(actor=qian_viewer(), round_id=of.pk, area=COMMUNITY, note="", today=TODAY)
    signed = actions.sign(actor=sun_viewer(), round_id=of.pk, area=COMMUNITY, note="已核对", today=TODAY)
    assert (signed.cases, signed.waiting) == (10, 9)
    with pytest.raises(Refused, match="signed off"):
        actions.take_back(actor=qian_viewer(), case_id=case(of, "elsewhere").pk)
    actions.unsign(actor=sun_viewer(), round_id=of.pk, area=COMMUNITY)
    actions.take_back(actor=qian_viewer(), case_id=case(of, "elsewhere").pk)
    assert not CleanupSignOff.objects.exists()


def test_a_grid_worker_signs_nothing_and_begins_nothing() -> None:
    community()
    of = begun()
    with pytest.raises(NotAllowed):
        actions.sign(actor=zhao_viewer(), round_id=of.pk, area=COMMUNITY, note="", today=TODAY)
    with pytest.raises(NotAllowed):
        actions.begin(actor=zhao_viewer(), plan=actions.Plan("x", COMMUNITY, TODAY), today=TODAY)
    with pytest.raises(NotAllowed):
        actions.begin(actor=qian_viewer(), plan=actions.Plan("x", COMMUNITY[:9], TODAY), today=TODAY)


def test_a_closed_round_is_looked_at_only_until_it_is_opened_again() -> None:
    community()
    of = begun()
    actions.close(actor=qian_viewer(), round_id=of.pk, today=TODAY)
    with pytest.raises(Refused, match="closed"):
        say(of, "elsewhere", "confirmed")
    actions.reopen(actor=qian_viewer(), round_id=of.pk)
    assert say(of, "elsewhere", "confirmed").state == "done"


def test_who_has_left_by_the_register_leaves_the_list() -> None:
    there = community()
    of = begun()
    with pytest.raises(Refused, match="by the register they live here"):
        say(of, "elsewhere", "left")
    Spell.objects.filter(person=there.on["elsewhere"]).update(end=TODAY + dt.timedelta(days=1))
    assert say(of, "elsewhere", "left").state == "done"


REGISTERED = st.sampled_from(
    ["", "77", "770101", "770101001001", "770101001002", "770101001001001", "330102001001", "770101000000"]
)
PEOPLE = st.builds(
    Person,
    registration=st.sampled_from(Person.Registration.values),
    registered_code=REGISTERED,
    registered_text=st.sampled_from(["", "外省某县"]),
    died_on=st.sampled_from([None, None, dt.date(2025, 1, 1)]),
)
SHOWN = st.builds(
    facts.Facts,
    place=st.just(GRID),
    person=PEOPLE,
    home=st.sampled_from(["", GRID, "770101001001002", "770101001002001", "330102001001001"]),
    other_registered=st.booleans(),
    pair=st.sampled_from(["", "open", "merged", "apart"]),
    row_decided=st.booleans(),
    findings=st.frozensets(st.sampled_from(["open", "explained", "solved"])),
    shelled=st.booleans(),
)


@given(SHOWN)
def test_whatever_the_register_shows_nobody_alive_who_lives_here_is_settled_without_a_registration(
    shown: facts.Facts,
) -> None:
    assert shown.person is not None
    somewhere = shown.person.registration == "abroad" or (
        shown.person.registration == "area" and bool(shown.person.registered_code or shown.person.registered_text)
    )
    for one in lists().values():
        for outcome in one.outcomes:
            if facts.lacking(one, outcome, shown):
                continue
            safe = somewhere or shown.other_registered or shown.person.died_on is not None
            if outcome.ends:
                assert safe, f"{one.key} {outcome.key}"
            if outcome.settles and one.key not in facts.WITHOUT_QUESTION and shown.home[:12] == COMMUNITY:
                assert safe, f"{one.key} {outcome.key}"
            if outcome.key == "cancelled":
                elsewhere = somewhere and not shown.registered_here
                assert shown.person.died_on is not None or elsewhere
