"""The page of exports: a community officer takes the sheets of the own community, for the purpose that needs them."""

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.access.models import Look
from domicile.apps.exchange.official.exporting import EXPORTS
from tests import factories
from tests.cast import COMMUNITY, QIAN, TOWNSHIP, ZHAO, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])
URL = "exchange:exports"


def test_an_officer_takes_the_own_communitys_sheet_with_a_mark_and_on_record(client: Client) -> None:
    factories.area_tree()
    near = factories.family().dwelling
    far = factories.family(at=factories.dwelling(place_code=factories.FAR_GRID)).dwelling
    sign_in(client, QIAN)
    form = client.get(reverse(URL)).context["form"]
    assert [code for code, _name in form.fields["place"].choices if code] == [COMMUNITY]
    assert {key for key, _name in form.fields["layout"].choices if key} == set(EXPORTS)
    answer = client.post(reverse(URL), {"layout": "dwellings", "place": COMMUNITY, "form": "csv"})
    content = b"".join(answer.streaming_content).decode()
    assert "钱社区 · 登记维护 · " in content
    assert content.count(near.address) >= 1
    assert far.address not in content or far.address == near.address
    look = Look.objects.using("log").order_by("id").first()
    assert look is not None
    assert (look.question, look.user_name) == ("export_dwellings", "钱社区")


def test_nothing_wider_is_taken_by_its_code(client: Client) -> None:
    factories.area_tree()
    sign_in(client, QIAN)
    answer = client.post(reverse(URL), {"layout": "people", "place": TOWNSHIP, "form": "csv"})
    assert answer.status_code == 422
    assert not Look.objects.using("log").filter(question__startswith="export_").exists()


@pytest.mark.parametrize(("actor", "purpose"), [(QIAN, "door_visit"), (QIAN, "duplicate_review"), (ZHAO, "door_visit")])
def test_other_purposes_take_nothing(client: Client, actor, purpose) -> None:
    factories.area_tree()
    sign_in(client, actor, purpose)
    sent = {"layout": "people", "place": actor.scope[:12], "form": "csv"}
    assert client.get(reverse(URL)).status_code in {302, 403}
    assert client.post(reverse(URL), sent).status_code in {302, 403}
