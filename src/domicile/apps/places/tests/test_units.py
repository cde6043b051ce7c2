"""Units: added, corrected, closed and undone; checked; kept to the areas of who looks."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from domicile.apps.access.models import Look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.audit.models import Change
from domicile.apps.collect.actions import Subject, accept, submit
from domicile.apps.collect.undoing import undo
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.places.models import Unit
from domicile.apps.places.units import actions, selectors
from domicile.apps.vault.sealing import open_value
from tests import factories
from tests.cast import LI, QIAN, ZHAO, li_viewer, make_user, qian_viewer, sign_in, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
CODE = "91110000600037341L"
PHONE = "13800001234"
YESTERDAY = dt.date(2026, 1, 5)


def add(viewer=None, **fields):
    home = fields.pop("at", None) or factories.dwelling()
    values = {"name": "兴隆超市", "kind": "shop", "dwelling_id": home.pk, **fields}
    return actions.add_unit(
        actor=viewer or qian_viewer(), reason="上门看到", arguments=actions.AddUnit(unit_id=new_id(), **values)
    )


def test_a_unit_is_added_with_its_dwelling_and_a_sealed_phone() -> None:
    home = factories.dwelling()
    key = add(at=home, credit_code="9111 0000 6000 37341l", phone="138 0000 1234", employees=4, lodged=2)
    unit = Unit.objects.get(pk=key)
    assert (unit.address, unit.place_code, unit.credit_code) == (home.address, home.place_code, CODE)
    assert open_value(unit, "phone") == PHONE
    assert PHONE.encode() not in bytes(unit.phone)
    assert PHONE not in Change.objects.get(subject_id=key).values


def test_a_unit_of_a_whole_building_has_its_address() -> None:
    house = factories.building(street="人民路", plate="12", name="3")
    assert Unit.objects.get(pk=add(dwelling_id=None, building_id=house.pk)).address == "人民路12号3幢"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"credit_code": "91110000600037342L"}, "credit_code"),
        ({"kind": "casino"}, "kind"),
        ({"kind": "small_place"}, "kind"),
        ({"name": " "}, "name"),
        ({"phone": "12"}, "phone"),
        ({"since": dt.date(2999, 1, 1)}, "since"),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field(fields, field) -> None:
    with pytest.raises(Refused) as refusal:
        add(**fields)
    assert refusal.value.field == field
    assert not Unit.objects.exists()


def test_one_open_unit_has_a_credit_code_and_a_closed_one_gives_it_free() -> None:
    first = add(credit_code=CODE)
    with pytest.raises(Refused, match="兴隆超市"):
        add(credit_code=CODE, name="顺达超市")
    close = actions.CloseUnit(first, dt.date(2026, 1, 1))
    actions.close_unit(actor=qian_viewer(), reason="搬走", arguments=close)
    add(credit_code=CODE, name="顺达超市")


def test_a_unit_elsewhere_with_the_code_is_not_named() -> None:
    factories.unit(place_code="770102001001001", credit_code=CODE, name="外县公司")
    with pytest.raises(Refused) as refusal:
        add(credit_code=CODE)
    assert "外县" not in str(refusal.value.message)


def test_the_database_itself_holds_the_rules() -> None:
    factories.unit(credit_code=CODE)
    for fields in ({"credit_code": CODE}, {"address": ""}, {"in_use_from": YESTERDAY, "in_use_to": YESTERDAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            factories.unit(**fields)


def test_a_form_sent_twice_makes_one_unit() -> None:
    home = factories.dwelling()
    add(at=home)
    with pytest.raises(Refused):
        add(at=home)
    assert Unit.objects.count() == 1


def test_a_unit_is_corrected_and_the_phone_kept_or_taken_off() -> None:
    unit = factories.unit(phone=PHONE, name="兴隆超市")
    for no_phone, held in ((False, PHONE), (True, "")):
        arguments = actions.CorrectUnit(unit.pk, f"兴隆{no_phone}", "restaurant", no_phone=no_phone, lodged=3)
        actions.correct_unit(actor=qian_viewer(), reason="核对", arguments=arguments)
        unit.refresh_from_db()
        assert (unit.kind, unit.lodged, open_value(unit, "phone")) == ("restaurant", 3, held)
    with pytest.raises(Refused):
        actions.correct_unit(actor=qian_viewer(), reason="核对", arguments=arguments)


def test_closing_is_refused_twice_too_early_and_in_the_future() -> None:
    unit = factories.unit(in_use_from=dt.date(2026, 1, 1))
    for day in (dt.date(2026, 1, 1), dt.date(2999, 1, 1)):
        with pytest.raises(Refused):
            actions.close_unit(actor=qian_viewer(), reason="x", arguments=actions.CloseUnit(unit.pk, day))
    close = actions.CloseUnit(unit.pk, dt.date(2026, 2, 1))
    actions.close_unit(actor=qian_viewer(), reason="x", arguments=close)
    with pytest.raises(Refused):
        actions.close_unit(actor=qian_viewer(), reason="x", arguments=close)


def test_each_change_is_undone() -> None:
    key = add(credit_code=CODE)
    close = actions.CloseUnit(key, dt.date(2026, 1, 1))
    actions.close_unit(actor=qian_viewer(), reason="搬走", arguments=close)
    for change in Change.objects.filter(subject_id=key).order_by("-pk"):
        undo(actor=qian_viewer(), change_id=change.pk, kinds=actions.ACTIONS)
    assert not Unit.objects.exists()


def test_nobody_undoes_what_lies_elsewhere() -> None:
    key = add()
    with pytest.raises(NotAllowed):
        undo(actor=li_viewer(), change_id=Change.objects.get(subject_id=key).pk, kinds=actions.ACTIONS)


def test_a_grid_worker_proposes_and_the_community_accepts() -> None:
    make_user(ZHAO), make_user(QIAN)
    home = factories.dwelling()
    arguments = actions.AddUnit(new_id(), "兴隆超市", "shop", dwelling_id=home.pk, phone=PHONE)
    outcome = submit(
        actor=zhao_viewer(), action=actions.ADD, subject=Subject("unit", arguments.unit_id, home.place_code),
        arguments=arguments, reason="上门看到",
    )  # fmt: skip
    assert outcome.waiting
    assert not Unit.objects.exists()
    accept(actor=qian_viewer(), proposal_id=outcome.proposal.pk)
    assert Unit.objects.get().pk == arguments.unit_id


def test_a_stranger_reaches_no_unit() -> None:
    unit = factories.unit()
    assert not selectors.units(li_viewer()).exists()
    for attempt in (
        lambda: selectors.unit_card(li_viewer(), unit.pk),
        lambda: actions.unit_in_scope(li_viewer(), unit.pk),
        lambda: add(li_viewer()),
    ):
        with pytest.raises(OutOfReach):
            attempt()


def test_a_typed_address_finds_the_room_else_the_building() -> None:
    house = factories.building()
    room = factories.dwelling(within=house, unit="2单元", room="101室")
    viewer = qian_viewer()
    assert selectors.place_of(viewer, "人民路12号3栋2单元101室") == (room, None)
    assert selectors.place_of(viewer, "人民路12号3栋") == (None, house)
    assert selectors.place_of(viewer, "人民路99号") == (None, None)
    assert selectors.place_of(li_viewer(), "人民路12号3栋") == (None, None)


def test_the_card_is_shown_logged_and_masked(client: Client) -> None:
    factories.area_tree()
    unit = factories.unit(phone=PHONE, name="兴隆超市", responsible="马守仁", lodged=2)
    sign_in(client, QIAN)
    page = client.get(reverse("units:unit", args=[unit.pk])).content.decode()
    assert "兴隆超市" in page
    assert "138****1234" in page
    assert PHONE not in page
    page = client.post(reverse("units:numbers", args=[unit.pk])).content.decode()
    assert PHONE in page
    assert [look.question for look in Look.objects.using("log").order_by("id")][-2:] == ["unit", "number"]


def test_the_pages_refuse_a_stranger(client: Client) -> None:
    unit = factories.unit()
    sign_in(client, LI)
    for name in ("unit", "correct", "close"):
        assert client.get(reverse(f"units:{name}", args=[unit.pk])).status_code == 403


def test_a_unit_is_added_and_undone_on_its_pages(client: Client) -> None:
    factories.area_tree()
    home = factories.dwelling()
    sign_in(client, QIAN)
    address = reverse("units:add_here", args=[home.pk])
    assert client.get(address).status_code == 200
    sent = {"name": "兴隆超市", "kind": "shop", "credit_code": CODE, "lodged": "2", "reason": "上门看到"}
    assert client.post(address, {**sent, "credit_code": CODE[:-1] + "0"}).status_code == 422
    answer = client.post(address, sent)
    unit = Unit.objects.get()
    assert answer.headers["Location"] == reverse("units:unit", args=[unit.pk])
    change = Change.objects.get(subject_id=unit.pk)
    client.post(reverse("units:undo", args=[change.pk]))
    assert not Unit.objects.exists()


def test_a_unit_at_an_address_on_no_file_needs_a_place(client: Client) -> None:
    factories.area_tree()
    factories.grid()
    sign_in(client, QIAN)
    sent = {"name": "兴隆加工厂", "kind": "workshop", "address": "后街没有门牌的棚子", "reason": "上门看到"}
    answer = client.post(reverse("units:add"), sent)
    assert answer.status_code == 422
    client.post(reverse("units:add"), {**sent, "place": factories.GRID})
    unit = Unit.objects.get()
    assert (unit.place_code, unit.dwelling, unit.building) == (factories.GRID, None, None)


def test_a_proposed_unit_leads_to_its_proposal(client: Client) -> None:
    factories.area_tree()
    home = factories.dwelling()
    sign_in(client, ZHAO)
    sent = {"name": "兴隆超市", "kind": "shop", "reason": "上门看到"}
    answer = client.post(reverse("units:add_here", args=[home.pk]), sent)
    assert answer.headers["Location"] == reverse("people:dwelling", args=[home.pk])
    from domicile.apps.collect.models import Proposal

    proposal = Proposal.objects.get()
    answer = client.get(reverse("units:unit", args=[proposal.subject_id]))
    assert answer.headers["Location"] == reverse("collect:proposal", args=[proposal.pk])
    assert client.get(answer.headers["Location"]).status_code == 200
