"""The card of a move on paper: both ends, who moves, what differs, the steps; logged; nothing of it to a stranger."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.access.models import Look
from domicile.apps.moves.tests.making import DAY, LATER, arrived, declared, flat, han_viewer, home, members
from tests import pdf
from tests.cast import LI, QIAN, qian_viewer, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def test_the_card_has_both_ends_and_what_they_disagree_on(client: Client) -> None:
    household, there = home(2), flat()
    people = members(household)
    move = arrived(han_viewer(), declared(qian_viewer(), *people), there, day=DAY - dt.timedelta(days=9))
    sign_in(client, QIAN)
    url = reverse("moves:print", args=[move.pk])
    assert url in client.get(reverse("moves:move", args=[move.pk])).content.decode()
    answer = client.post(url)
    assert answer.headers["Content-Type"] == "application/pdf"
    text = pdf.text(answer.content)
    for words in (
        people[0].name,
        people[1].name,
        str(DAY),
        "2026" if DAY.year == 2026 else str(DAY.year),
        "流动卡",
        str(move.pk),
    ):
        assert words.replace(" ", "") in text
    assert there.address.replace(" ", "") not in text  # the address at the other end is the other end's
    assert Look.objects.filter(question="print_move").exists()


def test_it_is_sent_for_and_by_nobody_else(client: Client) -> None:
    move = declared(qian_viewer(), members(home(1))[0], expected_return=LATER)
    url = reverse("moves:print", args=[move.pk])
    sign_in(client, QIAN)
    assert client.get(url).status_code == 405
    sign_in(client, LI)
    assert client.post(url).status_code == 403
