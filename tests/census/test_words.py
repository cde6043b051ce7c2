"""What this site says is said in Chinese, and in the words of the census: an enumeration area is no grid here."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from domicile.apps.census.staff.tests.working import OFFICE, ground
from scripts import messages
from tests.cast import COMMUNITY, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def of_this_site(parts: tuple[str, ...]) -> bool:
    return parts[0] == "site" or (parts[0] == "apps" and parts[1] in settings.DOMICILE_APPS)


def test_every_message_of_this_site_is_translated_by_what_is_installed_here() -> None:
    known = set()
    for path in messages.SOURCE.rglob(f"locale/{messages.LANGUAGE}/LC_MESSAGES/django.po"):
        if of_this_site(path.relative_to(messages.SOURCE).parts):
            rows = [one for one in messages.catalogue(path) if one.id and messages.finished(one)]
            known |= {(one.context or "", part) for one in rows for part in messages.parts(one.id)}
    lacking = [
        f"{file.name}:{line} {key[1]}" for file, line, key in messages.used()
        if file.relative_to(messages.SOURCE).parts[0] == "apps" and of_this_site(file.relative_to(messages.SOURCE).parts)
        and key not in known
    ]  # fmt: skip
    assert lacking == []


@pytest.mark.parametrize(("language", "said", "unsaid"), [
    ("zh-hans", "普查队伍", "网格"), ("en", "Census staff", "grid"),
])  # fmt: skip
def test_pages_of_posts_say_what_the_census_says(client: Client, language: str, said: str, unsaid: str) -> None:
    ground()
    sign_in(client, OFFICE)
    page = client.get(reverse("staffing:chain", args=[COMMUNITY]), headers={"accept-language": language}).text
    main = page[page.index("<main") :]
    assert said in main
    assert unsaid not in main.lower()
