"""Forms are destroyed on their day, by two people, with a certificate; nothing that tells of a household is left."""

import datetime as dt

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.audit.models import Change
from domicile.apps.census.answers.models import Answer, Envelope
from domicile.apps.census.answers.receiving import receive
from domicile.apps.census.ending import actions
from domicile.apps.census.ending.models import Destruction
from domicile.apps.census.frame.models import Building
from domicile.apps.census.listing.models import Household
from domicile.apps.census.models import QuickFigure
from domicile.apps.census.plan.models import Census, Phase
from domicile.apps.census.quickcount import counting
from domicile.apps.census.tests.making import (
    ENUMERATOR,
    IN,
    OFFICE,
    form,
    make_census,
    make_dwelling,
    make_household,
    person,
)
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.vault import sealing
from tests.cast import COUNTY, Actor, sign_in, viewer
from tests.pdf import text

pytestmark = pytest.mark.django_db(databases=["default", "log"])
OVERSEER = Actor("bao", "包监督", "supervisor", COUNTY, "oversight")
TODAY = timezone.localdate()
NAME = "欧阳易辨"


def counted(ended: dt.date | None = None) -> Census:
    """A census with one household that answered, whose phases ended on a day, long ago unless told."""
    census = make_census(reference_at=timezone.now() - dt.timedelta(days=1500))
    last = ended or TODAY - dt.timedelta(days=1000)
    Phase.objects.create(census=census, kind="publish", begins_on=last - dt.timedelta(days=9), ends_on=last)
    household = make_household(census=census, head_name=NAME)
    receive(
        census=census,
        household=household,
        road="web",
        form="short",
        content=form(person(name=NAME)),
        instance="i1",
        at=IN,
    )
    counting.count(counting.ask(actor=viewer(OFFICE), census=census))
    return census


def test_before_the_day_nobody_has_forms_destroyed() -> None:
    census = counted(ended=TODAY - dt.timedelta(days=200))
    with pytest.raises(Refused, match=str(actions.due_on(census))):
        actions.ask(actor=viewer(OFFICE), census=census, today=TODAY)
    assert actions.ask(actor=viewer(OFFICE), census=census, today=actions.due_on(census))
    with pytest.raises(Refused):
        actions.destroy(actor=viewer(OVERSEER), census=census, today=TODAY)
    Phase.objects.filter(census=census).update(begins_on=dt.date(2000, 1, 1), ends_on=dt.date(2000, 1, 2))
    assert actions.due_on(census) > timezone.localdate(census.reference_at)  # no plan ends before the moment


def test_who_asked_does_not_do_it_and_others_may_not() -> None:
    census = counted()
    with pytest.raises(NotAllowed):
        actions.ask(actor=viewer(ENUMERATOR), census=census, today=TODAY)
    actions.ask(actor=viewer(OFFICE), census=census, today=TODAY)
    with pytest.raises(Refused):
        actions.destroy(actor=viewer(OFFICE), census=census, today=TODAY)
    with pytest.raises(NotAllowed):
        actions.destroy(actor=viewer(ENUMERATOR), census=census, today=TODAY)
    assert Answer.objects.filter(census=census).exists()


def test_nothing_that_tells_of_a_household_is_left_and_the_figures_stay() -> None:
    census, other = counted(), make_census(code="other")
    kept = make_household(census=other, head_name="另一户")
    sealed = bytes(Answer.objects.get(census=census).content)
    envelope = Envelope.objects.get(census=census)
    figures = list(QuickFigure.objects.values_list("counts", flat=True))
    actions.ask(actor=viewer(OFFICE), census=census, today=TODAY)
    row = actions.destroy(actor=viewer(OVERSEER), census=census, today=TODAY)
    assert (row.counts["answer"], row.counts["household"], row.counts["keys"]) == (1, 1, 1)
    assert not Answer.objects.filter(census=census).exists()
    assert not Household.objects.filter(census=census).exists()
    assert Building.objects.filter(census=census).exists()
    assert list(QuickFigure.objects.values_list("counts", flat=True)) == figures
    assert sealing.open_value(kept, "head_name") == "另一户"
    with pytest.raises(KeyError):  # whoever kept a copy of the row reads it no more
        sealing.data_keys([envelope.pk])[envelope.pk]
    assert NAME.encode() not in sealed
    with pytest.raises(Refused):  # what came now would never be destroyed
        make_household(census=census, dwelling=make_dwelling(Building.objects.filter(census=census)[0], "9"))
    assert not [one for one in Change.objects.values_list("values", flat=True) if NAME in one]


def test_no_other_table_of_the_census_is_about_households() -> None:
    """A table that is added later is either destroyed or stands here as one that tells of nobody."""
    census = counted()
    gone = {model._meta.db_table for model, _rows in actions._rows(census)}
    stay = {
        "census_census", "census_phase", "census_ruling", "census_need", "census_supply", "census_building", "census_stairwell",
        "census_way", "census_line", "census_framefile", "census_division", "census_recruit", "census_sampledraw",
        "census_quickcount", "census_quickfigure", "census_quickages", "census_outsidetotal", "census_coveragesurvey",
        "census_coveragearea", "census_destruction", "census_matchingend",
    }  # fmt: skip
    tables = {name for name in connections["default"].introspection.table_names() if name.startswith("census_")}
    assert tables - gone == stay


def test_the_request_can_be_taken_back_as_long_as_the_forms_are_there() -> None:
    census = counted()
    actions.ask(actor=viewer(OFFICE), census=census, today=TODAY)
    actions.take_back(actor=viewer(OVERSEER), census=census)
    assert not Destruction.objects.exists()
    actions.ask(actor=viewer(OFFICE), census=census, today=TODAY)
    actions.destroy(actor=viewer(OVERSEER), census=census, today=TODAY)
    with pytest.raises(Refused):
        actions.take_back(actor=viewer(OFFICE), census=census)


def test_the_pages_lead_two_people_to_the_certificate(client: Client) -> None:
    census = counted()
    page = reverse("census:ending", args=[census.code])
    sign_in(client, OFFICE)
    assert reverse("census:ending_step", args=[census.code, "ask"]) in client.get(page).text
    client.post(reverse("census:ending_step", args=[census.code, "ask"]))
    assert reverse("census:ending_step", args=[census.code, "destroy"]) not in client.get(page).text
    sign_in(client, OVERSEER)
    assert reverse("census:ending_step", args=[census.code, "destroy"]) in client.get(page).text
    client.post(reverse("census:ending_step", args=[census.code, "destroy"]))
    certificate = client.get(reverse("census:ending_certificate", args=[census.code]))
    assert certificate["Content-Type"] == "application/pdf"
    shown = text(certificate.content)
    assert OVERSEER.real_name in shown
    assert Destruction.objects.get().digest[:16] in shown.replace("\n", "")
    sign_in(client, ENUMERATOR)
    assert client.get(page).status_code == 403
