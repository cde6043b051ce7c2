"""The cases of a clean-up follow from what is on file, are made anew without doubles, and end when they hold no more."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.people.models import Person
from domicile.apps.quality.cleanup import actions, jobs, making, retention
from domicile.apps.quality.cleanup.lists import lists
from domicile.apps.quality.cleanup.models import CleanupCase, CleanupRound
from domicile.apps.quality.cleanup.tests.making_cases import CHILD, TODAY, begun, case, community
from domicile.apps.sources import marks
from domicile.apps.sources.actions.deciding import settle
from domicile.apps.sources.models import ListRow, Load
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.tasks.models import Task
from domicile.apps.vault.sealing import seal
from tests import factories
from tests.cast import COMMUNITY, QIAN, qian_viewer, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def remake(of: CleanupRound, today: dt.date = TODAY) -> making.Made:
    return making.make(actor=making.MACHINE, round_id=of.pk, today=today)


def test_everybody_stands_on_the_list_that_the_register_tells_and_nobody_on_two() -> None:
    there = community()
    of = begun()
    found = {one.listed: one.person_id for one in CleanupCase.objects.filter(round=of).exclude(listed="double")}
    assert found == {key: who.pk for key, who in there.on.items() if key != "double"}
    double = case(of, "double")
    assert {double.person_id, double.other} >= {there.on["double"].pk}
    assert CleanupCase.objects.filter(round=of).count() == len(there.on)
    assert set(found) | {"double", "omitted"} == set(lists())


def test_making_anew_adds_what_is_new_keeps_what_is_settled_and_closes_what_holds_no_more() -> None:
    there = community()
    of = begun()
    actions.say(actor=qian_viewer(), case_id=case(of, "elsewhere").pk, outcome="confirmed", note="", today=TODAY)
    assert remake(of) == making.Made(0, 0, 0)
    Person.objects.filter(pk=there.on["papers"].pk).update(registration="area", registered_code=COMMUNITY)
    factories.spell(of=factories.person(name="新来", registered_code="330102001001"), at=there.home.dwelling)
    assert remake(of) == making.Made(1, 1, 0)
    assert case(of, "papers").state == "gone"
    states = CleanupCase.objects.filter(round=of, listed="elsewhere").values_list("state", flat=True)
    assert sorted(states) == ["done", "open"]
    Person.objects.filter(pk=there.on["papers"].pk).update(registration="nowhere", registered_code="")
    assert remake(of) == making.Made(0, 0, 1)
    assert case(of, "papers").state == "open"


def test_what_goes_on_comes_back_as_it_was_and_its_task_leaves_the_list_when_it_holds_no_more() -> None:
    there = community()
    of = begun()
    child = actions.say(
        actor=qian_viewer(), case_id=case(of, "children").pk, outcome="applied", note="已到派出所", today=TODAY
    )
    assert child.task is not None
    Person.objects.filter(pk=there.on["children"].pk).update(registration="area", registered_code=COMMUNITY)
    remake(of)
    assert case(of, "children").state == "gone"
    assert Task.objects.get(pk=child.task.pk).state == "cancelled"
    Person.objects.filter(pk=there.on["children"].pk).update(registration="nowhere", registered_code="")
    remake(of)
    assert (case(of, "children").state, case(of, "children").outcome) == ("waiting", "applied")


def test_somebody_put_on_a_list_by_hand_stays_whatever_the_register_says() -> None:
    there = community()
    of = begun()
    made = actions.add(
        actor=qian_viewer(), round_id=of.pk, person_id=there.none[0].pk, listed="cancel", note="已参军", today=TODAY
    )
    remake(of)
    made.refresh_from_db()
    assert (made.state, made.by_hand) == ("open", True)
    assert Change.objects.filter(action=actions.ADD, subject_id=made.pk).exists()


def test_somebody_whom_the_register_took_off_a_list_is_put_on_it_again_by_hand() -> None:
    there = community()
    of = begun()
    child = there.on["children"]
    Person.objects.filter(pk=child.pk).update(registration="area", registered_code=COMMUNITY)
    remake(of)
    values = {"round_id": of.pk, "person_id": child.pk, "listed": "children", "note": "登记有误", "today": TODAY}
    made = actions.add(actor=qian_viewer(), **values)
    assert made.pk == case(of, "children").pk
    remake(of)
    assert (case(of, "children").state, case(of, "children").by_hand) == ("open", True)
    with pytest.raises(Refused):
        actions.add(actor=qian_viewer(), **values)


def test_who_came_after_the_reference_day_is_left_out_and_ages_are_told_for_it() -> None:
    there = community()
    late = factories.person(name="后来者", registered_code="330102001001")
    factories.spell(of=late, at=there.home.dwelling, start=TODAY)
    plan = actions.Plan("早先", COMMUNITY, TODAY - dt.timedelta(days=10))
    of = actions.begin(actor=qian_viewer(), plan=plan, today=TODAY)
    remake(of)
    assert not CleanupCase.objects.filter(round=of, person=late).exists()
    grown = dt.date(CHILD.year + 18, CHILD.month, CHILD.day)
    later = actions.begin(actor=qian_viewer(), plan=actions.Plan("以后", COMMUNITY, grown), today=TODAY)
    remake(later)
    assert CleanupCase.objects.filter(round=later, person=there.on["children"]).get().listed == "papers"


def test_a_registration_that_is_known_in_words_alone_is_one_elsewhere() -> None:
    there = community()
    child = factories.person(name="韩小川", birth_date=CHILD, registered_code="", registered_text="外省某县")
    blank = factories.person(name="杨小河", birth_date=CHILD, registered_code="", registered_text="")
    for who in (child, blank):
        factories.spell(of=who, at=there.home.dwelling)
    of = begun()
    held = CleanupCase.objects.get(round=of, person=child)
    assert (held.listed, held.evidence) == ("elsewhere", "in_words")
    assert CleanupCase.objects.get(round=of, person=blank).listed == "children"


def test_a_registration_in_words_that_name_another_community_of_the_county_is_one_there() -> None:
    there = community()
    county, own, other = (
        factories.AREAS[code] for code in (COMMUNITY[:6] + "000000", COMMUNITY, factories.OTHER_COMMUNITY)
    )
    away = factories.person(name="钱小湖", registered_code="", registered_text=f"{county}{other}和平路3号")
    here = factories.person(name="孙小江", registered_code="", registered_text=f"{county}{own}和平路5号")
    for who in (away, here):
        factories.spell(of=who, at=there.home.dwelling)
    of = begun()
    held = CleanupCase.objects.get(round=of, person=away)
    assert (held.listed, held.evidence) == ("present", "county")
    assert not CleanupCase.objects.filter(round=of, person=here).exists()


def test_the_same_number_of_statements_for_many_people() -> None:
    there = community()
    of = begun()

    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as caught:
            remake(of)
        return len(caught)

    remake(of)
    few = statements()
    for number in range(30):
        who = factories.person(name=f"外来{number}", registered_code="330102001001", number=None)
        factories.spell(of=who, at=there.home.dwelling)
    remake(of)
    assert statements() == few
    assert CleanupCase.objects.filter(round=of, listed="elsewhere").count() == 31


def test_the_background_makes_what_was_asked_for_and_open_rounds_once_a_day() -> None:
    community()
    of = actions.begin(actor=qian_viewer(), plan=actions.Plan("户口整顿", COMMUNITY, TODAY), today=TODAY)
    jobs.ask(actor=qian_viewer(), round_id=of.pk)
    of.refresh_from_db()
    assert jobs.under_way(of)
    jobs.make_in_background.call(of.pk.hex)
    of.refresh_from_db()
    assert not jobs.under_way(of)
    assert CleanupCase.objects.filter(round=of).count() == 10
    waiting = DBTaskResult.objects.count()
    jobs.daily(TODAY)
    assert DBTaskResult.objects.count() == waiting
    jobs.daily(TODAY + dt.timedelta(days=1))
    assert DBTaskResult.objects.count() == waiting + 1


def test_a_closed_round_is_made_no_more_and_its_cases_end_with_their_time() -> None:
    community()
    of = begun()
    actions.close(actor=qian_viewer(), round_id=of.pk, today=TODAY)
    Person.objects.update(registration="area", registered_code=COMMUNITY)
    assert remake(of) == making.Made(0, 0, 0)
    jobs.daily(TODAY)
    assert retention.erase_over(actor=MACHINE, today=TODAY) == 0
    later = dt.date(TODAY.year + 4, 1, 1)
    assert retention.erase_over(actor=MACHINE, today=later) == 10
    assert CleanupRound.objects.count() == 1


def listed_outside(source: str, *, person: Person | None = None, **facts: str) -> ListRow:
    """A row that only an outside list has, as a comparison leaves it; `person` is whom it names on file."""
    now = timezone.now()
    load = Load.objects.create(
        source=source, scope=COMMUNITY, begin=dt.date(2026, 1, 1), end=dt.date(2026, 7, 1), file_name="名单.xlsx",
        digest=source, header_mark=source, rows=1, state=Load.State.READY, loaded_at=now, compared_at=now,
    )  # fmt: skip
    row = ListRow(
        load=load, number=1, pile=ListRow.Pile.THERE, place_code=factories.GRID, person=person.pk if person else None,
        mark=uuid.uuid4().bytes,
    )  # fmt: skip
    row.facts = seal(row, "facts", marks.packed(facts))
    row.save(force_insert=True)
    return row


def test_rows_that_only_outside_lists_have_stand_on_the_list_that_they_speak_of() -> None:
    there = community()
    birth = listed_outside("births", name="卫小满", birth_date="2026-02-03", sex="2")
    pupil = listed_outside("school_rolls", name="秦小学", birth_date="2017-02-03", sex="1")
    listed_outside("deaths", person=there.none[0], name=there.none[0].name, day="2026-03-01")
    of = begun()
    found = CleanupCase.objects.filter(round=of, person=None)
    assert {(one.listed, one.subject) for one in found} == {("children", birth.pk), ("omitted", pupil.pk)}
    dead = CleanupCase.objects.get(round=of, listed="cancel", person=there.none[0])
    assert dead.evidence == "deaths"
    with pytest.raises(Refused):
        actions.say(
            actor=qian_viewer(), case_id=found.get(listed="omitted").pk, outcome="entered", note="", today=TODAY
        )
    settle(actor=qian_viewer(), row=pupil, outcome="elsewhere", reason="在外县就读", action="test")
    done = actions.say(
        actor=qian_viewer(), case_id=found.get(listed="omitted").pk, outcome="entered", note="", today=TODAY
    )
    assert done.state == "done"
    settle(actor=qian_viewer(), row=birth, outcome="wrong", reason="重复", action="test")
    remake(of)
    assert CleanupCase.objects.get(round=of, subject=birth.pk).state == "gone"


def test_a_case_that_only_a_list_has_shows_what_it_says(client: Client) -> None:
    community()
    birth = listed_outside("births", name="卫小满", birth_date="2026-02-03", sex="2", other_name="卫玉兰")
    of = begun()
    sign_in(client, QIAN)
    held = CleanupCase.objects.get(round=of, subject=birth.pk)
    shown = client.get(reverse("cleanup:case", args=[held.pk])).content.decode()
    assert "卫小满" in shown
    assert reverse("sources:row", args=[birth.pk]) in shown
    assert "卫小满" in client.post(reverse("cleanup:register_children"), {}).content.decode()
    for outcome in ("registered", "left", "died"):
        with pytest.raises(Refused):
            actions.say(actor=qian_viewer(), case_id=held.pk, outcome=outcome, note="", today=TODAY)
    said = actions.say(actor=qian_viewer(), case_id=held.pk, outcome="visit", note="", today=TODAY)
    assert said.state == "waiting"
