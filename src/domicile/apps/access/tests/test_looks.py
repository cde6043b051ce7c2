"""Every look is kept: who, why, what kind of question, whom; what was typed only as a keyed hash."""

import uuid

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from domicile.apps.access.log import record_look, term_key
from domicile.apps.access.models import Look, Seen
from tests import cast

pytestmark = pytest.mark.django_db(databases=["default", "log"])
PERSONS = [uuid.uuid4() for _number in range(43)]


def test_a_look_names_the_viewer_and_everybody_shown() -> None:
    record_look(cast.zhao_viewer(), question="search", persons=PERSONS, term="周晓岚")
    look = Look.objects.using("log").get()
    assert (look.user_id, look.user_name, look.role) == (cast.ZHAO.id, "赵网格", "grid_worker")
    assert (look.purpose, look.question, look.scopes) == ("door_visit", "search", cast.GRID)
    assert bytes(look.persons) == b"".join(person.bytes for person in PERSONS)
    assert set(Seen.objects.using("log").values_list("person_id", flat=True)) == set(PERSONS)


def test_somebody_shown_twice_is_noted_once() -> None:
    record_look(cast.zhao_viewer(), question="dwelling", persons=[PERSONS[0], PERSONS[0]])
    assert Seen.objects.using("log").count() == 1


def test_a_term_is_kept_as_a_keyed_hash_of_what_it_means() -> None:
    record_look(cast.zhao_viewer(), question="search", term="７７０１０１ x")
    look = Look.objects.using("log").get()
    assert bytes(look.term or b"") == term_key("770101X")
    assert len(term_key("a")) == 16
    assert term_key("a") != term_key("b")


def test_a_look_costs_one_statement_or_two_on_sqlite_and_none_in_the_register() -> None:
    with CaptureQueriesContext(connections["log"]) as log, CaptureQueriesContext(connections["default"]) as register:
        record_look(cast.zhao_viewer(), question="search", persons=PERSONS)
    statements = [query["sql"] for query in log if "INSERT" in query["sql"]]
    assert len(statements) == (1 if connections["log"].vendor == "postgresql" else 2)
    assert len(register) == 0


def test_a_page_of_many_people_is_noted_whole() -> None:
    many = [uuid.uuid4() for _number in range(1000)]
    look = record_look(cast.zhao_viewer(), question="search", persons=many)
    assert set(Seen.objects.using("log").filter(look_id=look).values_list("person_id", flat=True)) == set(many)
