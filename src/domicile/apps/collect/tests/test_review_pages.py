"""The pages of the review: the queue, both sides, the way through, many at once."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from domicile.apps.access.models import Seen
from domicile.apps.collect import actions as review
from domicile.apps.collect.models import Proposal
from domicile.apps.collect.review import queue
from domicile.apps.collect.tests.reviewers import FENG, MOVED, joined, left_on, moved_out
from domicile.apps.fieldwork.collected.tests.phones import filled, phone_of, processed
from domicile.apps.people.models import Person
from tests import factories
from tests.cast import GRID, LI, OTHER_GRID, QIAN, SUN, ZHAO, sign_in, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
QUEUE = "state=waiting&whose=decide"


def page(client: Client, proposal: Proposal, query: str = QUEUE) -> Any:
    return client.get(reverse("collect:proposal", args=[proposal.pk]), {"queue": query})


def decide(client: Client, proposal: Proposal, verdict: str, **more: Any) -> Any:
    values = {"verdict": verdict, "queue": QUEUE, "version": proposal.version, **more}
    return client.post(reverse("collect:decide", args=[proposal.pk]), values)


def copies(proposal: Proposal, count: int, **different: Any) -> list[Proposal]:
    """More rows like this one, each a minute younger."""
    rows = []
    for number in range(count):
        row = Proposal.objects.get(pk=proposal.pk)
        row.pk, row.proposed_at = None, proposal.proposed_at + dt.timedelta(minutes=number + 1)
        values = {name: value for name, value in vars(row).items() if not name.startswith("_") and name != "id"}
        rows.append(Proposal(**{**values, **different}))
    return list(Proposal.objects.bulk_create(rows))


def test_a_new_member_is_shown_with_sex_birth_date_and_the_household_they_join(client: Client) -> None:
    household = factories.family(registered=False)
    proposal = joined(household, phone="13800000001", document_number="770101199902030027")
    sign_in(client, QIAN)
    shown = page(client, proposal)
    lines = {str(line.label): (line.before, line.after) for line in shown.context["sides"].lines}
    assert ("", "女") in lines.values()
    assert ("", "1999-02-03") in lines.values()
    members = next(pair for pair in lines.values() if pair[1].endswith("李新来") and pair[0])
    assert members[1].startswith(members[0])
    text = shown.content.decode()
    assert "13800000001" not in text
    assert "770101199902030027" not in text
    named = set(household.members.values_list("person_id", flat=True))
    assert named <= set(Seen.objects.values_list("person_id", flat=True))


def test_changes_about_one_home_warn_each_other(client: Client) -> None:
    household = factories.family(registered=False)
    child, newcomer, apart = moved_out(household), joined(household), moved_out()
    sign_in(client, QIAN)
    for one, other in ((child, newcomer), (newcomer, child)):
        assert [row.row.pk for row in page(client, one).context["sides"].others] == [other.pk]
    assert page(client, apart).context["sides"].others == []
    both = client.post(reverse("collect:batch"), {"row": [f"{one.pk}.1" for one in (child, newcomer, apart)]})
    assert [bool(one.beside) for one in both.context["looked"]] == [True, True, False]


def test_the_next_opens_itself_and_the_last_leads_to_the_list(client: Client) -> None:
    first, second, third = (moved_out() for _ in range(3))
    sign_in(client, QIAN)
    assert str(second.pk) in decide(client, first, "accept")["Location"]
    assert str(third.pk) in decide(client, second, "return", note="which day?")["Location"]
    assert decide(client, third, "accept")["Location"].startswith(reverse("collect:proposals"))
    assert [left_on(one) for one in (first, second, third)] == [MOVED, None, MOVED]


def test_next_and_previous_walk_through_what_was_asked_for(client: Client) -> None:
    first, second = moved_out(), moved_out()
    sign_in(client, QIAN)
    step = reverse("collect:step", args=[first.pk])
    assert str(second.pk) in client.get(step, {"queue": QUEUE})["Location"]
    assert (
        str(first.pk)
        in client.get(reverse("collect:step", args=[second.pk]), {"queue": QUEUE, "to": "previous"})["Location"]
    )
    assert client.get(step, {"queue": QUEUE, "to": "previous"})["Location"].startswith(reverse("collect:proposals"))
    assert client.get(step, {"queue": f"{QUEUE}&grid={OTHER_GRID}"})["Location"].startswith(
        reverse("collect:proposals")
    )


def test_an_acceptance_is_undone_from_the_page_that_follows(client: Client) -> None:
    first, second = moved_out(), moved_out()
    sign_in(client, QIAN)
    decide(client, first, "accept")
    follows = page(client, second)
    assert follows.context["just_decided"].pk == first.pk
    assert page(client, second).context["just_decided"] is None
    decide(client, first, "undo")
    assert left_on(first) is None
    first.refresh_from_db()
    assert first.state == "waiting"


def test_who_comes_late_keeps_the_note_and_reads_who_decided(client: Client) -> None:
    proposal = moved_out()
    sign_in(client, QIAN)
    page(client, proposal)
    review.accept(actor=viewer(FENG), proposal_id=proposal.pk)
    late = decide(client, proposal, "return", note="which day?")
    assert late.status_code == 422
    text = late.content.decode()
    assert FENG.real_name in text
    assert left_on(proposal) == MOVED


def test_a_reviewer_corrects_and_accepts_in_one(client: Client) -> None:
    proposal = moved_out()
    sign_in(client, QIAN)
    where = reverse("collect:correct", args=[proposal.pk])
    form = client.get(where, {"queue": QUEUE}).context["form"]
    name = next(field for field, path in form.paths.items() if path == "end")
    assert form[name].value() == MOVED.isoformat()
    assert client.post(where, {name: "", "version": 1}).status_code == 422
    assert client.post(where, {name: "1990-01-01", "version": 1}).status_code == 422
    assert client.post(where, {name: "2026-05-04", "version": 1, "queue": QUEUE}).status_code == 302
    assert left_on(proposal) == dt.date(2026, 5, 4)


def test_its_maker_reads_why_it_came_back_and_sends_it_again(client: Client) -> None:
    proposal = moved_out()
    review.send_back(actor=viewer(QIAN), proposal_id=proposal.pk, note="the lease says the 3rd")
    sign_in(client, ZHAO)
    shown = client.get(reverse("collect:proposal", args=[proposal.pk]))
    assert "the lease says the 3rd" in shown.content.decode()
    where = reverse("collect:correct", args=[proposal.pk])
    assert where in shown.content.decode()
    form = client.get(where).context["form"]
    name = next(field for field, path in form.paths.items() if path == "end")
    assert client.post(where, {name: MOVED.isoformat(), "version": 2}).status_code == 422
    assert client.post(where, {name: "2026-05-03", "version": 2}).status_code == 302
    proposal.refresh_from_db()
    assert (proposal.state, proposal.version) == ("waiting", 3)


def test_nobody_else_corrects_it(client: Client) -> None:
    proposal = moved_out()
    where = reverse("collect:correct", args=[proposal.pk])
    sign_in(client, ZHAO)
    assert client.post(where, {"part-0": "2026-05-03"}).context["form"] is None
    other = Client()
    sign_in(other, LI)
    assert other.post(where, {"part-0": "2026-05-03"}).status_code == 403
    assert left_on(proposal) is None


def test_many_are_looked_through_and_decided_together(client: Client) -> None:
    first, second, third = (moved_out() for _ in range(3))
    sign_in(client, QIAN)
    rows = [f"{one.pk}.1" for one in (first, second, third)]
    where = reverse("collect:batch")
    looked = client.post(where, {"row": rows, "verdict": "look", "queue": QUEUE})
    assert [one.may_decide for one in looked.context["looked"]] == [True] * 3
    review.send_back(actor=viewer(FENG), proposal_id=second.pk, note="no")
    assert client.post(where, {"row": rows, "verdict": "return", "note": " "}).status_code == 422
    told = client.post(where, {"row": rows, "verdict": "accept", "queue": QUEUE})
    assert len(told.context["done"]) == 2
    assert [(one["row"].pk, FENG.real_name in one["why"]) for one in told.context["left"]] == [(second.pk, True)]
    assert client.post(where, {"row": ["x", "y.1"]}).status_code == 302


def test_grid_workers_decide_nothing_in_batches(client: Client) -> None:
    proposal = moved_out(by=QIAN)
    sign_in(client, ZHAO)
    assert client.post(reverse("collect:batch"), {"row": f"{proposal.pk}.1", "verdict": "accept"}).status_code == 403


def test_the_queue_is_narrowed(client: Client) -> None:
    old = moved_out()
    Proposal.objects.filter(pk=old.pk).update(proposed_at=timezone.now() - dt.timedelta(days=8))
    new = joined(factories.family(registered=False))
    seen = viewer(QIAN)

    def found(**asked: str) -> list[Any]:
        return [row.pk for row in queue.page(seen, queue.asked(seen, asked)).rows]

    assert found() == [old.pk, new.pk]
    assert found(age="7") == [old.pk]
    assert found(kind="people.add_member") == [new.pk]
    assert found(kind="group:homes") == [old.pk, new.pk]
    assert found(kind="group:tenure") == found(worker="钱") == found(grid=OTHER_GRID) == found(form="leaving") == []
    assert found(worker=ZHAO.real_name[:1], grid=GRID, form="none", level="grid") == [old.pk, new.pk]
    sign_in(client, QIAN)
    assert client.get(reverse("collect:proposals"), {"grid": "x"}).context["form"].errors
    kinds = dict(client.get(reverse("collect:proposals")).context["form"].fields["kind"].choices)
    assert len(kinds) < 12  # the kinds stand in groups


@pytest.mark.parametrize("actor", [QIAN, SUN], ids=["community", "county"])
def test_pages_go_forth_and_back_and_miss_nothing(actor: Any) -> None:
    proposal = moved_out()
    every = [proposal, *copies(proposal, 2 * queue.PAGE + 5)]
    for row in every[10:14]:  # of one moment
        Proposal.objects.filter(pk=row.pk).update(proposed_at=every[10].proposed_at)
    seen = viewer(actor)
    what, after, pages = queue.asked(seen, {}), "", []
    while True:
        found = queue.page(seen, what, after=after)
        pages.append([row.pk for row in found.rows])
        if not found.after:
            break
        after = found.after
    assert [len(one) for one in pages] == [queue.PAGE, queue.PAGE, 6]
    assert {key for one in pages for key in one} == {row.pk for row in every}
    back = queue.page(seen, what, before=found.before)
    assert [row.pk for row in back.rows] == pages[1]
    assert [row.pk for row in queue.page(seen, what, before=back.before).rows] == pages[0]
    assert queue.page(seen, what, after="nothing~x").rows[0].pk == pages[0][0]


def test_the_number_of_questions_does_not_grow(client: Client) -> None:
    proposal = moved_out()
    sign_in(client, QIAN)

    def asked() -> int:
        with CaptureQueriesContext(connection) as few:
            client.get(reverse("collect:proposals"))
        with CaptureQueriesContext(connection) as one:
            page(client, proposal)
        return len(few) * 100 + len(one)

    asked()
    before = asked()
    copies(proposal, 30, subject_id=factories.person().pk)
    assert asked() == before


def test_what_came_by_phone_is_shown_with_its_form_and_found_by_it(client: Client) -> None:
    phone, household = phone_of(), factories.family(registered=False)
    child = household.members.get(relation="20").person_id
    answers = f"<dwelling>{household.dwelling_id}</dwelling><left>{child}</left><left_on>2026-01-03</left_on>"
    assert phone.send(filled("leaving", answers)).status_code == 201
    processed()
    proposal = Proposal.objects.get()
    sign_in(client, QIAN)
    found = page(client, proposal).context["sides"].found
    assert (found.worker, found.photos) == (ZHAO.real_name, [])
    assert found.url
    assert len(found.others) == 1  # the visit
    for form, rows in (("leaving", 1), ("arriving", 0), ("none", 0)):
        assert len(client.get(reverse("collect:proposals"), {"form": form}).context["rows"]) == rows


def test_the_page_of_the_county_reads_the_same_rows(client: Client) -> None:
    proposal = moved_out()
    elsewhere = copies(proposal, 1, place_code="770102001001001")
    sign_in(client, SUN)
    shown = [row[0].pk for row in client.get(reverse("collect:proposals")).context["rows"]]
    assert shown == [proposal.pk]
    assert elsewhere[0].pk not in shown
    assert Person.objects.filter(pk=proposal.subject_id).exists()
