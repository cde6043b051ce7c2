"""Which index the lists of persons are read through, on the engine that has a choice."""

import pytest
from django.db import connection

from domicile.apps.people.selectors.lines import person_rows
from tests import factories as make

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
