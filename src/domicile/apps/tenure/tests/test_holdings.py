"""Owners and managers: changed, ended, undone; shares; the tie from a person to what they own, let and rent."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.collect.actions import Subject, submit
from domicile.apps.collect.undoing import undo
from domicile.apps.common.refusals import Refused
from domicile.apps.tenure import actions, sections
from domicile.apps.tenure.actions import holdings
from domicile.apps.tenure.models import Holder, Holding
from tests import factories
from tests.cast import li_viewer, qian_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
DAY, LATER = dt.date(2025, 1, 1), dt.date(2026, 1, 1)


def change(home, actor=None, **fields):
    values = {"role": "owner", "name": "马守仁", **fields}
    return actions.change_holder(
        actor=actor or qian_viewer(), reason="房产证", arguments=actions.ChangeHolder(dwelling_id=home.pk, **values)
    )


def test_a_new_owner_takes_the_place_of_the_old_one_and_that_is_undone() -> None:
    home = factories.dwelling()
    old = change(home, start=DAY)
    new = change(home, name="牛大力", start=LATER, replaces=(old.hex,))
    assert Holding.objects.get(pk=old).end == LATER
    assert Holding.objects.get(pk=new).end is None
    undo(actor=qian_viewer(), change_id=Change.objects.latest("pk").pk, kinds=actions.ACTIONS)
    assert Holding.objects.get().end is None


def test_shares_never_exceed_the_whole() -> None:
    home = factories.dwelling()
    change(home, share="60")
    with pytest.raises(Refused) as refusal:
        change(home, name="牛大力", share="50%")
    assert refusal.value.field == "share"
    change(home, name="牛大力", share="40")
    change(home, name="羊秀英", role="manager", share="50")
    assert sum(row.share for row in Holding.objects.filter(role="owner")) == Decimal(100)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"role": "king"}, "role"),
        ({"name": ""}, "name"),
        ({"share": "half"}, "share"),
        ({"share": "0"}, "share"),
        ({"share": "NaN"}, "share"),
        ({"start": dt.date(2999, 1, 1)}, "start"),
        ({"number": "1"}, "number"),
        ({"replaces": ("0" * 32,)}, "replaces"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(fields, field) -> None:
    home = factories.dwelling()
    with pytest.raises(Refused) as refusal:
        change(home, **fields)
    assert refusal.value.field == field
    assert not Holding.objects.exists()


def test_the_same_name_twice_is_a_form_sent_twice() -> None:
    home = factories.dwelling()
    change(home)
    with pytest.raises(Refused):
        change(home)


def test_somebody_who_lives_here_or_a_unit_is_the_owner() -> None:
    home, unit = factories.dwelling(), factories.unit()
    lodger = factories.person()
    factories.spell(of=lodger, at=home)
    change(home, person_id=lodger.pk, name="")
    change(home, unit_id=unit.pk, name="", role="manager")
    assert Holder.objects.get(person=lodger).holdings.get().role == "owner"
    assert Holder.objects.get(unit=unit).holdings.get().role == "manager"
    with pytest.raises(Refused):
        change(home, person_id=lodger.pk, name="")
    with pytest.raises(OutOfReach):
        change(home, person_id=factories.person().pk, name="")


def test_an_end_lies_after_the_beginning_and_happens_once() -> None:
    home = factories.dwelling()
    key = change(home, start=LATER)

    def end(day):
        actions.end_holding(actor=qian_viewer(), reason="卖出", arguments=actions.EndHolding(key, day))

    for day in (LATER, dt.date(2999, 1, 1)):
        with pytest.raises(Refused):
            end(day)
    end(dt.date(2026, 2, 1))
    with pytest.raises(Refused):
        end(dt.date(2026, 3, 1))


def test_a_grid_worker_only_proposes_an_owner_whatever_the_grid_decides() -> None:
    from domicile.apps.collect.models import ReviewRule

    ReviewRule.objects.create(scope=factories.COMMUNITY, needs_review=False)
    home = factories.dwelling()
    outcome = submit(
        actor=zhao_viewer(), action=holdings.CHANGE, subject=Subject("dwelling", home.pk, home.place_code),
        arguments=actions.ChangeHolder(home.pk, "owner", name="马守仁"), reason="房产证",
    )  # fmt: skip
    assert outcome.waiting


def test_a_stranger_changes_nothing() -> None:
    home = factories.dwelling()
    key = change(home)
    for attempt in (lambda: change(home, actor=li_viewer()), lambda: actions.holding_in_scope(li_viewer(), key)):
        with pytest.raises(OutOfReach):
            attempt()


def test_the_database_itself_holds_the_rules() -> None:
    home, holder = factories.dwelling(), Holder.objects.create(name="马守仁")
    Holding.objects.create(dwelling=home, holder=holder, role="owner")
    for fields in (
        {"role": "owner"},
        {"role": "king"},
        {"role": "manager", "share": 101},
        {"role": "manager", "start": LATER, "end": LATER},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Holding.objects.create(dwelling=home, holder=holder, **fields)


def test_from_a_person_what_they_own_let_and_rent_inside_the_areas() -> None:
    number = factories.number_of(birth_date=dt.date(1970, 1, 1), serial=21)
    person = factories.person(name="马守仁", number=number)
    assert sections.of_person(qian_viewer(), person) is None
    here = factories.dwelling()
    far = factories.dwelling(within=factories.building(place_code="770102001001001", street="远方路"))
    change(here, number=number)  # by the number: the name was typed before the person was visible
    holder = Holder.objects.create(person=person)
    for home in (here, far):
        Holding.objects.create(dwelling=home, holder=holder, role="manager")
        actions.add_rental(
            actor=qian_viewer() if home == here else li_viewer(), reason="x",
            arguments=actions.AddRental(home.pk, landlord_name="牛大力", tenants={"羊秀英": ""}),
        )  # fmt: skip
        home.rentals.get().tenants.create(holder=holder)
    section = sections.of_person(qian_viewer(), person)
    assert [row.dwelling for row in section.context["rents"]] == [here]
    assert [row.dwelling for row, _role in section.context["owned"]] == [here, here]
    assert section.context["lets"] == []
    assert [row.dwelling for row in sections.of_person(li_viewer(), person).context["rents"]] == [far]
