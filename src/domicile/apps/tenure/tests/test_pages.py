"""The pages of rentals and owners, and what tenure adds to the cards."""

import datetime as dt

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from domicile.apps.access.models import Look, Seen
from domicile.apps.audit.models import Change
from domicile.apps.tenure import sections
from domicile.apps.tenure.models import Holding, Rental
from tests import factories
from tests.cast import LI, QIAN, SUN, ZHAO, Actor, qian_viewer, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])
INSPECTOR = Actor("he", "何检查", "inspector", factories.COMMUNITY, "inspection")
SENT = {
    "landlord_name": "马守仁", "landlord_phone": "13800001234", "tenants": "牛大力 13900005678\n羊秀英",
    "contract_start": "2026-01-01", "last_day": "2026-12-31", "safety": "signed", "last_visit": "2026-01-02",
    "reason": "看到合同",
}  # fmt: skip


@pytest.fixture
def home(db):
    factories.area_tree()
    return factories.family(size=2, registered=False).dwelling


def added(client: Client, home, **fields) -> Rental:
    answer = client.post(reverse("tenure:add_rental", args=[home.pk]), {**SENT, **fields})
    assert answer.status_code == 302, answer.context["form"].errors
    return Rental.objects.latest("id")


def test_each_form_at_the_door_says_what_becomes_of_it_and_why(client: Client, home) -> None:
    unit = factories.unit(at=home)
    sign_in(client, QIAN)
    let = added(client, home)
    addresses = [
        *(reverse(f"places:{name}", args=[home.pk]) for name in ("particulars", "correct_dwelling", "add_alias")),
        *(reverse(f"tenure:{name}", args=[home.pk]) for name in ("add_rental", "change_holder")),
        *(reverse(f"tenure:{name}", args=[let.pk]) for name in ("record_visit", "extend_contract", "end_rental")),
        reverse("units:add_here", args=[home.pk]),
        reverse("units:close", args=[unit.pk]),
    ]
    for actor, purpose, said in ((ZHAO, "door_visit", "提交后待审核"), (QIAN, "register_maintenance", "立即生效")):
        sign_in(client, actor, purpose)
        for address in addresses:
            page = client.get(address)
            assert said in page.content.decode(), address
            known = page.context["form"]["reason"].value()
            assert bool(known) or actor is QIAN, address


def test_a_rental_is_added_shown_and_undone(client: Client, home) -> None:
    sign_in(client, QIAN)
    lives = home.households.get().members.first().person
    rental = added(client, home, tenant_ids=[lives.pk.hex])
    assert (rental.contract_end, rental.safety_signed_on) == (dt.date(2027, 1, 1), dt.date(2026, 1, 2))
    page = client.get(reverse("tenure:rental", args=[rental.pk])).content.decode()
    assert [
        text for text in ("马守仁", "牛大力", "羊秀英", lives.name, "138****1234", "2026-12-31") if text not in page
    ] == []
    assert "13800001234" not in page
    look = Look.objects.using("log").latest("id")
    assert (look.question, look.persons) == ("rental", lives.pk.bytes)
    assert "13800001234" in client.post(reverse("tenure:numbers", args=[rental.pk])).content.decode()
    change = Change.objects.get(subject_id=rental.pk)
    client.post(reverse("tenure:undo", args=[change.pk]))
    assert not Rental.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"landlord_name": ""}, "landlord_name"),
        ({"tenants": ""}, "tenants"),
        ({"tenants": "13900005678"}, "tenants"),
        ({"tenants": "牛大力 139"}, "tenants"),
        ({"last_day": "2025-01-01"}, "last_day"),
        ({"safety": ""}, "safety"),
        ({"last_visit": "2999-01-01"}, "last_visit"),
        ({"landlord_phone": "1"}, "landlord_phone"),
        ({"reason": ""}, "reason"),
    ],
)
def test_what_is_wrong_stands_at_its_field(client: Client, home, fields, field) -> None:
    sign_in(client, QIAN)
    answer = client.post(reverse("tenure:add_rental", args=[home.pk]), {**SENT, **fields})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_the_rental_goes_its_way_on_its_pages(client: Client, home) -> None:
    sign_in(client, QIAN)
    rental = added(client, home)
    steps = (
        ("extend_contract", {"last_day": "2027-12-31"}),
        ("record_visit", {"visited_on": "2026-03-01", "safety": ""}),
        ("end_rental", {"ended_on": "2026-06-01", "use": "vacant"}),
    )
    for name, sent in steps:
        address = reverse(f"tenure:{name}", args=[rental.pk])
        assert client.get(address).status_code == 200
        answer = client.post(address, {**sent, "reason": "x"})
        assert answer.status_code == 302, answer.context["form"].errors
    rental.refresh_from_db()
    home.refresh_from_db()
    assert (rental.contract_end, rental.last_visit, rental.ended_on, home.use) == (
        dt.date(2028, 1, 1), dt.date(2026, 3, 1), dt.date(2026, 6, 1), "vacant",
    )  # fmt: skip


def test_the_form_proposes_the_contract_as_long_again(client: Client, home) -> None:
    sign_in(client, QIAN)
    rental = added(client, home)
    form = client.get(reverse("tenure:extend_contract", args=[rental.pk])).context["form"]
    assert form.initial["last_day"] == dt.date(2027, 12, 31)


def test_a_correction_takes_a_tenant_away(client: Client, home) -> None:
    sign_in(client, QIAN)
    rental = added(client, home)
    address = reverse("tenure:correct_rental", args=[rental.pk])
    form = client.get(address).context["form"]
    keep = form.initial["keep"][:1]
    sent = {"keep": keep, "tenants": "", "contract_start": "2026-01-01", "last_day": "2026-12-31", "safety": "unsigned"}
    answer = client.post(address, {**sent, "reason": "x"})
    assert answer.status_code == 302
    rental.refresh_from_db()
    assert (rental.tenants.count(), rental.safety, rental.safety_signed_on) == (1, "unsigned", None)


def test_who_is_named_by_the_history_alone_is_noted_as_seen(client: Client, home) -> None:
    sign_in(client, QIAN)
    lives = home.households.get().members.first().person
    rental = added(client, home, tenant_ids=[lives.pk.hex])
    keep = [str(tenant.holder_id.hex) for tenant in rental.tenants.filter(holder__person=None)]
    sent = {"keep": keep, "tenants": "", "contract_start": "2026-01-01", "safety": "unsigned", "reason": "x"}
    assert client.post(reverse("tenure:correct_rental", args=[rental.pk]), sent).status_code == 302
    page = client.get(reverse("tenure:rental", args=[rental.pk])).content.decode()
    assert lives.name in page
    assert Look.objects.using("log").latest("id").persons == lives.pk.bytes
    sent = {"role": "owner", "person": lives.pk.hex, "reason": "x"}
    assert client.post(reverse("tenure:change_holder", args=[home.pk]), sent).status_code == 302
    made = Change.objects.filter(subject_id=home.pk).latest("pk")
    client.post(reverse("tenure:undo", args=[made.pk]))
    assert lives.name in client.get(reverse("tenure:owners", args=[home.pk])).content.decode()
    assert Look.objects.using("log").latest("id").persons == lives.pk.bytes


def test_owners_are_changed_and_ended_on_their_page(client: Client, home) -> None:
    sign_in(client, QIAN)
    address = reverse("tenure:change_holder", args=[home.pk])
    assert client.get(address).status_code == 200
    sent = {"role": "owner", "name": "马守仁", "start": "2025-01-01", "reason": "房产证"}
    assert client.post(address, {**sent, "name": ""}).status_code == 422
    assert client.post(address, sent).status_code == 302
    first = Holding.objects.get()
    wrong = {**sent, "role": "manager", "name": "牛大力", "replaces": [first.pk.hex]}
    assert client.post(address, wrong).status_code == 422
    client.post(address, {**sent, "name": "牛大力", "start": "2026-01-01", "replaces": [first.pk.hex]})
    page = client.get(reverse("tenure:owners", args=[home.pk])).content.decode()
    assert "马守仁" in page
    assert "牛大力" in page
    last = Holding.objects.get(end=None)
    client.post(reverse("tenure:end_holding", args=[last.pk]), {"end": "2026-02-01", "reason": "x"})
    assert not Holding.objects.filter(end=None).exists()
    change = Change.objects.filter(subject_id=home.pk).latest("pk")
    answer = client.post(reverse("tenure:undo", args=[change.pk]))
    assert answer.headers["Location"] == reverse("tenure:owners", args=[home.pk])
    assert Holding.objects.filter(end=None).exists()


def test_an_owner_is_offered_as_landlord(client: Client, home) -> None:
    sign_in(client, QIAN)
    sent = {"role": "owner", "name": "马守仁", "reason": "房产证"}
    client.post(reverse("tenure:change_holder", args=[home.pk]), sent)
    holder = Holding.objects.get().holder
    form = client.get(reverse("tenure:add_rental", args=[home.pk])).context["form"]
    assert form.fields["landlord"].choices[0] == (holder.pk.hex, "马守仁")
    rental = added(client, home, landlord=holder.pk.hex, landlord_name="")
    assert rental.landlord == holder


def test_a_grid_workers_change_waits_and_is_seen_on_the_card(client: Client, home) -> None:
    sign_in(client, ZHAO)
    answer = client.post(reverse("tenure:add_rental", args=[home.pk]), SENT)
    assert answer.headers["Location"] == reverse("people:dwelling", args=[home.pk])
    assert not Rental.objects.exists()
    page = client.get(answer.headers["Location"]).content.decode()
    assert reverse("collect:proposals") in page
    from domicile.apps.collect.models import Proposal

    assert client.get(reverse("collect:proposal", args=[Proposal.objects.get().pk])).status_code == 200


def test_a_stranger_is_refused_everywhere(client: Client, home) -> None:
    sign_in(client, QIAN)
    rental = added(client, home)
    client.logout()
    sign_in(client, LI)
    for name in ("rental", "correct_rental", "extend_contract", "end_rental", "record_visit"):
        assert client.get(reverse(f"tenure:{name}", args=[rental.pk])).status_code == 403
    for name in ("owners", "change_holder", "add_rental"):
        assert client.get(reverse(f"tenure:{name}", args=[home.pk])).status_code == 403


def test_an_inspector_sees_the_contract_and_no_names(client: Client, home) -> None:
    sign_in(client, QIAN)
    rental = added(client, home)
    client.logout()
    sign_in(client, INSPECTOR)
    for address in (reverse("tenure:rental", args=[rental.pk]), reverse("people:dwelling", args=[home.pk]),
                    reverse("tenure:owners", args=[home.pk])):  # fmt: skip
        page = client.get(address).content.decode()
        assert [name for name in ("马守仁", "牛大力", "13800001234", "138****1234") if name in page] == []


def test_the_cards_show_the_tie_both_ways_and_note_everybody_named(client: Client, home) -> None:
    sign_in(client, QIAN)
    lives = home.households.get().members.first().person
    owner = factories.person(name="马守仁")
    factories.visible(of=owner, code=factories.GRID)
    rental = added(client, home, tenant_ids=[lives.pk.hex])
    rental.landlord.person, rental.landlord.name = owner, ""
    rental.landlord.phone = None
    rental.landlord.save()
    page = client.get(reverse("people:dwelling", args=[home.pk])).content.decode()
    assert reverse("people:person", args=[owner.pk]) in page
    assert Seen.objects.using("log").filter(person_id=owner.pk).exists()
    page = client.get(reverse("people:person", args=[owner.pk])).content.decode()
    assert reverse("tenure:rental", args=[rental.pk]) in page


def test_the_section_of_a_dwelling_reads_a_fixed_number_of_times(client: Client, home) -> None:
    sign_in(client, SUN)
    counts = []
    for number in range(3):
        landlord = "other" if number else ""
        added(client, home, part=f"{number}号房", landlord=landlord, landlord_name=f"马守{'仁义礼'[number]}")
        with CaptureQueriesContext(connections["default"]) as told:
            sections.of_dwelling(qian_viewer(), home)
        counts.append(len(told))
    assert len(set(counts)) == 1


def test_the_section_of_a_dwelling_without_owner_rental_and_unit_reads_once(home) -> None:
    with CaptureQueriesContext(connections["default"]) as told:
        section = sections.of_dwelling(qian_viewer(), home)
    assert len(told) == 1
    assert not any(section.context[name] for name in ("rentals", "past", "owners", "units"))
