"""What is found at a door, however it is told: what it closes, what it proposes, how it counts."""

import datetime as dt

import pytest

from domicile.apps.collect import actions as review
from domicile.apps.collect.models import Proposal
from domicile.apps.fieldwork.campaigns import selectors
from domicile.apps.fieldwork.campaigns.tests import making
from domicile.apps.fieldwork.campaigns.tests.making import DAY, counts, today
from domicile.apps.fieldwork.models import Confirmation, Visit
from domicile.apps.fieldwork.visits import closing
from domicile.apps.fieldwork.visits.actions import record_visit
from domicile.apps.fieldwork.visits.entering import take_back
from domicile.apps.people.actions import AddHousehold, NewPerson
from domicile.apps.people.models import Spell
from domicile.apps.tasks.models import Task
from tests import factories
from tests.cast import OTHER_GRID, qian_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])


@pytest.fixture(autouse=True)
def ground():
    making.chain()
    factories.grid(code=OTHER_GRID)


def test_everybody_found_closes_the_door_and_confirms_them():
    home = making.home(3)
    campaign = making.running()

    noted = making.check(campaign, home, confirmed=making.people(home), actor=zhao_viewer())

    assert making.status(campaign, home) == "done"
    assert noted.proposed == []
    assert Confirmation.objects.count() == 3
    assert counts(campaign) == {"both": 3}


def test_who_is_not_found_is_proposed_and_leaves_only_after_review():
    home = making.home(3)
    head, spouse, child = making.people(home)
    campaign = making.running()

    noted = making.check(campaign, home, confirmed=[head, spouse], left_on=today() - DAY, actor=zhao_viewer())

    (proposal,) = noted.proposed
    assert (proposal.action, proposal.state) == ("people.leave_household", "waiting")
    assert Spell.objects.filter(person=child, end=None).exists()
    assert counts(campaign) == {"both": 2, "gone": 1}
    review.accept(actor=qian_viewer(), proposal_id=proposal.pk)
    assert not Spell.objects.filter(person=child, end=None).exists()
    assert counts(campaign) == {"both": 2, "gone": 1}


def test_without_a_day_nobody_is_proposed_as_having_left():
    home = making.home(2)
    campaign = making.running()
    noted = making.check(campaign, home, confirmed=making.people(home)[:1])
    assert noted.proposed == []
    assert not Proposal.objects.exists()
    assert counts(campaign) == {"both": 1, "gone": 1}


def test_a_head_who_left_is_told_to_the_card_and_the_door_still_counts():
    home = making.home(3)
    _head, *others = making.people(home)
    campaign = making.running()
    noted = making.check(campaign, home, confirmed=others, left_on=today() - DAY)
    assert noted.proposed == []
    assert len(noted.problems) == 1
    assert counts(campaign) == {"both": 2, "gone": 1}


def test_others_live_there_than_those_on_file():
    home = making.home(2)
    campaign = making.running()
    making.check(campaign, home)
    assert campaign.doors.get().found == "others"
    assert making.status(campaign, home) == "done"
    assert counts(campaign) == {"gone": 2}


def test_nobody_at_home_plans_the_next_try():
    home = making.home()
    campaign = making.running()

    making.check(campaign, home, "not_at_home", actor=zhao_viewer())

    (door,) = selectors.call_backs(qian_viewer(), campaign)
    assert door.task.next_try_on > today()
    assert door.task.tries == 1
    assert making.status(campaign, home) == "not_at_home"
    assert counts(campaign) == {"pending": 3}
    making.check(campaign, home, confirmed=making.people(home), actor=zhao_viewer())
    assert making.status(campaign, home) == "done"


def test_a_refused_visit_marks_the_visit_and_nothing_else():
    home = making.home()
    campaign = making.running()
    noted = making.check(campaign, home, "refused", actor=zhao_viewer())
    assert making.status(campaign, home) == "refused"
    assert noted.proposed == []
    assert not Proposal.objects.exists()
    assert not Task.objects.filter(state="open").exists()
    assert counts(campaign) == {"pending": 3}


@pytest.mark.parametrize(
    ("outcome", "action"), [("vacant", "places.set_particulars"), ("demolished", "places.demolish_dwelling")]
)
def test_what_became_of_a_dwelling_is_proposed(outcome, action):
    home = making.home(2)
    campaign = making.running()
    noted = making.check(campaign, home, outcome, left_on=today() - DAY)
    assert [one.action for one in noted.proposed] == ["people.leave_household", action]
    home.refresh_from_db()
    assert (home.use, home.in_use_to) == ("owner_occupied", None)
    assert making.status(campaign, home) == outcome
    assert counts(campaign) == {"gone": 2}


def test_a_visit_told_by_phone_counts_like_one_told_at_the_desk():
    asked, updated = making.home(2), making.home(1)
    campaign = making.running()
    head, _spouse = making.people(asked)
    for home, form, confirmed in ((asked, "dwelling_visit", [head]), (updated, "status_update", [])):
        visit = record_visit(
            actor=zhao_viewer(), form=form, place=home, visited_on=today(), outcome="met", confirmed=confirmed
        )
        closing.tell(actor=zhao_viewer(), visits=[visit])
    assert {making.status(campaign, home) for home in (asked, updated)} == {"done"}
    assert counts(campaign) == {"both": 1, "gone": 1, "unstated": 1}


def test_who_is_found_and_not_on_file_counts_while_proposed_and_after():
    home = making.home(1)
    campaign = making.running()
    member = NewPerson(name="周新来", sex="2", birth_date=dt.date(1991, 2, 3))
    new = AddHousehold(home.pk, (member, NewPerson(name="周小来", relation="20")), campaign.reference_on - DAY)
    subject = review.Subject("dwelling", home.pk, home.place_code)
    proposal = review.propose(
        actor=zhao_viewer(), action="people.add_household", subject=subject, arguments=new, reason="入户"
    )
    assert counts(campaign) == {"pending": 1}  # nobody has been at the door yet
    making.check(campaign, home, confirmed=making.people(home))

    assert counts(campaign) == {"both": 1, "new": 2}
    review.accept(actor=qian_viewer(), proposal_id=proposal.pk)
    assert counts(campaign) == {"both": 1, "new": 2}


def test_who_came_after_the_moment_is_not_missing_on_file():
    home = making.home(1)
    campaign = making.running()
    making.check(campaign, home, confirmed=making.people(home))
    came = factories.person(name="后来")
    factories.spell(of=came, at=home, start=campaign.reference_on + DAY)
    assert counts(campaign) == {"both": 1}


def test_an_outcome_taken_back_counts_no_longer():
    home = making.home(1)
    campaign = making.running()
    making.check(campaign, home, confirmed=making.people(home))
    take_back(actor=qian_viewer(), visit_id=Visit.objects.get().pk)
    assert making.status(campaign, home) == "open"
    assert counts(campaign) == {"pending": 1}
