"""Writing: at once or for review, once for each key, rehearsed where asked."""

import datetime as dt
import uuid
from collections import Counter

import pytest
from django.db import transaction

from domicile.apps.api import writing
from domicile.apps.api.models import KeptAnswer
from domicile.apps.audit.models import Change
from domicile.apps.collect import registry
from domicile.apps.collect.models import Proposal
from domicile.apps.people.models import Member, Person
from tests.cast import LI, QIAN

pytestmark = pytest.mark.django_db(databases=["default", "log"], transaction=True)
NAME, ADD, END = "/changes/people.correct_name", "/changes/people.add_member", "/changes/people.end_stay"


def renamed(home, name="周建军", **more):
    return {"arguments": {"person_id": str(home.head.pk), "name": name, **more}, "reason": "户口簿"}


def newborn(home):
    return {
        "arguments": {"household_id": str(home.household.pk), "relation": "20", "since": "2026-11-01"},
        "reason": "出生医学证明",
    }


def test_a_name_that_the_county_decides_waits_for_review(call, token, home):
    answer = call(token(QIAN), "POST", NAME, renamed(home))
    assert answer.status_code == 202
    said = answer.json()
    assert said["state"] == "waiting"
    proposal = Proposal.objects.get(pk=said["proposal_id"])
    assert (proposal.proposed_by, proposal.state) == (QIAN.id, "waiting")
    assert Person.objects.get(pk=home.head.pk).name == "周建国"
    shown = call(token(QIAN), "GET", f"/proposals/{proposal.pk}").json()
    assert (shown["state"], shown["action"]) == ("waiting", "people.correct_name")
    assert call(token(LI), "GET", f"/proposals/{proposal.pk}").status_code == 404


def test_a_newborn_is_added_at_once(call, token, home):
    answer = call(token(QIAN), "POST", ADD, newborn(home))
    assert answer.status_code == 200, answer.content
    said = answer.json()
    assert said["state"] == "applied"
    assert Member.objects.filter(household=home.household, person_id=uuid.UUID(said["result"])).exists()
    change = Change.objects.get(action="people.add_member")
    assert (change.actor_id, change.purpose, change.reason) == (QIAN.id, QIAN.purpose, "出生医学证明")


def test_a_stay_ends_with_a_new_head(call, token, home):
    spell = home.head.spells.get()
    body = {"arguments": {"spell_id": str(spell.pk), "end": "2026-10-01"}, "reason": "搬走"}
    refused = call(token(QIAN), "POST", END, body)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "arguments.new_head_id"
    body["arguments"] |= {"new_head_id": str(home.others[0].pk), "relations": {str(home.others[1].pk): "20"}}
    assert call(token(QIAN), "POST", END, body).json()["state"] == "applied"
    spell.refresh_from_db()
    assert spell.end == dt.date(2026, 10, 1)
    assert Member.objects.get(household=home.household, person=home.others[0]).relation == "02"


def test_a_key_makes_a_change_once(call, token, home):
    qian = token(QIAN)
    key = {"Idempotency_Key": "visit-2026-11-01-0001"}
    first = call(qian, "POST", ADD, newborn(home), **key)
    again = call(qian, "POST", ADD, newborn(home), **key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Member.objects.filter(household=home.household).count() == 4
    other = call(qian, "POST", ADD, {**newborn(home), "reason": "另一个"}, **key)
    assert (other.status_code, other.json()["code"]) == (422, "other_body")
    assert call(token(QIAN), "POST", ADD, newborn(home), **key).json() != first.json()  # keys belong to a token


@pytest.mark.parametrize("key", ["short", "with blank in it", "x" * 65])
def test_a_key_has_a_form(call, token, home, key):
    answer = call(token(QIAN), "POST", ADD, newborn(home), Idempotency_Key=key)
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_a_crash_leaves_neither_change_nor_key(call, token, home, monkeypatch):
    qian, key = token(QIAN), {"Idempotency_Key": "visit-2026-11-01-0002"}

    class Killed(BaseException):
        pass

    def die(*args, **kwargs):
        assert transaction.get_connection().in_atomic_block
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(KeptAnswer, "save", _after_creation(die))
        with pytest.raises(Killed):
            call(qian, "POST", ADD, newborn(home), **key)
    assert not KeptAnswer.objects.exists()
    assert Member.objects.filter(household=home.household).count() == 3
    assert call(qian, "POST", ADD, newborn(home), **key).json()["state"] == "applied"
    assert KeptAnswer.objects.count() == 1


def _after_creation(die):
    real = KeptAnswer.save

    def save(self, *args, **kwargs):
        return die() if kwargs.get("update_fields") else real(self, *args, **kwargs)

    return save


def test_a_refused_change_does_not_use_up_its_key(call, token, home):
    qian, key = token(QIAN), {"Idempotency_Key": "visit-2026-11-01-0003"}
    wrong = newborn(home)
    wrong["arguments"]["relation"] = "00"
    wrong["arguments"]["reason_code"] = "zz"
    assert call(qian, "POST", ADD, wrong, **key).status_code == 422
    assert call(qian, "POST", ADD, newborn(home), **key).status_code == 200


def test_a_rehearsal_keeps_nothing(call, token, home):
    qian, changes = token(QIAN), Change.objects.count()
    assert call(qian, "POST", f"{ADD}?dry_run=true", newborn(home)).json()["state"] == "would_apply"
    assert call(qian, "POST", f"{NAME}?dry_run=true", renamed(home)).json()["state"] == "would_wait"
    assert call(qian, "POST", f"{NAME}?dry_run=true", renamed(home, name="周建国")).status_code == 422
    assert not Proposal.objects.exists()
    assert Change.objects.count() == changes
    assert Member.objects.filter(household=home.household).count() == 3


def test_who_may_not_change_changes_nothing(call, token, home):
    assert call(token(LI), "POST", NAME, renamed(home)).status_code == 404
    assert call(token(LI), "POST", ADD, newborn(home)).status_code == 404
    reader = token(QIAN, ("view_person",))
    assert call(reader, "POST", NAME, renamed(home)).status_code == 403
    proposer = token(QIAN, ("propose_change",))
    assert call(proposer, "POST", ADD, newborn(home)).json()["state"] == "waiting"
    assert Person.objects.get(pk=home.head.pk).name == "周建国"


def test_numbers_in_a_reason_are_not_kept(call, token, home):
    body = {**newborn(home), "reason": "电话 15412345678 告知", "evidence": "证号770101195503011234"}
    assert call(token(QIAN), "POST", ADD, body).status_code == 200
    change = Change.objects.get(action="people.add_member")
    assert "15412345678" not in change.reason
    assert "770101195503011234" not in change.evidence


def test_every_change_with_a_known_subject_is_offered(call):
    offered = {
        path.rpartition("/")[2] for path in call("", "GET", "/openapi.json").json()["paths"] if "/changes/" in path
    }
    assert {"people.correct_name", "people.add_member", "people.end_stay"} <= offered
    assert offered <= {handler.name for handler in registry.handlers()}
    assert writing.is_plain(registry.handler("people.add_member").arguments)


def test_the_address_decides_what_is_corrected(call, token, home):
    """Whoever may correct a phone at the door does not correct a sex, which the county decides, by that address."""
    arguments = {"person_id": str(home.head.pk), "item": "sex", "values": {"sex": "2"}}
    refused = call(token(QIAN), "POST", "/changes/people.correct_phones", {"arguments": arguments, "reason": "x"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "arguments.item"
    del arguments["item"]
    body = {"arguments": arguments, "reason": "户口簿", "evidence": "户口簿"}
    assert call(token(QIAN), "POST", "/changes/people.correct_sex", body).json()["state"] == "waiting"
    assert Person.objects.get(pk=home.head.pk).sex == "1"


def test_no_two_kinds_of_change_share_their_arguments_unless_the_address_decides():
    known = registry.handlers()
    times = Counter(handler.arguments for handler in known)
    shared = [handler.name for handler in known if times[handler.arguments] > 1 and not writing.fixed_by(handler)]
    assert not [name for name in shared if writing.is_offered(registry.handler(name), times)]


def test_a_body_that_is_no_json_is_told(call, token, client):
    headers = {"Authorization": f"Bearer {token(QIAN)}"}
    sent = client.post(f"/api/v1{ADD}", "{", content_type="application/json", headers=headers)
    assert (sent.status_code, sent.json()["code"]) == (400, "unreadable")
    form = client.post(f"/api/v1{ADD}", {"a": "b"}, headers=headers)
    assert (form.status_code, form.json()["code"]) == (415, "media_type")
