"""The history of a household, and a household and a dwelling as known on a day (PE-8)."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from domicile.apps.access.models import Look, Seen
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.collect.undoing import undo
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.people import actions
from domicile.apps.people.handlers import kinds
from domicile.apps.people.models import Household, Person
from domicile.apps.people.selectors import household_history
from domicile.apps.people.selectors.home_history import residents_known_on
from domicile.apps.places import actions as places
from domicile.apps.places.history import dwelling_changes, dwelling_known_on
from domicile.apps.places.models import Building, Dwelling
from domicile.apps.places.numbering import give_out
from tests import factories as make
from tests.cast import LI, QIAN, ZHAO, li_viewer, qian_viewer, sign_in, sun_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
VIEWER = qian_viewer("register_maintenance")
FIRST, SECOND, THIRD = dt.date(2026, 1, 10), dt.date(2026, 2, 10), dt.date(2026, 3, 10)
DAY = dt.timedelta(days=1)


def on(day: dt.date) -> Change:
    """Put the latest change on a day."""
    change = Change.objects.latest("pk")
    Change.objects.filter(pk=change.pk).update(at=timezone.make_aware(dt.datetime.combine(day, dt.time(12))))
    return change


@pytest.fixture
def household() -> Household:
    make.area_tree()
    return make.family(registered=False)


def add(household: Household, name: str, day: dt.date) -> Change:
    arguments = actions.AddMember(household.pk, "20", name=name, sex="1", birth_date=dt.date(2015, 1, 1))
    actions.add_member(actor=VIEWER, reason="上门", evidence="出生证明", arguments=arguments)
    return on(day)


def known(household: Household, day: dt.date) -> str:
    card = household_history(VIEWER, household.pk, day=day)
    return "" if card.known is None else "\n".join(f"{line.label}: {line.value}" for line in card.known)


def lived(household: Household, day: dt.date) -> str:
    lines, _persons = residents_known_on(VIEWER, household.dwelling, day)
    return "\n".join(f"{line.label}: {line.value}" for line in lines)


def test_who_joined_is_told_with_who_did_it_when_and_on_which_paper(household):
    add(household, "曾小明", FIRST)
    head = household.members.get(relation="02").person
    arguments = actions.ChangeHead(household.pk, household.members.get(relation="10").person_id, {str(head.pk): "10"})
    actions.change_head(actor=VIEWER, reason="户主外出", arguments=arguments)
    changed, joined = household_history(VIEWER, household.pk).changes
    assert (joined.evidence, joined.reason, joined.at.date()) == ("出生证明", "上门", FIRST)
    assert [field.after.split(" (")[0] for field in joined.fields] == ["曾小明"]
    assert head.name in " ".join(field.label for field in changed.fields)
    assert all(field.before and field.after for field in changed.fields if head.name in field.label)


def test_the_household_on_a_day_has_the_members_and_names_known_then(household):
    add(household, "曾小明", FIRST)
    child = Person.objects.get(name="曾小明")
    actions.correct_name(actor=VIEWER, reason="x", evidence="x", arguments=actions.CorrectName(child.pk, "曾晓明"))
    on(SECOND)
    assert "曾小明" not in known(household, FIRST - DAY)
    assert "曾小明" in known(household, FIRST)
    assert "曾晓明" in known(household, SECOND)
    assert "曾小明" not in known(household, SECOND)


def test_somebody_added_and_taken_back_was_known_in_between(household):
    change = add(household, "曾小明", FIRST)
    undo(actor=VIEWER, change_id=change.pk, kinds=kinds())
    on(SECOND)
    told = household_history(VIEWER, household.pk)
    assert len(told.changes) == 2
    assert not told.changes[1].may_undo
    count = known(household, FIRST).count("\n")
    assert count == known(household, SECOND).count("\n") + 1
    assert "曾小明" not in known(household, FIRST)  # no longer on file: nobody is named from the log alone


def test_a_corrected_address_reads_at_both_dwellings_as_it_was(household):
    wrong, right = household.dwelling, make.dwelling(room="902室")
    name = household.members.get(relation="02").person.name
    arguments = actions.CorrectDwelling(household.pk, right.pk)
    actions.correct_dwelling(actor=VIEWER, reason="登记错了", arguments=arguments)
    on(SECOND)
    household.refresh_from_db()
    assert name not in "".join(line.value for line in residents_known_on(VIEWER, wrong, SECOND)[0])
    assert name in "".join(line.value for line in residents_known_on(VIEWER, wrong, FIRST)[0])
    assert name in lived(household, SECOND)
    assert name not in lived(household, FIRST)
    assert wrong.address in known(household, FIRST)
    assert right.address in known(household, SECOND)


def test_who_moved_to_another_household_stood_in_the_first_one_before(household):
    other = make.family(size=1, registered=False)
    spouse = household.members.get(relation="10").person
    actions.regroup(
        actor=VIEWER, reason="迁居",
        arguments=actions.Regroup(household.pk, (spouse.pk,), other.dwelling_id, SECOND, into_id=other.pk),
    )  # fmt: skip
    on(SECOND)
    assert spouse.name not in known(other, FIRST)
    assert spouse.name in known(other, SECOND)
    assert len(household_history(VIEWER, other.pk).changes) == 1
    assert spouse.name in lived(household, FIRST)


def test_a_household_formed_later_was_not_on_file(household):
    new = actions.add_household(
        actor=VIEWER, reason="x",
        arguments=actions.AddHousehold(make.dwelling().pk, (actions.NewPerson("周新", "1", dt.date(1990, 1, 1)),)),
    )  # fmt: skip
    on(SECOND)
    assert household_history(VIEWER, new, day=FIRST).known is None
    assert household_history(VIEWER, new, day=SECOND).known


def test_a_dwelling_on_a_day_has_the_use_and_address_known_then(household):
    dwelling = household.dwelling
    places.set_particulars(
        actor=VIEWER, reason="x", arguments=places.SetParticulars(dwelling.pk, use="vacant", floor_area="", rooms=2)
    )
    on(SECOND)
    dwelling.refresh_from_db()
    before, after = dwelling_known_on(dwelling, FIRST), dwelling_known_on(dwelling, SECOND)
    assert (before.dwelling["use"], after.dwelling["use"], after.dwelling["rooms"]) != ("vacant", "vacant", 2)
    assert (after.dwelling["use"], after.dwelling["rooms"]) == ("vacant", 2)


@pytest.mark.parametrize("viewer", [zhao_viewer(), li_viewer("register_maintenance")])
def test_a_grid_worker_and_a_stranger_read_no_history_of_a_household(household, viewer):
    with pytest.raises((NotAllowed, OutOfReach)):
        household_history(viewer, household.pk)


def test_whoever_the_history_names_was_looked_at(household):
    add(household, "曾小明", FIRST)
    household_history(VIEWER, household.pk)
    look = Look.objects.latest("id")
    seen = set(Seen.objects.filter(look=look).values_list("person_id", flat=True))
    assert (look.question, seen) == ("history", {Person.objects.get(name="曾小明").pk})


def test_the_pages_explain_a_day_that_is_none_and_show_one_that_is(client, household):
    sign_in(client, QIAN, "register_maintenance")
    name = household.members.get(relation="02").person.name
    for url, subject in (
        ("people:household_history", household.pk),
        ("places:dwelling_history", household.dwelling_id),
    ):
        address = reverse(url, args=[subject])
        assert client.get(address, {"on": "2025-02-30"}).status_code == 422
        today = client.get(address, {"on": timezone.localdate().isoformat()})
        assert name in today.content.decode()


def test_the_cards_link_their_histories(client, household):
    sign_in(client, QIAN, "register_maintenance")
    for card, history, subject in (
        ("people:household", "people:household_history", household.pk),
        ("people:dwelling", "places:dwelling_history", household.dwelling_id),
    ):
        assert reverse(history, args=[subject]) in client.get(reverse(card, args=[subject])).content.decode()


@pytest.mark.parametrize("actor", [ZHAO, LI])
def test_without_the_right_to_histories_the_dwelling_has_no_day_to_ask_for(client, household, actor):
    sign_in(client, actor)
    address = reverse("places:dwelling_history", args=[household.dwelling_id])
    page = client.get(address, {"on": timezone.localdate().isoformat()}).content.decode()
    assert 'name="on"' not in page
    assert household.members.get(relation="02").person.name not in page


def test_members_and_changes_take_no_further_queries(household):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            household_history(VIEWER, household.pk, day=SECOND)
            residents_known_on(VIEWER, household.dwelling, SECOND)
        return len(found)

    add(household, "王一", FIRST)
    few = queries()
    for name in ("王二", "王三", "王四"):
        add(household, name, SECOND)
    assert queries() == few


def test_a_street_that_was_renamed_stands_in_the_history_of_its_dwellings(household):
    dwelling = household.dwelling
    give_out(Building.objects.all())
    dwelling = Dwelling.objects.select_related("building").get(pk=dwelling.pk)
    before = dwelling.address
    places.rename_street(
        actor=sun_viewer(), reason="更名", arguments=places.RenameStreet(dwelling.building.lies_on_id, "解放路")
    )
    on(SECOND)
    dwelling = Dwelling.objects.select_related("building").get(pk=dwelling.pk)
    (line,) = dwelling_changes(sun_viewer(), dwelling)
    assert (before, dwelling.address) in [(field.before, field.after) for field in line.fields]
    assert not line.may_undo
    assert dwelling_known_on(dwelling, FIRST).dwelling["address"] == before
    assert dwelling_known_on(dwelling, SECOND).dwelling["address"] == dwelling.address
