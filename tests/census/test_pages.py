"""The pages of the ground apps within the census: each answers, and leads nowhere that is not there."""

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from tests.cast import COUNTY, GRID, WU, Actor, sign_in

OFFICE = Actor("fang", "方普查", "census_office", COUNTY, "supervision")
ENUMERATOR = Actor("he", "何普查", "enumerator", GRID, "enumeration")

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def names(resolver: URLResolver, namespace: str = "") -> list[str]:
    """The names of all addresses of the product."""
    found: list[str] = []
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            found += names(one, f"{namespace}{one.namespace}:" if one.namespace else namespace)
        elif isinstance(one, URLPattern) and one.name and one.callback.__module__.startswith("domicile."):
            found.append(f"{namespace}{one.name}")
    return found


def addresses() -> list[str]:
    """Those that need nothing named in them."""
    found = []
    for name in names(get_resolver()):
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue
    return sorted(set(found))


@pytest.mark.parametrize("actor", [OFFICE, ENUMERATOR, WU], ids=lambda actor: actor.role)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_answers_or_refuses(client: Client, actor: Actor, language: str) -> None:
    sign_in(client, actor)
    answers = {address: client.get(address, headers={"accept-language": language}) for address in addresses()}
    assert len(answers) > 30
    assert [address for address, answer in answers.items() if answer.status_code >= 500] == []
    assert answers["/"].status_code == 200


def test_whoever_is_not_signed_in_is_sent_to_sign_in(client: Client) -> None:
    shown = [address for address in addresses() if client.get(address).status_code == 200]
    assert set(shown) <= {"/healthz", "/metrics", "/accounts/sign-in/", "/badge/", "/s/", "/s/worker.js"}


def test_every_page_says_that_this_is_the_census(client: Client) -> None:
    assert "<small>人口普查</small>" in client.get("/accounts/sign-in/").text
    sign_in(client, OFFICE)
    shown = client.get("/").text
    assert "<small>人口普查</small>" in shown
    assert "人口普查 · domicile</title>" in shown
