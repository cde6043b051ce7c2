"""Residence permits: noted whatever is missing, followed step by step, never a condition of anything."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.certificates import actions, policies, retention
from domicile.apps.certificates.models import PermitApplication, PermitStep
from domicile.apps.certificates.tests.making import WHY, holder, mover
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.people.models import Person, Spell
from domicile.apps.tasks.generating import MACHINE
from tests import pdf
from tests.cast import LI, QIAN, li_viewer, qian_viewer, sign_in, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def applied(person: Person) -> PermitApplication:
    return actions.apply_for_permit(
        actor=qian_viewer(), person_id=person.pk, ground="none", day=timezone.localdate(), reason=WHY
    )


def test_an_application_is_noted_though_half_a_year_is_not_over() -> None:
    person = mover()
    Spell.objects.filter(person=person).update(start=timezone.localdate(), kind="temporary")
    row = applied(person)
    assert (row.state, row.steps.get().state) == ("applied", "applied")
    assert Spell.objects.get(person=person).end is None
    with pytest.raises(Refused):
        applied(person)
    with pytest.raises(IntegrityError), transaction.atomic():
        PermitApplication.objects.create(
            person=person, place_code=row.place_code, ground="home", applied_on=row.applied_on
        )


def test_whoever_is_registered_here_needs_none_and_others_elsewhere_are_out_of_reach() -> None:
    with pytest.raises(Refused):
        applied(holder())
    person = mover()
    for viewer, refusal in ((zhao_viewer(), NotAllowed), (li_viewer(), OutOfReach)):
        with pytest.raises(refusal):
            actions.apply_for_permit(
                actor=viewer, person_id=person.pk, ground="home", day=timezone.localdate(), reason=WHY
            )


def test_steps_follow_one_on_the_other_and_each_is_kept() -> None:
    row = applied(mover())
    today = timezone.localdate()

    def step(state: str, day: dt.date = today) -> PermitApplication:
        return actions.step_permit(actor=qian_viewer(), application_id=row.pk, state=state, day=day, reason="已告知")

    with pytest.raises(Refused):
        step("done")
    with pytest.raises(Refused):
        step("handed", today - dt.timedelta(days=1))
    for state in ("papers", "handed", "ready", "done"):
        assert step(state).state == state
    with pytest.raises(Refused):
        step("withdrawn")
    assert list(PermitStep.objects.order_by("number").values_list("number", "state")) == [
        (1, "applied"), (2, "papers"), (3, "handed"), (4, "ready"), (5, "done")
    ]  # fmt: skip
    with pytest.raises(OutOfReach):
        actions.step_permit(actor=li_viewer(), application_id=row.pk, state="withdrawn", day=today, reason=WHY)


def test_every_state_has_its_followers() -> None:
    states = set(PermitApplication.State.values)
    assert set(policies.FOLLOWS) == states
    assert {state for following in policies.FOLLOWS.values() for state in following} == states - {"applied"}


def test_noted_on_the_card_followed_and_printed(client: Client) -> None:
    person = mover()
    Spell.objects.filter(person=person).update(start=timezone.localdate() - dt.timedelta(days=10))
    sign_in(client, QIAN)
    at = reverse("certificates:apply", args=[person.pk])
    assert at in client.get(reverse("people:person", args=[person.pk])).content.decode()
    assert "满半年" in client.get(at).content.decode()
    answer = client.post(at, {"ground": "home", "day": timezone.localdate().isoformat(), "reason": WHY})
    row = PermitApplication.objects.get()
    assert answer.headers["Location"] == reverse("certificates:permit", args=[row.pk])
    page = client.get(answer.headers["Location"]).content.decode()
    assert "未满" in page
    assert at not in client.get(reverse("people:person", args=[person.pk])).content.decode()  # one is on its way
    values = {"state": "papers", "day": timezone.localdate().isoformat(), "reason": "请补租赁合同"}
    client.post(reverse("certificates:step", args=[row.pk]), values)
    text = pdf.text(client.get(reverse("certificates:slip", args=[row.pk])).content)
    for said in (person.name, "待补材料", "请补租赁合同", "凡住在这里的人都能享受"):
        assert said in text
    assert "不以它为条件" in client.get(reverse("certificates:guide")).content.decode()
    sign_in(client, LI)
    assert client.get(reverse("certificates:permit", args=[row.pk])).status_code == 403


def test_an_application_that_was_over_long_ago_is_erased() -> None:
    row = applied(mover())
    actions.step_permit(
        actor=qian_viewer(), application_id=row.pk, state="withdrawn", day=timezone.localdate(), reason=WHY
    )
    kept = applied(mover())
    later = timezone.localdate() + dt.timedelta(days=400)
    assert retention.erase_expired(actor=MACHINE, today=later) == 1
    assert list(PermitApplication.objects.all()) == [kept]
