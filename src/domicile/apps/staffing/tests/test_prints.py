"""What the chain prints: the network, letters, cards whose QR code holds number and area only, the summary form."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from domicile.apps.access.models import Look
from domicile.apps.staffing import bank, prints, summary
from domicile.apps.staffing.models import Badge, Holding, Worker
from domicile.apps.staffing.tests.making import TODAY, chain_of_three, given, homes, post, worker
from domicile.apps.tenure.models import Holder, Rental
from domicile.core.policy.parameters import parameter
from tests import factories, pdf
from tests.cast import COMMUNITY, LI, OTHER_GRID, QIAN, SUN, li_viewer, qian_viewer, sign_in, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"], transaction=True)


@pytest.fixture
def qian(client: Client) -> Client:
    chain_of_three()
    sign_in(client, QIAN)
    return client


@pytest.mark.parametrize(("paper", "size"), [("a4", (297, 210)), ("a3", (420, 297))])
def test_the_network_shows_who_answers_for_which_grid_and_what_is_lacking(qian: Client, paper, size) -> None:  # type: ignore[no-untyped-def]
    factories.grid(code=OTHER_GRID)
    house = homes(9)
    informant = Holding.objects.get(post__role="informant").post
    given(post("head", name="1栋", above=informant, houses=((house, ""),)), worker("赵楼长"))
    post("coordinator", name="第2组")
    answer = qian.get(reverse("staffing:network", args=[COMMUNITY]), {"paper": paper})
    assert answer.status_code == 200
    text = pdf.text(answer.content)
    assert pdf.size(answer.content) == size
    for words in (
        "河沿社区责任网络图",
        "李责任",
        "陈协管",
        "王信息",
        "第1网格",
        "赵楼长",
        "和平路1号1栋",
        "9户",
        "空缺",
        OTHER_GRID,
    ):
        assert words in text, words


def test_a_long_network_goes_on_over_pages_and_loses_nobody(qian: Client) -> None:
    lead = Holding.objects.get(post__role="lead").post
    for number in range(2, 8):
        group = post("coordinator", name=f"第{number}组", above=lead)
        given(group, worker(f"协管{number:02d}"))
        code = f"{COMMUNITY}{number:03d}"
        factories.grid(code=code)
        informant = post("informant", name=f"第{number}网格", place=code, above=group)
        for head in range(8):
            given(post("head", name=f"{number}-{head}栋", place=code, above=informant), worker(f"楼长{number}{head}"))
    data = prints.network_data(qian_viewer(), COMMUNITY, today=timezone.localdate(), paper="a4")
    assert len(data["groups"]) == 7
    text = pdf.text(qian.get(reverse("staffing:network", args=[COMMUNITY])).content)
    assert all(row.name in text for row in Worker.objects.all())


def test_cards_show_number_and_post_and_their_code_holds_number_and_area_only(qian: Client) -> None:
    row = Holding.objects.get(post__role="coordinator").worker
    assert prints.qr_text(row, "河沿社区") == f"{row.number}\n河沿社区"
    text = pdf.text(qian.get(reverse("staffing:card", args=[row.pk])).content)
    assert row.number in text
    assert "协管员" in text
    every = pdf.text(qian.get(reverse("staffing:cards", args=[COMMUNITY])).content)
    assert all(name in every for name in ("李责任", "陈协管", "王信息"))
    idle = worker("没岗位")
    assert qian.get(reverse("staffing:card", args=[idle.pk])).status_code == 422
    assert qian.get(reverse("staffing:badge", args=[row.pk])).status_code == 422
    today = timezone.localdate()
    Badge.objects.create(worker=row, subject="collection", start=today, end=today + dt.timedelta(days=9))
    badge = pdf.text(qian.get(reverse("staffing:badge", args=[row.pk])).content)
    assert "入户采集" in badge
    assert (today + dt.timedelta(days=8)).isoformat() in badge


@pytest.mark.parametrize(
    ("role", "kind"), [("coordinator", "coordinator"), ("informant", "unit"), ("informant", "landlord")]
)
def test_letters_name_duties_and_leave_room_to_sign(qian: Client, role, kind) -> None:  # type: ignore[no-untyped-def]
    row = Holding.objects.get(post__role=role).post
    text = pdf.text(qian.get(reverse("staffing:letter", args=[row.pk, kind])).content)
    entry = parameter("staffing.letters", TODAY)[kind]
    assert entry["zh"] in text
    assert all(point[:8] in text for point in entry["points_zh"])
    assert "签名" in text


def test_the_letter_of_a_unit_names_it_and_the_informant_and_that_it_was_looked_at_is_recorded(qian: Client) -> None:
    unit = factories.unit(name="好又来超市")
    text = pdf.text(qian.get(reverse("staffing:filled_letter", args=["unit", unit.pk])).content)
    assert all(words in text for words in ("好又来超市", "王信息", unit.address, "单位信息登记责任书"))
    assert Look.objects.using("log").filter(question="unit").count() == 1
    far = factories.unit(place_code=factories.FAR_GRID)
    assert qian.get(reverse("staffing:filled_letter", args=["unit", far.pk])).status_code == 403
    assert qian.get(reverse("staffing:filled_letter", args=["coordinator", unit.pk])).status_code == 404
    page = qian.get(reverse("units:unit", args=[unit.pk])).content.decode()
    assert reverse("staffing:filled_letter", args=["unit", unit.pk]) in page


def test_the_letter_of_a_landlord_names_who_lets_the_dwelling(qian: Client) -> None:
    holder = Holder.objects.create(name="房东甲")
    rental = Rental.objects.create(dwelling=factories.dwelling(), landlord=holder, safety="unsigned")
    text = pdf.text(qian.get(reverse("staffing:filled_letter", args=["landlord", rental.pk])).content)
    assert all(words in text for words in ("房东甲", rental.dwelling.address, "出租房屋安全责任书", "王信息"))
    assert (
        reverse("staffing:filled_letter", args=["landlord", rental.pk])
        in qian.get(reverse("tenure:rental", args=[rental.pk])).content.decode()
    )


def test_a_stranger_prints_nothing(client: Client) -> None:
    _lead, group, _informant = chain_of_three()
    sign_in(client, LI)
    row = Holding.objects.get(post=group).worker
    for address in (
        reverse("staffing:cards", args=[COMMUNITY]), reverse("staffing:card", args=[row.pk]),
        reverse("staffing:letter", args=[group.pk, "coordinator"]), reverse("staffing:network", args=[COMMUNITY]),
    ):  # fmt: skip
        assert client.get(address).status_code == 403, address
    assert all(line[0] != "河沿社区" for line in summary.rows(li_viewer(), TODAY))


def test_the_summary_form_counts_posts_by_area_and_role() -> None:
    _lead, _group, informant = chain_of_three()
    factories.grid(code=OTHER_GRID)
    house = homes(9)
    given(post("head", name="1栋", above=informant, houses=((house, ""),)), worker("赵楼长"))
    post("coordinator", name="第2组")
    found = {(line[1], line[2]): line[3:] for line in summary.rows(sun_viewer(), TODAY)}
    assert found[COMMUNITY, "协管员"][:3] == (2, 1, 1)
    assert found[COMMUNITY, "信息员"][3] == 1  # one grid without
    assert found[COMMUNITY, "楼栋长"][4:] == (9, 9.0)
    assert found["", "楼栋长"][:3] == (1, 1, 0)


@pytest.mark.parametrize(("kind", "begins"), [("xlsx", b"PK"), ("pdf", b"%PDF"), ("csv", b"\xef\xbb\xbf")])
def test_the_summary_form_is_a_file(client: Client, kind, begins) -> None:  # type: ignore[no-untyped-def]
    chain_of_three()
    sign_in(client, SUN)
    answer = client.get(reverse("staffing:summary", args=[kind]))
    assert b"".join(answer).startswith(begins) if answer.streaming else answer.content.startswith(begins)


def test_nothing_that_is_printed_or_counted_rates_anybody_by_numbers_of_people() -> None:
    """P-5: the form has posts and households to be served, and no column of what anybody reported."""
    heads = [str(head) for head in summary.HEADS]
    assert not [
        head for head in heads if any(word in head.lower() for word in ("score", "rank", "people", "moves", "births"))
    ]


def test_the_bank_draws_the_same_for_a_seed_in_both_languages_and_enough_for_every_subject() -> None:
    count = parameter("staffing.test_questions", TODAY)
    assert set(bank.subjects()) == set(parameter("staffing.subjects", TODAY))
    for subject in bank.subjects():
        drawn = {seed: bank.draw(subject, seed=seed, count=count, language="zh") for seed in range(6)}
        english = bank.draw(subject, seed=3, count=count, language="en")
        assert [(one.number, one.right) for one in english] == [(one.number, one.right) for one in drawn[3]]
        assert len({tuple(one.number for one in questions) for questions in drawn.values()}) > 1
        for one in drawn[0]:
            assert len(set(one.answers)) == len(one.answers) == 3
        assert bank.correct(english, [one.right for one in english]) == count
    with pytest.raises(bank.TooFew):
        bank.draw("collection", seed=1, count=100, language="zh")
