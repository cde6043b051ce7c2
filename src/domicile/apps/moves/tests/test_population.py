"""The floating population of a past date, as known on a day: what was entered late, corrected, moved and recoded since."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from domicile.apps.access.models import Look
from domicile.apps.areas import actions as area_actions
from domicile.apps.areas.models import Area
from domicile.apps.audit.recording import recording
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.moves.population.selectors import Asked, Figures, floating_population
from domicile.apps.moves.tests.making import WHY, declared, home, members
from domicile.apps.people.models import Person, Spell
from domicile.apps.places.models import Dwelling
from tests import factories
from tests.cast import CHEN, QIAN, SUN, qian_viewer, sign_in, sun_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
ON, KNOWN = dt.date(2026, 6, 30), dt.date(2026, 7, 5)
TODAY = timezone.localdate()
HERE, OTHER = factories.COMMUNITY, factories.OTHER_COMMUNITY
FAR_AWAY = "440305001001"


@contextmanager
def on(day: dt.date) -> Iterator[None]:
    """What happens in the block is put on record on that day."""
    with mock.patch("django.utils.timezone.now", return_value=dt.datetime.combine(day, dt.time(4), dt.UTC)):
        yield


def comer(
    start: dt.date = dt.date(2026, 1, 1), *, at: Dwelling | None = None, made: dt.date | None = None, **fields: Any
) -> Person:
    """Somebody registered far away who lives in the first community, put on file on a day (without one: ever so long ago)."""
    with on(made or dt.date(2026, 1, 1)):
        person = factories.person(**{"registered_code": FAR_AWAY, "registered_text": "广东省深圳市", **fields})
        stay = factories.spell(of=person, at=at or factories.dwelling(), start=start, reason="01")
        if made is not None:
            with recording(actor=qian_viewer(), action="people.add_member", subject_kind="person", subject_id=person.pk,
                           place_code=factories.GRID) as change:  # fmt: skip
                change.created(person)
                change.created(stay)
    return person


def asked(viewer: Viewer, day: dt.date = ON, known_on: dt.date | None = None, definition: str = "") -> Figures:
    return floating_population(viewer, [Asked(day, known_on or TODAY)], definition=definition)[0]


def row(found: Figures, code: str = HERE) -> dict[str, int]:
    """The figures of an area that are not nought."""
    return {
        name: count for name, count in next(line for line in found.lines if line.code == code).figures.items() if count
    }


def test_the_figures_name_the_definition_and_differ_by_it() -> None:
    factories.area_tree()
    comer(dt.date(2026, 5, 31))
    comer(dt.date(2026, 6, 1))
    comer(dt.date(2025, 1, 1))
    found = asked(sun_viewer())
    assert (found.definition, found.in_force_since) == ("thirty_days", dt.date(2000, 1, 1))
    assert row(found) == {"residents": 3, "in_beyond": 2, "in_all": 2}
    assert row(asked(sun_viewer(), definition="half_year")) == {"residents": 3, "in_beyond": 1, "in_all": 1}


def test_what_was_entered_late_was_not_known_before() -> None:
    factories.area_tree()
    comer(made=dt.date(2026, 6, 20))
    comer(made=dt.date(2026, 8, 1))
    assert row(asked(sun_viewer(), known_on=KNOWN)) == {"residents": 1, "in_beyond": 1, "in_all": 1}
    assert row(asked(sun_viewer())) == {"residents": 2, "in_beyond": 2, "in_all": 2}


def test_a_stay_that_was_corrected_and_one_that_was_taken_out_stand_as_they_were_known() -> None:
    factories.area_tree()
    one, other = comer(), comer()
    with on(dt.date(2026, 8, 1)):
        for person in (one, other):
            stay = Spell.objects.get(person=person)
            with recording(
                actor=qian_viewer(), action="people.correct", subject_kind="person", subject_id=person.pk
            ) as change:
                if person == one:
                    change.update(stay, start=dt.date(2026, 6, 25))
                else:
                    change.delete(stay)
    assert row(asked(sun_viewer(), known_on=KNOWN)) == {"residents": 2, "in_beyond": 2, "in_all": 2}
    assert row(asked(sun_viewer())) == {"residents": 1}


def test_a_registration_that_changed_since_counts_as_it_was_on_the_day() -> None:
    factories.area_tree()
    person = comer()
    with on(dt.date(2026, 7, 3)), recording(
        actor=qian_viewer(), action="people.correct", subject_kind="person", subject_id=person.pk
    ) as change:  # fmt: skip
        change.update(person, registered_code=factories.GRID)
    for known_on in (KNOWN, TODAY):
        assert row(asked(sun_viewer(), known_on=known_on)) == {"residents": 1, "in_beyond": 1, "in_all": 1}
    assert row(asked(sun_viewer(), dt.date(2026, 7, 31))) == {"residents": 1}


def test_who_left_the_register_counts_where_they_are_registered() -> None:
    household = home(3)
    far, abroad, lost = members(household)
    left = TODAY - dt.timedelta(days=40)
    for person, where in (
        (far, {"to_where": "elsewhere", "to_code": "440305"}),
        (abroad, {"to_where": "abroad", "to_code": "", "to_text": "日本"}),
        (lost, {"to_where": "unknown", "to_code": ""}),
    ):
        heir = {"new_head_id": abroad.pk} if person == far else {"new_head_id": lost.pk} if person == abroad else {}
        declared(qian_viewer(), person, day=left, **where, **heir)
    assert row(asked(sun_viewer(), TODAY)) == {"out_beyond": 1, "out_all": 1, "out_unsure": 2}
    assert row(asked(sun_viewer(), TODAY - dt.timedelta(days=41))) == {"residents": 3}


def test_figures_of_a_past_date_use_the_areas_of_that_date() -> None:
    tree = factories.area_tree()
    comer(at=factories.dwelling(within=factories.building(place_code=factories.FAR_GRID, plate="9号")))
    comer()
    merged = dt.date(2026, 9, 1)
    area_actions.merge_area(
        actor=sun_viewer(), area_id=tree[OTHER].pk, into_id=tree[HERE].pk, on=merged, today=TODAY, reason=WHY
    )
    found = asked(sun_viewer())
    assert row(found) == row(found, OTHER) == {"residents": 1, "in_beyond": 1, "in_all": 1}
    after = asked(sun_viewer(), merged)
    assert row(after)["residents"] == 2
    assert OTHER not in {line.code for line in after.lines}
    own = asked(qian_viewer())  # both were the community that is the officer's today
    assert row(own) == row(own, OTHER) == {"residents": 1, "in_beyond": 1, "in_all": 1}


def test_townships_of_then_are_the_boundary_that_had_to_be_left() -> None:
    tree = factories.area_tree()
    other_township, third = "770101002000", "770101002001"
    for code, name, level in ((other_township, "白石镇", 4), (third, "东街社区", 5)):
        tree[code] = Area.objects.create(code=code, name=name, level=level, valid_from=factories.LONG_AGO)
    person = factories.person(registered_code=third + "000")
    factories.visible(of=person, code=third + "000")
    factories.spell(of=person, at=factories.dwelling(), start=dt.date(2025, 1, 1))
    with mock.patch("domicile.core.spells.population.parameter", side_effect=_no_districts):
        before = asked(sun_viewer())
        area_actions.merge_area(
            actor=sun_viewer(), area_id=tree[other_township].pk, into_id=tree["770101001000"].pk,
            on=dt.date(2026, 9, 1), today=TODAY, reason=WHY,
        )  # fmt: skip
        then, now = asked(sun_viewer()), asked(sun_viewer(), dt.date(2026, 9, 2))
    assert row(before) == row(then) == {"residents": 1, "in_county": 1, "in_all": 1}
    assert row(before, third) == row(then, third) == {"out_county": 1, "out_all": 1}
    assert row(now) == {"residents": 1}


def _no_districts(name: str, day: dt.date) -> Any:
    from domicile.core.policy.parameters import parameter

    return [98, 99] if name == "floating_population.city_district_codes" else parameter(name, day)


def test_the_register_is_read_once_for_all_dates() -> None:
    factories.area_tree()
    for _ in range(3):
        comer(made=dt.date(2026, 5, 1))
    dates = [Asked(dt.date(2026, month, 28), dt.date(2026, month, 28)) for month in range(1, 7)]
    counts = []
    for some in (dates[:1], dates):
        with CaptureQueriesContext(connection) as captured:
            floating_population(sun_viewer(), some)
        texts = [query["sql"] for query in captured if "audit_change" not in query["sql"]]
        assert sum("FROM people_spell" in text for text in texts) == 1
        counts.append(len(texts))
    assert counts[0] == counts[1]


def test_who_may_see_nobody_gets_month_ends_without_small_counts() -> None:
    factories.area_tree()
    comer()
    viewer = Viewer(None, "统计", "statistician", (factories.COUNTY,), "statistics", frozenset({"view_statistics"}))
    month_end = asked(viewer, ON, dt.date(2026, 7, 31))
    assert row(month_end)["in_beyond"] == -1
    assert not month_end.exact
    with pytest.raises(Refused):
        asked(viewer, ON, KNOWN)
    with pytest.raises(NotAllowed):
        asked(Viewer(None, "无", "grid_worker", (HERE,)), ON)


def test_a_narrower_area_gives_the_same_figures_of_it() -> None:
    factories.area_tree()
    comer(made=dt.date(2026, 8, 1))
    comer()
    gone = comer()
    with on(dt.date(2026, 8, 1)), recording(
        actor=qian_viewer(), action="people.correct", subject_kind="person", subject_id=gone.pk
    ) as change:  # fmt: skip
        change.update(Spell.objects.get(person=gone), dwelling=factories.dwelling(place_code=factories.FAR_GRID))
    for known_on in (KNOWN, TODAY):
        assert row(asked(sun_viewer(), known_on=known_on)) == row(asked(qian_viewer(), known_on=known_on))
    assert row(asked(qian_viewer(), known_on=KNOWN))["residents"] == 2
    assert zhao_viewer().scopes  # a grid's worker sees communities as a whole only where all of one is theirs


def test_days_that_say_nothing_are_refused() -> None:
    for day, known_on in ((TODAY + dt.timedelta(days=1), TODAY), (ON, ON - dt.timedelta(days=1))):
        with pytest.raises(Refused):
            floating_population(sun_viewer(), [Asked(day, known_on)])
    with pytest.raises(Refused):
        asked(sun_viewer(), definition="a_week")


def test_the_page_of_a_statistician_and_its_file(client: Client) -> None:
    factories.area_tree()
    comer()
    sign_in(client, CHEN)
    page = client.get(reverse("moves:population"))
    assert page.status_code == 200
    assert "&lt;3" in page.content.decode()
    assert not Look.objects.filter(question="population").exists()  # no count was shown as it is
    assert client.get(reverse("moves:population"), {"on": "2026-06-29"}).status_code == 422
    answer = client.get(reverse("moves:population"), {"on": "2026-06-30", "format": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert "30天" in text
    assert "<3" in text
    sign_in(client, SUN)
    answer = client.get(reverse("moves:population"), {"on": "2026-06-30", "format": "xlsx"})
    assert b"".join(answer.streaming_content).startswith(b"PK")
    assert Look.objects.filter(question="population").count() == 1


def test_exact_figures_leave_as_a_file_only_with_the_permission(client: Client) -> None:
    factories.area_tree()
    sign_in(client, QIAN, purpose="door_visit")  # sees people, and may not export
    assert 'value="csv"' not in client.get(reverse("moves:population")).content.decode()
    assert client.get(reverse("moves:population"), {"on": "2026-06-30", "format": "csv"}).status_code == 403
    sign_in(client, QIAN)
    assert 'value="csv"' in client.get(reverse("moves:population")).content.decode()
