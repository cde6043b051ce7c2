"""Figures reckoned at once, by the button of their page."""

import pytest
from django.test import Client
from django.urls import reverse

from domicile.apps.audit.models import Change
from domicile.apps.indicators import jobs
from domicile.apps.indicators.measuring import MEASURE
from domicile.apps.tasks.models import Progress
from tests import factories
from tests.cast import CHEN, QIAN, ZHAO, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture(autouse=True)
def somebody() -> None:
    factories.area_tree()
    factories.spell(of=factories.person(number=None), at=factories.dwelling(within=factories.building()))


def test_who_has_mended_something_sees_the_new_figures_without_waiting_for_the_night(client: Client) -> None:
    sign_in(client, QIAN)
    page = client.get(reverse("indicators:overview"), **ENGLISH).content.decode()
    assert "No figures yet" in page
    assert "Reckon now" in page
    page = client.post(reverse("indicators:reckon_now"), follow=True, **ENGLISH).content.decode()
    assert "are being reckoned" in page
    assert ">Reckon now<" not in page
    assert "just now" in client.post(reverse("indicators:reckon_now"), follow=True, **ENGLISH).content.decode()
    jobs.in_background.func()
    assert Change.objects.filter(action=MEASURE).count() == 1
    page = client.get(reverse("indicators:overview"), **ENGLISH).content.decode()
    assert "No figures yet" not in page
    assert "Last reckoned" in page
    assert "are being reckoned" not in page


def test_a_reckoning_that_was_killed_does_not_keep_others_from_asking(client: Client) -> None:
    sign_in(client, QIAN)
    client.post(reverse("indicators:reckon_now"))
    told = Progress.objects.get(pk=jobs.JOB).updated_at
    Progress.objects.filter(pk=jobs.JOB).update(updated_at=told - jobs.SILENT)
    assert ">Reckon now<" in client.get(reverse("indicators:overview"), **ENGLISH).content.decode()


@pytest.mark.parametrize("who", [CHEN, ZHAO])
def test_who_changes_nothing_in_the_register_does_not_ask(client: Client, who: object) -> None:
    sign_in(client, who)  # type: ignore[arg-type]
    assert client.post(reverse("indicators:reckon_now")).status_code == 403
    assert not Progress.objects.filter(pk=jobs.JOB).exists()
