"""Whom a campaign finds and does not have on file: also those who are on file elsewhere, as long as their arrival waits."""

import pytest

from domicile.apps.collect.actions import Subject, propose
from domicile.apps.fieldwork.campaigns import reckoning
from domicile.apps.fieldwork.campaigns.tests import making
from domicile.apps.moves import actions
from domicile.apps.moves.tests.making import declared, members
from domicile.apps.people.models import Household
from domicile.apps.places.models import Dwelling
from tests import factories
from tests.cast import GRID, OTHER_GRID, qian_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture
def there() -> Dwelling:
    """Where a family of three lives, in another grid of the community."""
    making.chain()
    factories.area_tree()
    return making.home(3, place_code=OTHER_GRID, plate="9号")


def wait(action: str, kind: str, key: object, arguments: object) -> None:
    subject = Subject(kind, key, GRID)  # type: ignore[arg-type]
    propose(actor=qian_viewer(), action=action, subject=subject, arguments=arguments, reason="入户登记")


@pytest.mark.parametrize(("late", "found"), [(False, 1), (True, 0)], ids=["before the moment", "after it"])
def test_who_is_asked_for_elsewhere_counts_at_the_door(there: Dwelling, late: bool, found: int) -> None:
    home = making.home(1)
    campaign = making.running(scope=GRID)
    making.check(campaign, home, confirmed=making.people(home))
    day = making.today() if late else campaign.reference_on
    (head, *_rest) = making.people(there)
    wait("moves.ask", "dwelling", home.pk, actions.Ask(home.pk, day, head))
    assert making.counts(campaign).get(reckoning.NEW, 0) == found


@pytest.mark.parametrize(("some", "found"), [(True, 1), (False, 2)], ids=["one of them", "the whole move"])
def test_who_comes_by_a_declaration_counts_at_the_door(there: Dwelling, some: bool, found: int) -> None:
    home = making.home(1)
    campaign = making.running(scope=GRID)
    making.check(campaign, home, confirmed=making.people(home))
    _head, *going = members(Household.objects.get(dwelling=there, side="living"))
    move = declared(qian_viewer(), *going, day=campaign.reference_on, to_code=factories.COMMUNITY)
    people = (going[0].pk,) if some else ()
    wait("moves.arrive", "move", move.pk, actions.Arrive(move.pk, home.pk, campaign.reference_on, people))
    assert making.counts(campaign).get(reckoning.NEW, 0) == found
    assert [(row.dwelling_id, row.people) for row in reckoning.coming(qian_viewer(), campaign)] == [(home.pk, found)]
