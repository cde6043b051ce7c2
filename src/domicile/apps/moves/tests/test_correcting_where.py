"""Where to, as the place left had it, is corrected once they have arrived elsewhere (MO-4)."""

import datetime as dt
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.common.refusals import Refused
from domicile.apps.moves import actions
from domicile.apps.moves.models import Move
from domicile.apps.moves.reports.differing import differing
from domicile.apps.moves.tests.making import DAY, HAN, arrived, declared, flat, han_viewer, home, members, take
from tests import factories
from tests.cast import QIAN, qian_viewer, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def gone_elsewhere() -> Move:
    """Somebody who was said to go elsewhere in the country, and arrived in the second community."""
    person, number = members(home(1))[0], factories.number_of(birth_date=dt.date(1980, 5, 6))
    factories.document(of=person, number=number)
    move = declared(qian_viewer(), person, to_where="elsewhere", to_code="", to_text="上海市")
    return arrived(han_viewer(), move, flat(), day=DAY, document_number=number)


def test_the_place_left_corrects_where_to_and_both_say_the_same() -> None:
    move = gone_elsewhere()
    assert move.state == "arrived"
    assert [row.on_destination for row in differing(timezone.localdate())] == [True]
    right = actions.CorrectEnd(move.pk, "origin", to_where="area", to_code=factories.OTHER_COMMUNITY)
    with pytest.raises(Refused):  # the destination knows where its dwelling is
        take(han_viewer(), actions.correct_end, replace(right, side="destination"))
    with pytest.raises(Refused):
        take(han_viewer(), actions.correct_end, right)
    move = take(qian_viewer(), actions.correct_end, right)
    assert (move.state, move.changes.order_by("-number")[0].step) == ("confirmed", "confirm")
    assert not differing(timezone.localdate()).exists()


def test_where_to_is_corrected_after_both_have_confirmed_too() -> None:
    move = take(qian_viewer(), actions.confirm, actions.Confirm(gone_elsewhere().pk))
    wrong = actions.CorrectEnd(move.pk, "origin", to_where="elsewhere", to_text="苏州市")
    assert take(qian_viewer(), actions.correct_end, wrong).state == "arrived"
    right = actions.CorrectEnd(move.pk, "origin", to_where="area", to_code=factories.OTHER_COMMUNITY)
    assert take(qian_viewer(), actions.correct_end, right).state == "confirmed"


def test_before_the_arrival_another_destination_is_a_step_of_its_own() -> None:
    move = declared(qian_viewer(), members(home(1))[0])
    with pytest.raises(Refused, match="变更去向"):
        take(qian_viewer(), actions.correct_end, actions.CorrectEnd(move.pk, "origin", to_where="abroad"))


def test_the_page_corrects_where_to_and_suggests_where_they_arrived(client: Client) -> None:
    move = gone_elsewhere()
    address, page = reverse("moves:correct_where", args=[move.pk]), reverse("moves:move", args=[move.pk])
    sign_in(client, HAN)
    assert address not in client.get(page).content.decode()
    assert client.get(address).status_code == 403
    sign_in(client, QIAN)
    assert address in client.get(page).content.decode()
    form = client.get(address).context["form"]
    assert (form.initial["to_where"], form.initial["area"]) == ("area", factories.OTHER_COMMUNITY)
    assert client.post(address, {"reason": "电话核实", "to_where": "area"}).context["form"].errors.keys() == {"area"}
    said = {"reason": "电话核实", "to_where": "area", "area": factories.OTHER_COMMUNITY}
    assert client.post(address, said).status_code == 302
    shown = client.get(page, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "confirmed by both" in shown
    assert address in shown
