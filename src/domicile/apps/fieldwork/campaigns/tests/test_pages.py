"""The pages of campaigns: by role, with what they say, on paper, at the desk, as files."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from domicile.apps.access.models import Look
from domicile.apps.collect.models import Proposal
from domicile.apps.fieldwork.campaigns.actions import leading
from domicile.apps.fieldwork.campaigns.models import Campaign, Intention
from domicile.apps.fieldwork.campaigns.tests import making
from domicile.apps.fieldwork.campaigns.tests.making import DAY, today
from domicile.apps.tasks.models import Task
from tests import factories, pdf
from tests.cast import GRID, LI, OTHER_GRID, QIAN, ZHAO, qian_viewer, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}
SQUARE = {"type": "Polygon", "coordinates": [[[160, 25], [160.01, 25], [160.01, 25.01], [160, 25.01], [160, 25]]]}


@pytest.fixture(autouse=True)
def ground():
    making.chain()
    factories.grid(code=OTHER_GRID)


def page(client, name, *args, status=200, **query) -> str:
    answer = client.get(reverse(f"campaigns:{name}", args=args), query, **ENGLISH)
    assert answer.status_code == status, answer.headers.get("Location")
    return answer.content.decode()


def test_an_officer_makes_one_sees_what_it_holds_freezes_and_gives_out(client):
    making.home()
    making.home(place_code=OTHER_GRID, plate="9号")
    sign_in(client, QIAN)
    assert "No campaign here yet" in page(client, "campaigns")
    assert "770101001001001" in page(client, "make")
    values = {
        "name": "清理摸底",
        "scope": "770101001001",
        "reference_on": today(),
        "starts_on": today(),
        "ends_on": today() + DAY,
        "parts": 2,
    }

    client.post(reverse("campaigns:make"), values)
    campaign = Campaign.objects.get()
    shown = page(client, "campaign", campaign.pk)
    assert "Dwellings nobody answers for" in shown
    assert "王信息" in shown
    assert client.post(reverse("campaigns:freeze", args=[campaign.pk]), {"seed": ""}).status_code == 422
    client.post(reverse("campaigns:freeze", args=[campaign.pk]), {"seed": "88"})
    campaign.refresh_from_db()
    frame = page(client, "frame", campaign.pk)
    assert campaign.digest in frame
    assert "agrees" in frame
    assert page(client, "frame_text", campaign.pk).startswith(f"{today()} 88\n")
    client.post(reverse("campaigns:give_out", args=[campaign.pk]))
    assert Task.objects.filter(kind="campaign").count() == 2
    assert "under way" in page(client, "campaigns")


def test_progress_is_drawn_by_grid_and_said_in_a_table(client):
    factories.grid(code=GRID).__class__.objects.filter(code=GRID).update(boundary=SQUARE)
    done = making.home()
    making.home()
    campaign = making.running()
    making.check(campaign, done, "refused")
    sign_in(client, QIAN)

    shown = page(client, "campaign", campaign.pk)

    assert "campaign-step-3" in shown
    assert "1 / 2" in shown
    assert "1 (50 %)" in shown
    assert "赵网格" in shown
    assert shown.count("<path") == page(client, "progress", campaign.pk).count("<path") == 1


def test_a_worker_goes_from_the_list_of_tasks_to_the_door_and_says_what_is_found(client):
    home = making.home(3)
    campaign = making.running()
    sign_in(client, ZHAO)
    today_page = client.get(reverse("tasks:today"), **ENGLISH).content.decode()
    assert "Check who lives here" in today_page
    assert 'value="done"' not in today_page
    at = client.get(reverse("campaigns:at", args=[home.pk]))
    assert at.headers["Location"] == reverse("campaigns:door", args=[campaign.pk, home.pk])
    shown = page(client, "door", campaign.pk, home.pk)
    assert "Everybody on file lives here" in shown
    assert shown.count('name="confirmed"') == 3
    assert Look.objects.filter(question="campaign_door").exists()

    head, *_others = making.people(home)
    sent = {"outcome": "met", "confirmed": [head], "left_on": today() - DAY}
    client.post(reverse("campaigns:door", args=[campaign.pk, home.pk]), sent)

    assert making.status(campaign, home) == "done"
    assert Proposal.objects.get().action == "people.leave_household"
    assert "Add to the household" in page(client, "door", campaign.pk, home.pk)


def test_wrong_words_at_the_door_change_nothing(client):
    home = making.home(1)
    campaign = making.running()
    sign_in(client, ZHAO)
    for sent in ({"outcome": "abroad"}, {"outcome": "met_all", "left_on": "gestern"}, {}):
        client.post(reverse("campaigns:door", args=[campaign.pk, home.pk]), sent)
    assert making.status(campaign, home) == "open"


def test_call_backs_lead_to_the_notice(client):
    home = making.home()
    campaign = making.running()
    making.check(campaign, home, "not_at_home")
    sign_in(client, QIAN)
    shown = page(client, "call_backs", campaign.pk)
    assert home.address in shown
    assert reverse("tasks:notice", args=[Task.objects.get().pk]) in shown


def test_intentions_are_asked_on_the_page_of_the_door(client):
    home = making.home(1)
    (head,) = making.people(home)
    campaign = making.made(reference_on=today() + DAY, starts_on=today() + DAY)
    leading.freeze(actor=qian_viewer(), campaign_id=campaign.pk, seed="1")
    sign_in(client, ZHAO)
    assert "Asked of their own will" in page(client, "door", campaign.pk, home.pk)
    sent = {f"plan-{head}": "back", f"where-{head}": "邻省滨海市 13812345678"}
    client.post(reverse("campaigns:intentions", args=[campaign.pk, home.pk]), sent)
    assert Intention.objects.get().plan == "back"
    shown = page(client, "door", campaign.pk, home.pk)
    assert "邻省滨海市" in shown
    assert "13812345678" not in shown
    assert b"\xe9\x82\xbb" not in bytes(Intention.objects.get().destination)


def test_a_sheet_on_paper_goes_as_one_walks_and_names_who_is_on_file(client):
    for size, plate, room in ((1, "112号", "101室"), (2, "9号", "1102室"), (0, "9号", "902室")):
        making.home(size, plate=plate, room=room)
    campaign = making.running()
    sign_in(client, QIAN)
    assert "赵网格" in page(client, "sheets", campaign.pk)
    answer = client.get(reverse("campaigns:print_sheet", args=[campaign.pk, ZHAO.id.hex]), **ENGLISH)
    text = pdf.text(answer.content)
    places = [text.index(part) for part in ("902室", "1102室", "101室")]
    assert places == sorted(places)
    assert "无人在家" in text
    assert text.count("王建国") >= 1
    assert Look.objects.filter(question="campaign_sheet").exists()


def test_a_sheet_is_entered_in_one_table_and_wrong_lines_stay(client):
    all_there, gone, wrong, empty = (making.home(2) for _number in range(4))
    campaign = making.running()
    sign_in(client, QIAN)
    at = reverse("campaigns:enter_sheet", args=[campaign.pk, ZHAO.id.hex])
    assert client.get(at, **ENGLISH).content.decode().count("<select") == 5
    head, _spouse = making.people(gone)
    sent = {
        "on": today() - DAY, "part": "morning", f"outcome-{all_there.pk}": "met_all", f"outcome-{gone.pk}": "met",
        f"confirmed-{gone.pk}": [head], f"left-{gone.pk}": today() - DAY, f"outcome-{wrong.pk}": "vacant",
        f"left-{wrong.pk}": "gestern",
    }  # fmt: skip

    answer = client.post(at, sent, **ENGLISH)

    assert answer.status_code == 422
    assert "gestern" in answer.content.decode()
    statuses = [making.status(campaign, home) for home in (all_there, gone, wrong, empty)]
    assert statuses == ["done", "done", "open", "open"]
    assert Task.objects.filter(closed_on=today() - DAY).count() == 2
    sent = {"on": today() - DAY, "part": "morning", f"outcome-{wrong.pk}": "vacant"}
    assert client.post(at, sent).status_code == 302
    assert client.post(at, {"on": today() + DAY, "part": "morning"}).status_code == 422


def test_the_comparison_and_its_lists_lead_to_record_and_proposal(client):
    home, open_door = making.home(3), making.home(1)
    head, spouse, child = making.people(home)
    campaign = making.running()
    making.check(campaign, home, confirmed=[head, spouse], left_on=today() - DAY)
    came = factories.person(name="新来者")
    factories.spell(of=came, at=home)
    sign_in(client, QIAN)

    shown = page(client, "comparison", campaign.pk)
    assert "On file and found" in shown
    gone = page(client, "listed", campaign.pk, "not-found")
    assert reverse("people:person", args=[child]) in gone
    assert reverse("collect:proposal", args=[Proposal.objects.get().pk]) in gone
    assert "新来者" in page(client, "listed", campaign.pk, "not-on-file")
    assert open_door.address in page(client, "listed", campaign.pk, "without")
    page(client, "listed", campaign.pk, "unstated")
    page(client, "listed", campaign.pk, "nothing", status=404)
    body = b"".join(
        client.get(reverse("campaigns:list_file", args=[campaign.pk, "not-found", "csv"])).streaming_content
    )
    assert "http://" in body.decode()
    assert str(Proposal.objects.get().pk) in body.decode()
    answer = client.get(reverse("campaigns:comparison_file", args=[campaign.pk, "xlsx"]))
    answer.close()
    assert answer.headers["Content-Type"].endswith("sheet")


def test_nobody_of_elsewhere_sees_any_of_it(client):
    home = making.home()
    campaign = making.running()
    sign_in(client, LI)
    for name, args in (
        ("campaign", ()), ("doors", ()), ("frame", ()), ("comparison", ()), ("sheets", ()), ("door", (home.pk,)),
        ("listed", ("not-found",)), ("print_sheet", (GRID,)), ("enter_sheet", (ZHAO.id.hex,)),
    ):  # fmt: skip
        assert client.get(reverse(f"campaigns:{name}", args=[campaign.pk, *args])).status_code in {403, 404}


def test_pages_take_as_many_queries_for_many_doors_as_for_one(client):
    sign_in(client, QIAN)
    seen = []
    for count in (2, 12):
        homes = [making.home(2, plate=f"{number}号") for number in range(count)]
        campaign = making.running()
        making.check(campaign, homes[0], confirmed=making.people(homes[0])[:1], left_on=today() - DAY)
        numbers = []
        for name, args in (
            ("campaign", ()), ("doors", ()), ("sheets", ()), ("comparison", ()), ("listed", ("not-found",)),
            ("listed", ("not-on-file",)), ("listed", ("without",)), ("enter_sheet", (ZHAO.id.hex,)),
        ):  # fmt: skip
            with CaptureQueriesContext(connection) as captured:
                assert client.get(reverse(f"campaigns:{name}", args=[campaign.pk, *args])).status_code == 200
            numbers.append(len(captured))
        seen.append(numbers)
        Task.objects.filter(state="open").update(state="cancelled", closed_on=timezone.localdate(), next_try_on=None)
    assert seen[0] == seen[1]


def test_doors_are_narrowed_by_state_grid_and_part(client):
    one, other = making.home(), making.home(place_code=OTHER_GRID, plate="9号")
    campaign = making.running(parts=2)
    making.check(campaign, one, "refused")
    sign_in(client, QIAN)
    everything = page(client, "doors", campaign.pk)
    assert one.address in everything
    assert other.address in everything
    for query, there in (({"grid": OTHER_GRID}, other), ({"grid": GRID}, one)):
        shown = client.get(reverse("campaigns:doors", args=[campaign.pk]), query).content.decode()
        assert there.address in shown
        assert ({one, other} - {there}).pop().address not in shown
    shown = client.get(reverse("campaigns:doors", args=[campaign.pk]), {"status": "refused"}).content.decode()
    assert one.address in shown
    assert other.address not in shown
