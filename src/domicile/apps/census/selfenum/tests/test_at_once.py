"""A phone that sends twice at once, and two phones with one code: one answer, whatever comes first."""

import json
import threading
import uuid
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.census.answers.models import Answer
from domicile.apps.census.selfenum import actions, codes
from domicile.apps.census.selfenum.models import HouseholdCode
from domicile.apps.census.tests.filled import short, somebody
from domicile.apps.census.tests.making import ENUMERATOR, make_household
from domicile.apps.common.refusals import Refused
from domicile.core.enumeration import forms
from tests.cast import viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"], transaction=True)
TIMES = 6


def sent_at_once(letters: list[dict[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    """Send all of them from as many threads, which begin together; status and answer of each."""
    found: list[tuple[int, dict[str, Any]]] = []
    ready, lock = threading.Barrier(len(letters)), threading.Lock()

    def send(letter: dict[str, Any]) -> None:
        try:
            ready.wait()
            told = Client().post(reverse("census:selfenum_answer"), json.dumps(letter), content_type="application/json")
            with lock:
                found.append((told.status_code, told.json()))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=[one]) for one in letters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def letter(code: str, instance: str, **person: Any) -> dict[str, Any]:
    return {
        "code": code, "form": "short", "version": forms()["short"].version, "instance": instance,
        "content": short(somebody(**person)),
    }  # fmt: skip


def test_the_same_form_at_once_is_one_answer_and_one_receipt() -> None:
    cache.clear()
    code = actions.give(actor=viewer(ENUMERATOR), household_id=make_household().pk).text
    instance = str(uuid.uuid4())
    told = sent_at_once([letter(code, instance) for _time in range(TIMES)])
    assert {status for status, _answer in told} == {200}
    assert len({answer["receipt"] for _status, answer in told}) == 1
    assert Answer.objects.count() == 1


def test_of_two_forms_at_once_with_one_code_one_is_taken() -> None:
    cache.clear()
    code = actions.give(actor=viewer(ENUMERATOR), household_id=make_household().pk).text
    told = sent_at_once([letter(code, str(uuid.uuid4()), birth_year=1960 + n) for n in range(TIMES)])
    assert sorted(status for status, _answer in told) == [200] + [409] * (TIMES - 1)
    assert {answer["receipt"] for _status, answer in told} == {HouseholdCode.objects.get().receipt}
    assert Answer.objects.count() == 1


def test_a_form_whose_code_is_stopped_while_it_is_taken_is_not_kept() -> None:
    home = make_household()
    text = actions.give(actor=viewer(ENUMERATOR), household_id=home.pk).text
    entered = codes.enter(text, "")
    actions.give(actor=viewer(ENUMERATOR), household_id=home.pk)
    sent = letter(text, str(uuid.uuid4()))
    with pytest.raises(Refused):
        actions.send(
            code=entered, form="short", version=sent["version"], content=sent["content"], instance=sent["instance"],
            at=timezone.now(),
        )  # fmt: skip
    assert not Answer.objects.exists()
    assert not HouseholdCode.objects.exclude(used_at=None).exists()
