"""What every ledger is tried for: a test class names its page and makes its rows, and has all these tests.

    class TestHouseholds(LedgerChecks):
        url_name = "people:ledger_households"
        headings = ("住户台账", "Ledger of households")

        def make(self, count): ...   # rows that the owner sees; gives what each page must show of them

The owner and the colleague work where the rows lie, the stranger elsewhere; the outsider's role has no business here.
"""

from typing import Any

import pytest
from django.db import connections
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from domicile.apps.access.models import Look
from tests.cast import LI, QIAN, SUN, WU, Actor, sign_in

ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
MANY = 12


@pytest.mark.django_db(databases=["default", "log"])
class LedgerChecks:
    """The tests. Subclasses give `url_name`, `headings` and `make`."""

    url_name = ""
    headings = ("", "")
    question = ""  # in the log of looks; '' for a ledger that is about nobody
    named = 1  # persons named in a row
    owner: Actor = QIAN
    colleague: Actor = SUN
    stranger: Actor = LI
    outsider: Actor | None = WU
    needs_purpose = True
    download_by: Actor = SUN

    def make(self, count: int) -> list[str]:
        """Store `count` more rows in the owner's area; texts that the page then shows."""
        raise NotImplementedError

    @property
    def url(self) -> str:
        return reverse(self.url_name)

    def page(self, client: Client, **extra: Any) -> str:
        answer = client.get(self.url, **extra)
        assert answer.status_code == 200
        return answer.content.decode()

    @pytest.mark.parametrize("who", ["owner", "colleague"])
    def test_who_works_here_sees_the_rows(self, client: Client, who: str) -> None:
        texts = self.make(2)
        sign_in(client, getattr(self, who))
        page = self.page(client)
        assert [text for text in texts if text not in page] == []

    def test_a_stranger_sees_none(self, client: Client) -> None:
        texts = self.make(2)
        sign_in(client, self.stranger)
        page = self.page(client)
        assert [text for text in texts if text in page] == []

    def test_a_role_without_the_permission_is_refused(self, client: Client) -> None:
        if self.outsider is None:
            pytest.skip("every role may see this ledger")
        sign_in(client, self.outsider)
        assert client.get(self.url).status_code == 403

    def test_without_a_purpose_it_is_asked_for_first(self, client: Client) -> None:
        if not self.needs_purpose:
            pytest.skip("this ledger is about nobody")
        self.make(1)
        sign_in(client, self.owner, purpose="")
        answer = client.get(self.url)
        assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, reverse("access:purpose"))

    def test_nobody_sees_it_signed_out(self, client: Client) -> None:
        assert client.get(self.url).status_code == 302

    def test_the_number_of_queries_is_that_of_one_row(self, client: Client) -> None:
        self.make(1)
        sign_in(client, self.owner)
        self.page(client)
        one = self.queries(client)
        self.make(MANY - 1)
        assert self.queries(client) == one

    def queries(self, client: Client) -> int:
        with CaptureQueriesContext(connections["default"]) as told:
            self.page(client)
        return len(told)

    def test_it_is_read_in_both_languages(self, client: Client) -> None:
        self.make(1)
        sign_in(client, self.owner)
        assert self.headings[0] in self.page(client)
        assert self.headings[1] in self.page(client, **ENGLISH)

    def test_the_empty_ledger_says_so(self, client: Client) -> None:
        sign_in(client, self.owner)
        assert "empty-title" in self.page(client)

    def test_a_look_at_people_is_on_record(self, client: Client) -> None:
        self.make(2)
        sign_in(client, self.owner)
        self.page(client)
        looks = [look for look in Look.objects.using("log").order_by("id") if look.question.startswith("ledger_")]
        assert [look.question for look in looks] == ([self.question] if self.question else [])
        assert all(len(look.persons) == 2 * 16 * self.named for look in looks)

    @pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
    def test_it_is_downloaded_by_whoever_may_and_that_is_on_record(self, client: Client, kind: str) -> None:
        self.make(2)
        sign_in(client, self.download_by)
        answer = self.ask(client, format=kind)
        assert answer.status_code == 200
        content = b"".join(answer)
        assert content.startswith({"csv": b"\xef\xbb\xbf", "xlsx": b"PK", "pdf": b"%PDF"}[kind])
        looks = list(Look.objects.using("log").filter(question__startswith="download_"))
        assert len(looks) == (1 if self.question else 0)

    def test_every_sort_and_a_far_page_are_answered(self, client: Client) -> None:
        self.make(2)
        sign_in(client, self.owner)
        orders = [column["press"] for column in client.get(self.url).context["columns"] if column["press"]]
        for order in [*orders, *(f"-{order}" for order in orders), "pk; DROP TABLE", "-", ""]:
            assert self.ask(client, sort=order).status_code == 200
        for page in ("2", "999999", "0", "-1", "x", "9" * 30):
            assert self.ask(client, page=page).status_code == 200

    def ask(self, client: Client, **asked: str) -> HttpResponse:
        """Ask as the page's own form does: by POST where people are shown."""
        return client.post(self.url, asked) if self.needs_purpose else client.get(self.url, asked)  # type: ignore[return-value]
