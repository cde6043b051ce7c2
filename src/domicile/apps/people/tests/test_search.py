"""Search: every way of asking, each only inside the viewer's areas."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domicile.apps.access.models import Look, Seen
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.people.selectors import search
from tests import factories as make
from tests.cast import li_viewer, qian_viewer, sun_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = dt.date(2026, 6, 1)


def names(found):
    return [person.line.name for person in found.persons]


def ways(found):
    return [person.way for person in found.persons]


@pytest.fixture
def zhang():
    who = make.person(name="张伟", number="770101198005060011", phone="13800000001", birth_date=dt.date(1980, 5, 6))
    make.household(at=make.dwelling(room="501室"), members=[(who, make.HEAD)])
    return who


@pytest.mark.parametrize("viewer", [zhao_viewer(), qian_viewer(), sun_viewer()])
def test_a_person_is_found_by_name_with_home_situation_and_masked_number(zhang, viewer):
    found = search(viewer, "张伟", today=TODAY)
    line = found.persons[0].line
    assert (line.id, line.age) == (zhang.pk, 46)
    assert line.address.endswith("501室")
    assert line.situation.kind == "here_and_registered"
    assert line.number == "770101***********1"


@pytest.mark.parametrize(
    "text", ["张伟", "770101198005060011", "13800000001", "zhangwei", "1980-05-06", "张 40-50岁", "人民路12号"]
)
def test_a_stranger_finds_nothing(zhang, text):
    found = search(li_viewer(), text, today=TODAY)
    assert found.nothing


def test_nobody_without_a_scope_finds_anything(zhang):
    from dataclasses import replace

    assert search(replace(sun_viewer(), scopes=()), "张伟", today=TODAY).nothing


def test_without_the_permission_nothing_is_asked(zhang):
    with pytest.raises(NotAllowed):
        search(sun_viewer(purpose=""), "张伟", today=TODAY)


@pytest.mark.parametrize("viewer", [zhao_viewer(), sun_viewer()])
class TestNames:
    def test_characters_come_before_sounds(self, viewer):
        for name in ("张玮", "张伟", "章伟", "张伟明", "李伟"):
            make.spell(of=make.person(name=name), at=make.dwelling())
        found = search(viewer, "张伟", today=TODAY)
        assert names(found)[:2] == ["张伟", "张伟明"]
        assert sorted(names(found)[2:]) == ["张玮", "章伟"]

    def test_a_given_name_alone_finds(self, viewer):
        make.spell(of=make.person(name="李秀英"), at=make.dwelling())
        assert names(search(viewer, "秀英", today=TODAY)) == ["李秀英"]

    def test_the_beginning_of_a_sound_finds_the_whole_name_first_those_that_sound_so(self, viewer):
        for name in ("王平", "王", "汪洋", "李王"):
            make.spell(of=make.person(name=name), at=make.dwelling())
        found = names(search(viewer, "wang", today=TODAY))
        assert sorted(found) == ["汪洋", "王", "王平"]
        assert names(search(viewer, "wangp", today=TODAY)) == ["王平"]

    @pytest.mark.parametrize("typed", ["zhang wei", "ZhangWei", "zhāng wěi"])
    def test_pinyin_finds(self, viewer, typed):
        make.spell(of=make.person(name="张伟"), at=make.dwelling())
        assert names(search(viewer, typed, today=TODAY)) == ["张伟"]

    def test_a_former_name_finds(self, viewer):
        who = make.person(name="李梅")
        make.spell(of=who, at=make.dwelling())
        make.former_name(of=who, name="王腊梅")
        found = search(viewer, "王腊梅", today=TODAY)
        assert (names(found), len(found.persons)) == (["李梅"], 1)

    def test_a_person_visible_for_two_reasons_stands_once(self, viewer, zhang):
        make.visible(of=zhang, code=make.GRID)
        assert len(search(viewer, "张伟", today=TODAY).persons) == 1

    def test_an_age_band_narrows_a_surname(self, viewer):
        make.spell(of=make.person(name="王一", birth_date=dt.date(1954, 1, 1)), at=make.dwelling())
        make.spell(of=make.person(name="王二", birth_date=dt.date(1990, 1, 1)), at=make.dwelling())
        assert names(search(viewer, "王 70-75岁", today=TODAY)) == ["王一"]
        assert names(search(viewer, "age 70-75", today=TODAY)) == ["王一"]
        assert names(search(viewer, "1990年", today=TODAY)) == ["王二"]

    def test_pages_show_everybody_once(self, viewer):
        home = make.dwelling()
        for _ in range(45):
            make.spell(of=make.person(name="王强", number=None), at=home, kind="temporary")
        pages = [search(viewer, "王强", page, today=TODAY) for page in (1, 2, 3)]
        shown = [person.line.id for page in pages for person in page.persons]
        assert [len(page.persons) for page in pages] == [20, 20, 5]
        assert len(set(shown)) == 45
        assert [page.more for page in pages] == [True, True, False]


class TestNumbers:
    def test_the_exact_number_finds_without_a_flag(self, zhang):
        found = search(qian_viewer(), "７７０１０１ 19800506 0011", today=TODAY)
        assert (names(found), ways(found), found.uncertain) == (["张伟"], ["number"], False)

    @pytest.mark.parametrize("typed", ["770101198005060021", "770101198005600011", "770101198005060012"])
    def test_one_wrong_or_two_swapped_digits_are_flagged(self, zhang, typed):
        found = search(qian_viewer(), typed, today=TODAY)
        assert (names(found), found.uncertain) == (["张伟"], True)

    def test_an_exact_hit_hides_the_near_ones(self, zhang):
        other = make.person(name="张平", number="770101198005060021")
        make.spell(of=other, at=make.dwelling())
        assert names(search(qian_viewer(), "770101198005060021", today=TODAY)) == ["张平"]

    @pytest.mark.parametrize(("typed", "statements"), [("770101198005060021", 1), ("770101198005060114", 2)])
    def test_only_a_number_that_may_be_right_is_first_asked_for_alone(self, zhang, typed, statements):
        with CaptureQueriesContext(connection) as asked:
            search(qian_viewer(), typed, today=TODAY)
        assert sum("n.blind" in query["sql"] for query in asked) == statements

    def test_a_number_stored_wrong_is_found_by_the_right_one(self):
        wrong = make.person(name="赵错", number="770101198005060091")
        make.spell(of=wrong, at=make.dwelling())
        assert names(search(qian_viewer(), "770101198005060011", today=TODAY)) == ["赵错"]

    def test_fifteen_places_find_the_upgraded_number(self):
        from domicile.core.codes.identity import check_char

        full = "77010119800506001"
        make.spell(of=make.person(name="老王", number=full + check_char(full)), at=make.dwelling())
        assert names(search(qian_viewer(), "770101800506001", today=TODAY)) == ["老王"]

    def test_a_passport_finds(self):
        who = make.person(name="Maria Silva", number=None)
        make.document(of=who, number="E12345678", kind="passport")
        make.spell(of=who, at=make.dwelling())
        assert names(search(qian_viewer(), "e12345678", today=TODAY)) == ["Maria Silva"]

    @pytest.mark.parametrize(("typed", "uncertain"), [("138 0000 0001", False), ("13800000010", True)])
    def test_a_phone_finds_also_with_a_slip(self, zhang, typed, uncertain):
        found = search(qian_viewer(), typed, today=TODAY)
        assert (names(found), found.uncertain) == (["张伟"], uncertain)

    def test_a_number_of_no_known_length_is_explained(self):
        assert search(qian_viewer(), "7701011980050600", today=TODAY).problem


class TestAddresses:
    @pytest.mark.parametrize(
        "typed", ["人民路12号3栋2单元501室", "人民路12号3栋", "人民路12号", "人民路", "人民路12号3幢2单元501"]
    )
    def test_a_dwelling_is_found_with_the_number_of_its_people(self, zhang, typed):
        found = search(zhao_viewer(), typed, today=TODAY)
        assert [(dwelling.line.address[-4:], dwelling.people) for dwelling in found.dwellings] == [("501室", 1)] or (
            found.dwellings[0].line.address.endswith("501室")
        )

    def test_another_room_is_not_found(self, zhang):
        assert search(zhao_viewer(), "人民路12号3栋2单元502室", today=TODAY).nothing

    def test_a_dwelling_in_another_grid_is_not_found(self):
        make.dwelling(place_code=make.OTHER_GRID)
        assert search(zhao_viewer(), "人民路12号", today=TODAY).nothing


class TestTheLook:
    def test_it_is_recorded_with_the_persons_shown_and_the_term_only_as_a_hash(self, zhang):
        search(qian_viewer(), "张伟", today=TODAY)
        look = Look.objects.get()
        assert (look.question, look.purpose, look.user_name) == ("search_name", qian_viewer().purpose, "钱社区")
        assert look.persons == zhang.pk.bytes
        assert "张伟".encode() not in bytes(look.term)
        assert Seen.objects.filter(person_id=zhang.pk).count() == 1

    def test_finding_nobody_is_a_look_too(self):
        search(qian_viewer(), "无此人", today=TODAY)
        assert Look.objects.get().persons == b""


@pytest.mark.parametrize("viewer", [zhao_viewer(), sun_viewer()])
@pytest.mark.parametrize("text", ["王", "770101198003010011", "age 30-60", "人民路"])
def test_the_number_of_queries_does_not_grow_with_what_is_found(viewer, text, django_assert_max_num_queries):
    make.family(size=1)
    with CaptureQueriesContext(connection) as few:
        search(viewer, text, today=TODAY)
    make.family(size=12)
    with CaptureQueriesContext(connection) as many:
        search(viewer, text, today=TODAY)
    assert len(many) <= max(len(few), 5)
