"""Which index the lists of persons are read through, and in which order."""

import datetime as dt
import random
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domicile.apps.people.models import Person, Visibility
from domicile.apps.people.selectors.finding import PAGE, find
from domicile.apps.people.selectors.lines import person_rows
from domicile.apps.people.selectors.question import read_question
from domicile.core.linkage.names import sound, split_name
from tests import factories as make
from tests.cast import qian_viewer, sun_viewer

pytestmark = pytest.mark.django_db


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite keeps the rule by triggers")
def test_where_somebody_lives_is_not_read_through_the_index_that_forbids_overlaps(django_assert_num_queries):
    """However the planner weighs it: even where there is no other index."""
    person = make.person()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("DROP INDEX one_open_usual_residence")
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE tablename = 'people_spell' AND indexdef LIKE '%btree (person_id)'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP INDEX "{name}"')
    with django_assert_num_queries(1) as asked:
        person_rows([person.pk])
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {asked.captured_queries[0]['sql']}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "usual_spells_never_overlap" not in plan


def stored(names, *, born=dt.date(1980, 5, 6)):
    """People of these names who live in the county, in no order of their ids."""
    people = [Person(name=name, given=split_name(name)[1], sound=sound(name), birth_date=born) for name in names]
    random.Random(7).shuffle(people)
    Person.objects.bulk_create(people)
    Visibility.objects.bulk_create(Visibility(person=one, code=make.GRID, why="lives") for one in people)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return people


@pytest.mark.parametrize("viewer", [sun_viewer(), qian_viewer()], ids=["wide", "narrow"])
@pytest.mark.parametrize("text", ["王强", "强", "王", "wangqiang", "wang", "1980-05-06"])
def test_pages_of_one_name_show_everybody_once_while_rows_move(viewer, text):
    """PostgreSQL puts a row that changes elsewhere in the table."""
    people = stored(["王强"] * 130)
    question = read_question(text, today=dt.date(2026, 6, 1))
    seen = []
    for offset in range(0, 140, PAGE):
        seen += find(viewer, question, offset=offset, limit=PAGE)
        Person.objects.filter(pk__in=[one.pk for one in people[offset : offset + 15]]).update(education="20")
    assert len(seen) == 130
    assert {hit.person_id for hit in seen} == {one.pk for one in people}


def plan_of(viewer, text):
    with CaptureQueriesContext(connection) as asked:
        find(viewer, read_question(text, today=dt.date(2026, 6, 1)))
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # to sort two thousand people is cheap enough for it, a million is not
            cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute(f"{explain} {asked.captured_queries[-1]['sql']}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def test_a_wide_search_by_name_reads_a_page_from_the_index_in_its_order():
    stored([f"{surname}{given}" for surname in "王李张" for given in "强伟敏" for _ in range(200)])
    expected = {
        "王强": {"person_name", "person_given", "person_sound"},
        "王": {"person_name"},
        "wang": {"person_sound"},
    }
    for text, indexes in expected.items():
        plan = plan_of(sun_viewer(), text)
        assert indexes <= set(re.findall(r"\bperson_(?:name|given|sound)\b", plan)), plan
        assert not re.search(r"TEMP B-TREE|Sort Key: \S+\.(name|given|sound)", plan), plan
