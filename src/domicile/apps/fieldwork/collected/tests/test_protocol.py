"""What the app asks for: the list, the forms, their files, by the token alone."""

import hashlib

import pytest
from django.test import Client
from django.utils import timezone

from domicile.apps.access.models import Look, Seen
from domicile.apps.collect.openrosa import actions, policies
from domicile.apps.collect.openrosa.models import AppUser
from domicile.apps.common.refusals import Refused
from domicile.apps.fieldwork.collected.tests.phones import Phone, account, filled, parsed, phone_of
from tests import factories
from tests.cast import OTHER_GRID, ZHAO, qian_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
LIST = "{http://openrosa.org/xforms/xformsList}"
MANIFEST = "{http://openrosa.org/xforms/xformsManifest}"


@pytest.fixture
def phone() -> Phone:
    return phone_of()


def test_without_the_badge_nobody_collects() -> None:
    worker = account(ZHAO)
    with pytest.raises(Refused, match="上岗证"):
        actions.make_phone(actor=qian_viewer(), worker_id=worker.pk, scopes=())


def test_the_list_names_every_form_with_the_hash_of_its_bytes(phone: Phone) -> None:
    answer = phone.get("formList?deviceID=x")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/xml")
    assert answer["X-OpenRosa-Version"] == "1.0"
    listed = parsed(answer.content).findall(f"{LIST}xform")
    assert len(listed) == 7
    for form in listed:
        address = form.findtext(f"{LIST}downloadUrl", "")
        content = phone.client.get(address.replace("http://testserver", "")).content
        assert form.findtext(f"{LIST}hash") == f"md5:{hashlib.md5(content).hexdigest()}"


def test_one_form_can_be_asked_for(phone: Phone) -> None:
    listed = parsed(phone.get("formList?formID=leaving").content).findall(f"{LIST}xform")
    assert [form.findtext(f"{LIST}formID") for form in listed] == ["leaving"]


def test_the_manifest_tells_the_hash_of_each_list_and_the_list_stays_the_same(phone: Phone) -> None:
    home = factories.dwelling()
    files = parsed(phone.get("forms/dwelling_visit/manifest").content).findall(f"{MANIFEST}mediaFile")
    assert [file.findtext(f"{MANIFEST}filename") for file in files] == [
        "dwellings.csv",
        "households.csv",
        "persons.csv",
        "areas.csv",
    ]
    assert {file.get("type") for file in files} == {"entityList"}
    content = phone.get("forms/dwelling_visit/attachments/dwellings.csv").content
    assert files[0].findtext(f"{MANIFEST}hash") == f"md5:{hashlib.md5(content).hexdigest()}"
    assert phone.rows("dwellings")[0] == ["name", "label", "__version", "building"]
    assert phone.rows("dwellings")[1][:2] == [str(home.pk), home.address]
    before = int(phone.rows("dwellings")[1][2])
    factories.dwelling()
    assert int(phone.rows("dwellings")[1][2]) > before


def test_lists_hold_the_workers_own_and_no_number(phone: Phone) -> None:
    number = factories.number_of(birth_date=factories.dt.date(1980, 5, 6))
    own, other = (
        factories.dwelling(),
        factories.dwelling(within=factories.building(place_code=OTHER_GRID, plate="99号")),
    )
    person = factories.person(name="张伟", number=number, phone="13812345678")
    factories.household(at=own, members=[(person, "02")])
    factories.household(at=other, members=[(factories.person(name="李娜"), "02")])
    text = "".join(phone.get(f"forms/dwelling_visit/attachments/{name}.csv").content.decode() for name in (
        "dwellings", "households", "persons"))  # fmt: skip
    assert "张伟" in text
    assert "李娜" not in text
    assert str(other.pk) not in text
    assert number not in text
    assert "13812345678" not in text


def test_whom_a_list_names_stands_in_the_log_of_looks(phone: Phone) -> None:
    person = factories.person()
    factories.household(at=factories.dwelling(), members=[(person, "02")])
    phone.get("forms/dwelling_visit/attachments/persons.csv")
    look = Look.objects.filter(question="entity_list").latest("pk")
    assert look.user_name == ZHAO.real_name
    assert look.channel == "collect"
    assert Seen.objects.filter(look_id=look.pk, person_id=person.pk).exists()


def test_integrity_tells_which_rows_are_gone(phone: Phone) -> None:
    here, gone = factories.dwelling(), factories.dwelling(in_use_to=timezone.localdate())
    answer = phone.get(f"datasets/dwellings/integrity?id={here.pk},{gone.pk},nonsense")
    told = {one.get("id"): one.findtext("deleted") for one in parsed(answer.content).iter("entity")}
    assert told == {str(here.pk): "false", str(gone.pk): "true", "nonsense": "true"}


def test_an_unknown_token_is_answered_403_and_later_no_more() -> None:
    client = Client()
    address = f"/v1/key/{'a' * 64}/projects/1/formList"
    codes = [client.get(address).status_code for _i in range(policies.wrong_tokens() + 2)]
    assert codes[0] == 403
    assert codes[-1] == 429
    phone = phone_of()
    assert phone.get("formList").status_code == 200  # a right one is let in from wherever it comes


def test_a_draining_phone_may_send_and_not_fetch(phone: Phone) -> None:
    AppUser.objects.update(draining_at=timezone.now())
    assert phone.get("formList").status_code == 403
    assert phone.client.head(f"{phone.base}/submission").status_code == 204
    assert phone.send(filled("leaving", "")).status_code == 201


def test_the_phone_of_somebody_who_has_left_drains(phone: Phone) -> None:
    worker = account(ZHAO)
    worker.closed_on = timezone.localdate()
    worker.save()
    assert phone.get("formList").status_code == 403
    assert phone.send(filled("leaving", "")).status_code == 201


def test_a_phone_that_was_ended_does_nothing(phone: Phone) -> None:
    AppUser.objects.update(ended_at=timezone.now())
    assert phone.get("formList").status_code == 403
    assert phone.send(filled("leaving", "")).status_code == 403


def test_sending_is_announced_as_the_app_wants_it(phone: Phone) -> None:
    answer = phone.client.head(f"{phone.base}/submission")
    assert answer.status_code == 204
    assert int(answer["X-OpenRosa-Accept-Content-Length"]) > 20_000_000
    assert answer["Location"].startswith("http://testserver/v1/key/")


def test_a_wrong_method_is_told(phone: Phone) -> None:
    assert phone.client.post(f"{phone.base}/formList").status_code == 405


def test_no_log_line_holds_the_token(phone: Phone, caplog: pytest.LogCaptureFixture) -> None:
    import logging

    from domicile.apps.common.masking import MaskingFormatter

    AppUser.objects.update(ended_at=timezone.now())
    with caplog.at_level(logging.WARNING):
        phone.get("formList")
        phone.get("nothing-here")
    lines = [MaskingFormatter("%(message)s").format(record) for record in caplog.records]
    assert lines
    assert not [line for line in lines if phone.token in line]
