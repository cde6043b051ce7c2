"""A draw is called off before its first result; afterwards it stands."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.fieldwork.backcheck.actions.calling_off import CALL_OFF, call_off
from domicile.apps.fieldwork.backcheck.actions.drawing import assign_again
from domicile.apps.fieldwork.backcheck.models import BackCheck, Draw
from domicile.apps.fieldwork.backcheck.tests import making
from domicile.apps.tasks.models import Task, Try
from tests.cast import LI, QIAN, ZHAO, qian_viewer, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
WHY = "drawn over the wrong days"


@pytest.fixture
def draw() -> Draw:
    """Two records that Feng has to check."""
    making.staff()
    for name in ("张伟", "王芳"):
        making.schooled(making.at_home(name=name)[0])
    return making.drawn()


def off(draw: Draw, actor=None, reason: str = WHY) -> Draw:  # type: ignore[no-untyped-def]
    return call_off(actor=actor or qian_viewer(), draw_id=draw.pk, reason=reason, today=making.TODAY)


def test_its_tasks_end_it_stays_with_its_reason_and_its_records_can_be_drawn_again(draw: Draw) -> None:
    sources = set(BackCheck.objects.values_list("source_id", flat=True))
    Try.objects.create(task=Task.objects.first(), on=making.TODAY, outcome="not_at_home")  # no result yet
    called = off(draw)
    assert (called.called_off_on, called.called_off_by, called.called_off_why) == (making.TODAY, QIAN.id, WHY)
    assert set(Task.objects.values_list("state", flat=True)) == {"cancelled"}
    assert set(BackCheck.objects.values_list("state", flat=True)) == {"called_off"}
    assert Change.objects.get(action=CALL_OFF).reason == WHY
    again = making.drawn(seed=2)
    assert again.pk != draw.pk
    drawn = BackCheck.objects.filter(stratum__draw=again)
    assert set(drawn.values_list("source_id", flat=True)) == sources
    with pytest.raises(IntegrityError), transaction.atomic():
        BackCheck.objects.update(state="gap")  # the same record twice
    for act in (off, lambda row: assign_again(actor=qian_viewer(), draw_id=row.pk, today=making.TODAY)):
        with pytest.raises(Refused, match="作废"):
            act(called)


@pytest.mark.parametrize("state", ["refused", "wrong_address"])
def test_with_a_result_it_stands_and_one_is_told_what_to_do(draw: Draw, state: str, client: Client) -> None:
    BackCheck.objects.filter(pk=BackCheck.objects.first().pk).update(state=state)
    with pytest.raises(Refused, match="1 条记录"):
        off(draw)
    sign_in(client, QIAN)
    assert reverse("backcheck:call_off", args=[draw.pk]) not in page(client, draw)
    said = client.post(reverse("backcheck:call_off", args=[draw.pk]), {"reason": WHY})
    assert said.status_code == 422
    assert "1 条记录" in said.content.decode()


def test_only_with_a_reason_and_only_by_who_may_draw_there(draw: Draw) -> None:
    with pytest.raises(Refused, match="原因") as refused:
        off(draw, reason=" ")
    assert refused.value.field == "reason"
    for actor in (ZHAO, LI):
        with pytest.raises((NotAllowed, OutOfReach)):
            off(draw, viewer(actor))
    assert not Change.objects.filter(action=CALL_OFF).exists()


def test_the_pages_offer_it_and_tell_it(client: Client, draw: Draw) -> None:
    sign_in(client, QIAN)
    there = reverse("backcheck:call_off", args=[draw.pk])
    assert there in page(client, draw)
    assert client.get(there).status_code == 200
    assert client.post(there, {"reason": WHY}).status_code == 302
    shown = page(client, draw)
    assert WHY in shown
    assert there not in shown
    assert "已作废" in client.get(reverse("backcheck:start")).content.decode()


def page(client: Client, draw: Draw) -> str:
    return client.get(reverse("backcheck:draw", args=[draw.pk])).content.decode()
