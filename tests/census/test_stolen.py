"""Whoever steals the databases of a census without its keys learns nobody's name, number, telephone or words."""

import pytest
from django.apps import apps
from django.db import connections
from django.db.models import Model

from domicile.apps.census.answers.receiving import receive
from domicile.apps.census.coding import actions as coding
from domicile.apps.census.coding.tests.test_coding import CODER
from domicile.apps.census.coverage import bringing, drawing, matching
from domicile.apps.census.coverage.models import CoverageCase
from domicile.apps.census.ending import dropping
from domicile.apps.census.keying import actions as keying
from domicile.apps.census.listing import actions as listing
from domicile.apps.census.plan.models import Census
from domicile.apps.census.sample import drawing as sample
from domicile.apps.census.selfenum import actions as selfenum
from domicile.apps.census.tests.making import (
    ENUMERATOR,
    IN,
    LISTED,
    OFFICE,
    form,
    make_building,
    make_census,
    make_dwelling,
    make_household,
    person,
)
from domicile.apps.vault import sealing
from domicile.apps.vault.fields import SealedField
from tests.cast import GRID, OTHER_GRID, make_user, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
HEAD, ANSWERED, KEYED, SURVEYED = "司马秘甲", "欧阳秘乙", "上官秘丙", "诸葛秘丁"
NUMBER, PHONE, WORK, PLACE = "110101199003070134", "15412345678", "在隐秘作坊里修古琴", "某省某市隐秘县"
SECRETS = (HEAD, ANSWERED, KEYED, SURVEYED, NUMBER, PHONE, WORK, PLACE)


def told_everything() -> str:
    """A census into which each road, the listing, the survey and the coding have put something; the code of a slip."""
    for actor in (OFFICE, ENUMERATOR, CODER):
        make_user(actor)
    census = make_census()
    doors = [
        make_dwelling(make_building(census, f"B{at}", place), "101") for at, place in enumerate((GRID, OTHER_GRID) * 2)
    ]
    homes = [make_household(door, head_name=HEAD, phone=PHONE) for door in doors]
    listing.change_household(
        actor=viewer(ENUMERATOR),
        household=homes[0],
        head_name=HEAD,
        phone=PHONE,
        expected=2,
        absence="none",
        back_on=None,
    )
    sample.draw(actor=viewer(OFFICE), census=census, seed=1, interval=2, strata="whole")
    given = selfenum.give(actor=viewer(OFFICE), household_id=homes[3].pk)
    for at, home in enumerate(homes[:3]):
        home.refresh_from_db()
        told = form(person(
            name=ANSWERED, id_number=NUMBER, registered=4, away=4, away_reason=0, registered_place=PLACE, worked=1,
            occupation_text=WORK, industry_text=WORK,
        ))  # fmt: skip
        for again in range(2):
            told = told | {"rooms": 2 + again}
            receive(
                census=census, household=home, road="web", form=home.form, content=told, instance=f"{at}{again}", at=IN
            )
    keying.key(
        actor=viewer(OFFICE), household_id=homes[3].pk, form="short", content=form(person(name=KEYED, id_number=NUMBER))
    )
    coding.gather(actor=viewer(CODER), census=census)
    survey = drawing.draw(actor=viewer(OFFICE), census=census, seed=1, areas=2)
    rows = f"普查小区代码,户编号,姓名,性别,出生年,出生月,公民身份号码\n{GRID},1,{SURVEYED},男,1990,3,{NUMBER}".encode()
    bringing.bring(actor=viewer(OFFICE), survey=survey, content=rows)
    matching.match(actor=viewer(OFFICE), survey=survey)
    listing.end_household(actor=viewer(OFFICE), household=listing.split_household(
        actor=viewer(OFFICE), household=homes[0], today=LISTED, head_name=HEAD, expected=1, phone=PHONE
    ), why="mistake", today=LISTED)  # fmt: skip
    return given.text


def everything_stored() -> list[tuple[str, str]]:
    """Each value of each table of both databases as text, with the name of its table."""
    found = []
    for alias in ("default", "log"):
        with connections[alias].cursor() as cursor:
            for table in connections[alias].introspection.table_names(cursor):
                cursor.execute(f"SELECT * FROM {connections[alias].ops.quote_name(table)}")
                for row in cursor.fetchall():
                    found += [
                        (
                            table,
                            bytes(one).decode("utf-8", "ignore") if isinstance(one, (bytes, memoryview)) else str(one),
                        )
                        for one in row
                        if one is not None
                    ]
    return found


def test_no_table_and_no_log_holds_what_people_said() -> None:
    code = told_everything()
    stored = everything_stored()
    assert {table for table, value in stored if GRID in value} >= {"census_answer", "census_household", "audit_change"}
    plain = code.replace("-", "")
    told = [(table, one) for table, value in stored for one in (*SECRETS, code, plain) if one in value]
    assert told == []


def test_with_the_keys_as_well_nobody_learns_a_number_once_matching_is_over() -> None:
    told_everything()
    sealed = [
        (model, column)
        for model, column in sealed_columns()
        for row in model._default_manager.all()
        if getattr(row, column)
    ]
    assert {model.__name__ for model, _column in sealed} >= {
        "Answer",
        "Sheet",
        "CoverageHousehold",
        "Household",
        "Wording",
    }
    assert [one for one in opened() if NUMBER in one]
    CoverageCase.objects.filter(outcome="open", side="survey").update(outcome="omitted")
    CoverageCase.objects.filter(outcome="open", side="census").update(outcome="correct")
    census = Census.objects.get()
    dropping.drop(dropping.end(actor=viewer(OFFICE), census=census, reason="all cases are decided"))
    left = opened()
    assert not [one for one in left if NUMBER in one]
    assert [one for one in left if ANSWERED in one]  # the forms are there still


def sealed_columns() -> list[tuple[type[Model], str]]:
    """Every sealed column of the census."""
    models = apps.get_app_config("census").get_models()
    return [
        (model, one.attname) for model in models for one in model._meta.concrete_fields if isinstance(one, SealedField)
    ]


def opened() -> list[str]:
    """Whatever is sealed in the census, opened with the keys of the site."""
    found = []
    for model, column in sealed_columns():
        field = model._meta.get_field(column)
        assert isinstance(field, SealedField)
        held = [row for row in model._default_manager.all() if getattr(row, column)]
        keys = sealing.data_keys(getattr(row, field.subject) for row in held)
        for row in held:
            binding = sealing.binding(model._meta.db_table, column, row.pk)
            key = keys[getattr(row, field.subject)]
            found.append(sealing.decrypt(key, bytes(getattr(row, column)), binding).decode("utf-8", "ignore"))
    return found
