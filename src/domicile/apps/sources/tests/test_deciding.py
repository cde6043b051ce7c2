"""Working off the rows of a list: forms that begin with what it says, decisions that the next list knows, visits."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.access.models import Look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.people.models import Household, Person
from domicile.apps.sources import actions, sides
from domicile.apps.sources.actions import NewList
from domicile.apps.sources.models import ListRow, Load
from domicile.apps.sources.tests.making import taken_in
from domicile.apps.tasks.models import Task
from domicile.apps.vitals.models import VitalEvent
from domicile.apps.vitals.tests.making import family, one
from tests import factories
from tests.cast import LI, QIAN, SUN, li_viewer, qian_viewer, sign_in, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = timezone.localdate()
BORN = dt.date(TODAY.year - 9, 3, 4)
MOTHER_NUMBER = "770101199001010021"
WHY = "学校核实"


def loaded(source: str, *rows: str, head: str, answer: str = "", days: int = 0) -> Load:
    begin = TODAY if source in {"school_rolls", "immunisation", "registration"} else TODAY - dt.timedelta(days=180)
    end = TODAY - dt.timedelta(days=days) + dt.timedelta(days=1)
    content = (head + "\n" + "".join(f"{row}\n" for row in rows)).encode()
    new = NewList(source=source, scope=factories.COUNTY, begin=min(begin, end - dt.timedelta(days=1)), end=end,
                  file_name="list.csv", content=content)  # fmt: skip
    return taken_in(new, answer=answer)


def pupil(household: Household, **fields: Any) -> Person:
    """The child of a household as a pupil; its own number is lost."""
    child = one(household, "20")
    child.documents.all().delete()
    Person.objects.filter(pk=child.pk).update(**{"name": "王小明", "sex": "1", "birth_date": BORN, **fields})
    return Person.objects.get(pk=child.pk)


SCHOOL = "姓名,性别,出生日期,身份证号,现住址"


def doubtful() -> tuple[Person, ListRow]:
    """A pupil whose birth date is a day off on the list: a question who is meant."""
    child = pupil(family())
    load = loaded("school_rolls", f"王小明,男,{BORN + dt.timedelta(days=1)},,", head=SCHOOL)
    return child, ListRow.objects.get(load=load, pile="differ")


def test_a_slip_is_asked_and_the_answer_is_known_to_the_next_list() -> None:
    child, row = doubtful()
    assert (row.sure, row.person) == (False, child.pk)
    actions.choose(actor=qian_viewer(), row_id=row.pk, person_id=child.pk)
    row.refresh_from_db()
    assert (row.sure, row.pile, row.differs, row.outcome) == (True, "differ", "birth_date", "")
    again = loaded("school_rolls", f"王小明,男,{BORN + dt.timedelta(days=1)},,", "李小红,女,2016-01-01,,", head=SCHOOL)
    known = ListRow.objects.get(load=again, person=child.pk)
    assert (known.sure, known.step, known.pile) == (True, "chosen", "differ")


def test_nobody_of_those_found_is_known_to_the_next_list_too() -> None:
    _child, row = doubtful()
    actions.none_of_them(actor=qian_viewer(), row_id=row.pk)
    row.refresh_from_db()
    assert (row.pile, row.person) == ("there", None)
    again = loaded("school_rolls", f"王小明,男,{BORN + dt.timedelta(days=1)},,", "李小红,女,2016-01-01,,", head=SCHOOL)
    assert set(ListRow.objects.filter(load=again).values_list("pile", flat=True)) == {"there", "here"}


def test_wrong_on_the_list_is_carried_to_the_next_one_and_can_be_taken_back() -> None:
    _child, row = doubtful()
    actions.none_of_them(actor=qian_viewer(), row_id=row.pk)
    with pytest.raises(Refused):
        actions.answer(actor=qian_viewer(), row_id=row.pk, outcome="wrong", reason=" ")
    with pytest.raises(Refused):
        actions.answer(actor=qian_viewer(), row_id=row.pk, outcome="wrong", reason="号码 770101201503040012")
    actions.answer(actor=qian_viewer(), row_id=row.pk, outcome="wrong", reason=WHY)
    again = loaded("school_rolls", f"王小明,男,{BORN + dt.timedelta(days=1)},,", "李小红,女,2016-01-01,,", head=SCHOOL)
    carried = ListRow.objects.get(load=again, mark=row.mark)
    assert (carried.outcome, carried.reason, carried.carried, carried.answered_by_name) == (
        "wrong",
        WHY,
        True,
        QIAN.real_name,
    )
    assert again.report["carried"] == 1
    actions.reopen(actor=sun_viewer(), row_id=carried.pk)
    carried.refresh_from_db()
    assert (carried.outcome, carried.carried) == ("", False)


def test_every_decision_is_in_the_log_and_a_colleague_elsewhere_cannot_make_it() -> None:
    _child, row = doubtful()
    with pytest.raises(OutOfReach):
        actions.answer(actor=li_viewer(), row_id=row.pk, outcome="wrong", reason=WHY)
    actions.answer(actor=qian_viewer(), row_id=row.pk, outcome="elsewhere", reason=WHY)
    change = Change.objects.filter(action="sources.answer", subject_id=row.pk).get()
    assert change.reason == WHY
    with pytest.raises(Refused):
        actions.answer(actor=qian_viewer(), row_id=row.pk, outcome="wrong", reason=WHY)


def test_a_failing_log_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    _child, row = doubtful()

    def fails(**_fields: object) -> None:
        raise RuntimeError("full disk")

    monkeypatch.setattr(Change.objects, "create", fails)
    with pytest.raises(RuntimeError):
        actions.answer(actor=qian_viewer(), row_id=row.pk, outcome="wrong", reason=WHY)
    row.refresh_from_db()
    assert row.outcome == ""


def test_a_visit_goes_to_the_door_and_never_to_a_person() -> None:
    child, row = doubtful()
    actions.visit(actor=qian_viewer(), row_id=row.pk, due_on=TODAY + dt.timedelta(days=7), reason="核对入学情况")
    task = Task.objects.get(kind="visit")
    home = child.spells.get(end=None).dwelling
    assert (task.subject_kind, task.subject_id) == ("dwelling", home.pk)
    row.refresh_from_db()
    assert row.outcome == "visit"


def test_a_birth_that_only_the_hospital_knows_is_registered_from_the_row(client: Client) -> None:
    household = family()
    mother = one(household, "10")
    mother.documents.all().delete()
    factories.document(of=mother, number=MOTHER_NUMBER)
    day = TODAY - dt.timedelta(days=20)
    load = loaded(
        "births",
        f"王小满,女,{day},{mother.name},{MOTHER_NUMBER},",
        head="新生儿姓名,性别,出生日期,母亲姓名,母亲身份证号,现住址",
    )
    row = ListRow.objects.get(load=load)
    assert row.pile == "there"
    sign_in(client, QIAN)
    page = client.get(reverse("sources:row", args=[row.pk])).content.decode()
    address = f"{reverse('vitals:birth', args=[household.pk])}?errand=list%3A{row.pk}"
    assert address in page
    form = client.get(address).context["form"]
    assert (form["name"].value(), form["sex"].value(), form["mother"].value()) == ("王小满", "2", str(mother.pk))
    values = {"sex": "2", "birth_date": day.isoformat(), "name": "王小满", "mother": str(mother.pk), "registered": "unknown",
              "reason": WHY, "told_by": "hospital", "precision": "day"}  # fmt: skip
    answer = client.post(address, values)
    assert answer.url == reverse("sources:row", args=[row.pk])
    assert VitalEvent.objects.get(kind="birth").person.name == "王小满"
    row.refresh_from_db()
    assert (row.outcome, row.answered_by_name) == ("done", QIAN.real_name)
    again = loaded("births", f"王小满,女,{day},{mother.name},{MOTHER_NUMBER},", "某某,男,2026-06-01,李某,,",
                   head="新生儿姓名,性别,出生日期,母亲姓名,母亲身份证号,现住址")  # fmt: skip
    assert ListRow.objects.get(load=again, person__isnull=False).pile == "agree"


def test_a_death_that_only_the_health_office_knows_is_registered_from_the_row(client: Client) -> None:
    household = family()
    spouse = one(household, "10")
    number = "770101199001010021"
    spouse.documents.all().delete()
    factories.document(of=spouse, number=number)
    day = TODAY - dt.timedelta(days=20)
    load = loaded("deaths", f"{spouse.name},女,{number},1990-01-01,{day}", head="姓名,性别,身份证号,出生日期,死亡日期")
    row = ListRow.objects.get(load=load, person=spouse.pk)
    assert row.pile == "there"
    sign_in(client, QIAN)
    address = f"{reverse('vitals:death', args=[spouse.pk])}?errand=list:{row.pk}"
    form = client.get(address).context["form"]
    assert str(form["died_on"].value()) == day.isoformat()
    client.post(address, {"died_on": day.isoformat(), "reason": WHY, "precision": "day"})
    spouse.refresh_from_db()
    assert spouse.died_on == day
    row.refresh_from_db()
    assert row.outcome == "done"


def test_a_marriage_is_compared_as_a_couple_and_registered_from_the_row(client: Client) -> None:
    household = family()
    head, spouse = one(household, "02"), one(household, "10")
    numbers = [
        factories.number_of(birth_date=dt.date(1980, 1, 1), sex="1"),
        factories.number_of(birth_date=dt.date(1980, 1, 1), sex="2"),
    ]
    for person, number in zip((head, spouse), numbers, strict=True):
        person.documents.all().delete()
        factories.document(of=person, number=number)
    day = TODAY - dt.timedelta(days=20)
    text = f"{head.name},{numbers[0]},{spouse.name},{numbers[1]},{day}"
    columns = "男方姓名,男方身份证号,女方姓名,女方身份证号,登记日期"
    row = ListRow.objects.get(load=loaded("marriages", text, head=columns))
    assert [one["why"] for one in row.candidates] == ["spouse", "spouse"]
    sign_in(client, QIAN)
    address = f"{reverse('vitals:marriage', args=[head.pk])}?errand=list:{row.pk}"
    form = client.get(address).context["form"]
    assert form["spouse_number"].value() == numbers[1]
    values = {"day": day.isoformat(), "spouse_number": numbers[1], "reason": WHY, "precision": "day"}
    assert client.post(address, values).status_code == 302
    assert VitalEvent.objects.filter(kind="marriage").count() == 1
    again = loaded("marriages", text, "甲,,乙,,2026-06-01", head=columns)
    assert ListRow.objects.get(load=again, event__isnull=False).pile == "agree"


def test_the_two_sides_of_a_row_show_what_differs() -> None:
    child, row = doubtful()
    assert sides.said([row])[row.pk]["birth_date"] == (BORN + dt.timedelta(days=1)).isoformat()
    from domicile.apps.sources.registry import source

    held = sides.on_file(source("school_rolls"), row)
    assert (held["name"], held["birth_date"]) == ("王小明", BORN.isoformat())
    assert sides.differing(source("school_rolls"), row, child.pk) == ["birth_date"]


def test_a_stranger_sees_neither_the_list_nor_its_rows(client: Client) -> None:
    _child, row = doubtful()
    sign_in(client, LI)
    for address in (
        reverse("sources:load", args=[row.load_id]), reverse("sources:pile", args=[row.load_id, "differ"]),
        reverse("sources:row", args=[row.pk]), reverse("sources:coverage", args=[row.load_id]),
    ):  # fmt: skip
        assert client.get(address).status_code in {403, 404}
    assert client.get(reverse("sources:overview")).status_code == 200


def test_who_is_shown_in_a_pile_is_on_record(client: Client) -> None:
    child, row = doubtful()
    sign_in(client, QIAN)
    assert "王小明" in client.get(reverse("sources:pile", args=[row.load_id, "differ"])).content.decode()
    look = Look.objects.filter(question="list_pile").latest("pk")
    assert child.pk.bytes in bytes(look.persons)
    client.get(reverse("sources:row", args=[row.pk]))
    assert Look.objects.filter(question="list_row").exists()


def test_the_pages_of_a_list_from_the_upload_on(client: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    pupil(family())
    sign_in(client, SUN, "import_check")
    content = f"{SCHOOL}\n王小明,男,{BORN},,\n李小红,女,2016-01-01,,\n".encode()
    values = {"scope": factories.COUNTY, "begin": TODAY.isoformat(), "file": SimpleUploadedFile("学籍.csv", content)}
    answer = client.post(reverse("sources:upload", args=["school_rolls"]), values)
    assert answer.status_code == 302
    page = client.get(answer.url).content.decode()
    assert "王小明" in page
    client.post(reverse("sources:compare", args=[Load.objects.get().pk]))
    assert "只在名单上" in client.get(answer.url).content.decode()
    assert client.get(reverse("sources:coverage", args=[Load.objects.get().pk])).status_code == 200
    assert Load.objects.get().report["piles"] == {"agree": 1, "differ": 0, "here": 0, "there": 1}


def test_columns_are_asked_for_on_the_page_and_the_file_chosen_again(client: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    factories.area_tree()
    sign_in(client, SUN, "import_check")
    content = f"甲,乙\n王小明,{BORN}\n".encode()
    values = {"scope": factories.COUNTY, "begin": TODAY.isoformat()}
    url = reverse("sources:upload", args=["school_rolls"])
    asked = client.post(url, {**values, "file": SimpleUploadedFile("a.csv", content)})
    assert asked.status_code == 422
    heads = asked.context["form"].fields["heads"].initial
    more = {
        "heads": heads,
        "column_name": "甲",
        "column_birth_date": "乙",
        "file": SimpleUploadedFile("a.csv", content),
    }
    assert client.post(url, {**values, **more}).status_code == 302


def test_an_errand_that_names_nothing_is_passed_over(client: Client) -> None:
    household = family()
    sign_in(client, QIAN)
    for errand in ("list:no-key", "nobody:" + str(uuid.uuid4()), ""):
        assert client.get(f"{reverse('vitals:birth', args=[household.pk])}?errand={errand}").status_code == 200
    assert client.get(f"{reverse('vitals:birth', args=[household.pk])}?errand=list:{uuid.uuid4()}").status_code in {
        403,
        404,
    }


def test_the_overview_counts_what_waits_with_a_fixed_number_of_queries(django_assert_max_num_queries: Any) -> None:
    from domicile.apps.sources.selectors import overview

    _child, row = doubtful()
    with django_assert_max_num_queries(4):
        found = {one.source.key: one for one in overview(qian_viewer(), TODAY)}
    assert (found["school_rolls"].waiting, found["school_rolls"].due, found["births"].due) == (1, False, True)
    assert {one.waiting for one in overview(sun_viewer(), TODAY)} == {0, 1}
    assert row.load.state == Load.State.READY


def likely(name: str = "王晓明", born: dt.date | None = None) -> tuple[Person, ListRow]:
    """A pupil written on the list with another character of the same sound and a birth date a day off: no exact step finds it."""
    child = pupil(family())
    for year in range(2012, 2020):
        other = pupil(family(), name=f"李小{'红兰梅英云霞芳秀'[year - 2012]}", birth_date=dt.date(year, 5, 6), sex="2")
        assert other.pk != child.pk
    load = loaded("school_rolls", f"{name},男,{born or BORN + dt.timedelta(days=1)},,", head=SCHOOL)
    return child, ListRow.objects.get(load=load, pile__in=["differ", "there"])


def test_who_is_likely_meant_is_offered_with_a_score_and_nobody_is_joined() -> None:
    child, row = likely()
    assert (row.pile, row.step, row.sure, row.person) == ("differ", "likely", False, None)
    (found,) = row.candidates
    assert (found["person"], found["why"]) == (child.pk.hex, "maybe")
    assert found["evidence"]["name"][0] == "same_sound"
    assert found["bits"] == pytest.approx(
        found["prior"] + sum(bits for _level, bits in found["evidence"].values()), abs=1e-2
    )
    assert "王" not in str(row.candidates)  # codes, and no value of anybody
    here = ListRow.objects.filter(load=row.load, pile="here").values_list("person", flat=True)
    assert child.pk not in here


def test_the_page_says_how_likely_and_why_and_the_answer_is_kept(client: Client) -> None:
    child, row = likely()
    sign_in(client, SUN)
    page = client.get(reverse("sources:row", args=[row.pk]), headers={"accept-language": "en"}).content.decode()
    assert "much agrees, weighed together" in page
    assert "How the search weighed it" in page
    assert "Anybody on the list and anybody on file" in page
    actions.choose(actor=qian_viewer(), row_id=row.pk, person_id=child.pk)
    row.refresh_from_db()
    assert (row.pile, row.step, row.sure, row.person) == ("differ", "chosen", True, child.pk)
    assert set(row.differs.split()) == {"name", "birth_date"}


def test_somebody_quite_different_is_not_offered() -> None:
    _child, row = likely(name="赵国庆", born=dt.date(BORN.year, 11, 30))
    assert (row.pile, row.candidates) == ("there", [])


def test_who_is_ruled_out_stands_in_the_register_alone_at_once_and_only_once() -> None:
    child, row = likely()
    actions.none_of_them(actor=qian_viewer(), row_id=row.pk)
    found = ListRow.objects.get(load=row.load, pile="here", person=child.pk)
    assert (found.place_code[:12], found.outcome) == (factories.COMMUNITY, "")
    again = loaded("school_rolls", f"王晓明,男,{BORN + dt.timedelta(days=1)},,", "李小红,女,2016-01-01,,", head=SCHOOL)
    row = ListRow.objects.get(load=again, step="refused")
    assert row.pile == "there"
    assert ListRow.objects.filter(load=again, pile="here", person=child.pk).count() == 1


def test_of_several_the_others_stand_in_the_register_alone_unless_another_row_may_mean_them() -> None:
    one, other = pupil(family()), pupil(family())
    row_of = f"王小明,男,{BORN},,"
    load = loaded("school_rolls", row_of + "甲", head=SCHOOL)
    row = ListRow.objects.get(load=load, step="several")
    assert {found["person"] for found in row.candidates} == {one.pk.hex, other.pk.hex}
    second = ListRow.objects.create(
        load=load, mark=b"\x01" * 16, pile="differ", sure=False, place_code=row.place_code, step="several",
        candidates=[{"person": other.pk.hex, "why": "maybe"}],
    )  # fmt: skip
    actions.choose(actor=qian_viewer(), row_id=row.pk, person_id=one.pk)
    assert not ListRow.objects.filter(load=load, pile="here", person=other.pk).exists()
    actions.none_of_them(actor=qian_viewer(), row_id=second.pk)
    assert ListRow.objects.filter(load=load, pile="here", person=other.pk).count() == 1


def test_whoever_lives_on_file_and_is_meant_by_a_list_of_deaths_has_the_death_missing() -> None:
    from domicile.apps.sources import errand

    home = family()
    elder = one(home, "02")
    elder.documents.all().delete()
    Person.objects.filter(pk=elder.pk).update(name="欧阳德海", sex="1", birth_date=dt.date(1941, 2, 3))
    died = TODAY - dt.timedelta(days=20)
    head = "姓名,性别,出生日期,身份证号,死亡日期"
    load = loaded("deaths", f"欧阳得海,男,1941-02-04,,{died}", head=head)
    row = ListRow.objects.get(load=load, step="likely")
    actions.choose(actor=qian_viewer(), row_id=row.pk, person_id=elder.pk)
    row.refresh_from_db()
    assert (row.pile, row.person, row.sure, row.outcome) == ("there", elder.pk, True, "")
    assert any(f"/{elder.pk}/" in way.url for way in errand.ways(qian_viewer(), row))


def test_pairs_that_were_too_many_to_weigh_are_told_on_the_page(client: Client) -> None:
    _child, row = likely()
    assert row.load.report["left_out"] == 0
    Load.objects.filter(pk=row.load_id).update(report=row.load.report | {"left_out": 12_345})
    sign_in(client, SUN)
    page = client.get(reverse("sources:load", args=[row.load_id]), headers={"accept-language": "en"}).content.decode()
    assert "Pairs that were too many to weigh" in page
