"""A phone is lost on the last day, with forms on it that were never sent."""

import pytest

from domicile.apps.census.answers.models import Answer
from domicile.apps.census.fieldwork import selectors
from domicile.apps.census.phones.tests.test_phones import base_of, filled, send
from domicile.apps.census.tests.filled import short
from domicile.apps.census.tests.making import (
    ENUMERATOR,
    OFFICE,
    make_building,
    make_census,
    make_dwelling,
    make_household,
)
from domicile.apps.collect.openrosa import actions
from domicile.apps.collect.openrosa.models import AppUser
from tests.cast import Actor, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
RESERVE = Actor("yu", "余替补", "enumerator", ENUMERATOR.scope, "enumeration")


def test_what_was_sent_stays_the_rest_is_named_and_the_lost_phone_gets_nothing_more() -> None:
    building = make_building(make_census(), dwellings=2)
    sent, unsent = (make_household(make_dwelling(building, number)) for number in ("101", "102"))
    lost = base_of()
    assert send(lost, filled(sent.pk, short())) == 201
    actions.stop_phone(actor=viewer(OFFICE), phone_id=AppUser.objects.get().pk, at_once=True)

    open_now = selectors.unanswered(viewer(RESERVE), sent.census)
    assert [one.pk for one in open_now] == [unsent.pk]
    assert send(lost, filled(unsent.pk, short())) in {401, 403, 404}  # whoever found it sends and reads nothing
    assert Answer.objects.count() == 1
    assert send(base_of(RESERVE), filled(unsent.pk, short())) == 201
    assert not open_now.all().exists()


def test_a_phone_that_turns_up_again_before_it_was_stopped_at_once_still_hands_its_forms_over() -> None:
    """The household was asked again meanwhile: both forms are kept, one counts, and somebody decides where they differ."""
    household = make_household()
    lost, other = base_of(), base_of(RESERVE)
    actions.stop_phone(actor=viewer(OFFICE), phone_id=AppUser.objects.earliest("made_at").pk)
    assert send(other, filled(household.pk, short())) == 201
    assert send(lost, filled(household.pk, short())) == 201
    assert Answer.objects.filter(state=Answer.State.COUNTS).count() == 1
    assert Answer.objects.count() == 2
