"""What phones sent goes with the forms of its census, also what became no answer and where another census stands."""

import datetime as dt
import uuid
from collections import defaultdict

import pytest
from django.db import connections
from django.utils import timezone

from domicile.apps.accounts.models import User
from domicile.apps.census.ending import actions, files
from domicile.apps.census.listing.models import Household
from domicile.apps.census.plan.models import Census, Phase
from domicile.apps.census.tests.making import OFFICE, make_building, make_census, make_dwelling, make_household
from domicile.apps.collect.openrosa import storing
from domicile.apps.collect.openrosa.models import AppUser, Result, Submission
from tests.cast import COUNTY, GRID, OTHER_GRID_ELSEWHERE, Actor, make_user, viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
OVERSEER = Actor("bao", "包监督", "supervisor", COUNTY, "oversight")
TODAY = timezone.localdate()
#: The tables of the ground apps, by the beginning of their names.
STAY = {
    "access": "grant look lookseal seen",
    "account": "emailaddress emailconfirmation",
    "accounts": "opensession user",
    "areas": "area areachange grid gridbuilding gridstaff",
    "audit": "change seal",
    "auth": "group group_permissions permission",
    "axes": "accessattempt accessattemptexpiration accessfailurelog accesslog",
    "collect": "appuser attachment decision formversion liststate proposal result reviewrule submission",
    "django": "content_type migrations session tasks_database_dbtaskresult",
    "mfa": "authenticator",
    "screens": "defaultview savedfilter savedview",
    "shared": "cache",
    "staffing": "assessedmonth badge correction course coursepresence decision figure holding measured meeting meetingpresence "
    "miss objection paidpiece paidsum payadjustment payline payrate payrun post posthouse site sitting statement worker",
    "tasks": "calendarday progress run task try",
    "vault": "subjectkey",
}


def planned(code: str, begin: int, end: int, scope: str = COUNTY) -> Census:
    """A census with phases from so many days ago to so many days ago."""
    census = make_census(code=code, scope=scope, reference_at=timezone.now() - dt.timedelta(days=begin))
    days = {"begins_on": TODAY - dt.timedelta(days=begin), "ends_on": TODAY - dt.timedelta(days=end)}
    Phase.objects.create(census=census, kind="enumerate", **days)
    return census


def sent(days: int, became: Household | None = None, place: str = GRID, form: str = "census_short") -> Submission:
    """A form that came so many days ago, with its file."""
    if not User.objects.filter(username=OFFICE.username).exists():
        make_user(OFFICE)
    office = User.objects.get(username=OFFICE.username)
    phone = AppUser.objects.first() or AppUser.objects.create(
        worker=office,
        digest=b"0" * 16,
        role="enumerator",
        scopes=place,
        place_code=place,
        made_by=office.pk,
        made_at=timezone.now(),
    )
    name = f"uuid:{uuid.uuid4()}"
    row = Submission.objects.create(
        pk=storing.key_of(name), instance_id=name, form_id=form, version="1", app_user=phone, place_code=place,
        digest=b"0" * 16, size=1, state=Submission.State.ASIDE if became is None else Submission.State.PROCESSED,
        received_at=timezone.now() - dt.timedelta(days=days),
    )  # fmt: skip
    path = storing.path_of(row.pk, row.digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"sealed")
    if became is not None:
        Result.objects.create(
            submission=row, position=0, action="census.receive_answer", outcome=Result.Outcome.DONE,
            subject_kind="household", subject_id=became.pk,
        )  # fmt: skip
    return row


def there(*rows: Submission) -> list[bool]:
    for row in rows:
        row.refresh_from_db()
        assert storing.path_of(row.pk, row.digest).exists() == (row.erased_at is None)
    return [row.erased_at is None for row in rows]


def home(census: Census) -> Household:
    return make_household(make_dwelling(make_building(census)))


def test_files_that_became_no_answer_go_with_the_census_in_whose_phases_they_came() -> None:
    old, new = planned("old", 1500, 1400), planned("new", 100, -100)
    of_old, late, of_new, of_others = sent(1450), sent(1300), sent(50), sent(1450, form="visit")
    assert files.erase(old) == 2  # what came late, in the phases of none that stands, too
    assert there(of_old, late, of_new, of_others) == [False, False, True, True]
    assert files.erase(new) == 1
    assert there(of_new, of_others) == [False, True]


def test_what_became_something_goes_with_the_list_on_which_it_stands() -> None:
    pilot, full = planned("pilot", 1500, 1400), planned("full", 1500, 900)
    of_pilot, of_full, nobodys = sent(950, home(pilot)), sent(1450, home(full)), sent(1450)
    files.erase(pilot)
    assert there(of_pilot, of_full, nobodys) == [False, True, False]


def test_a_census_elsewhere_loses_no_file_and_keeps_none_of_others() -> None:
    here, elsewhere = planned("here", 1500, 1400), planned("elsewhere", 1500, -100, scope=OTHER_GRID_ELSEWHERE[:12])
    near, far = sent(1450), sent(1450, place=OTHER_GRID_ELSEWHERE)
    files.erase(here)
    assert there(near, far) == [False, True]
    files.erase(elsewhere)
    assert there(far) == [False]


def test_a_census_without_days_keeps_what_may_be_its_own_and_nothing_of_the_phases_of_another() -> None:
    old = planned("old", 1500, 1400)
    make_census(code="unplanned")
    within, after = sent(1450), sent(1300)
    files.erase(old)
    assert there(within, after) == [False, True]


def test_the_destruction_deletes_them_and_counts_them() -> None:
    old = planned("old", 1500, 1400)
    planned("new", 100, -100)
    rows = [sent(1450, home(old)), sent(1450), sent(50)]
    actions.ask(actor=viewer(OFFICE), census=old, today=TODAY)
    done = actions.destroy(actor=viewer(OVERSEER), census=old, today=TODAY)
    assert done.counts["submissions"] == 2
    assert there(*rows) == [False, False, True]


def test_the_other_tables_of_the_site_are_known() -> None:
    """A table that comes to the site later is looked at before it stands here. These stay when the forms go.

    Of households they hold at most the key of a row that is gone (tasks, what forms of phones became, the log of changes). Those
    of the census itself: test_ending.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for name in (name for database in ("default", "log") for name in connections[database].introspection.table_names()):
        app, _line, table = name.partition("_")
        found[app].add(table)
    assert {app: " ".join(sorted(tables)) for app, tables in found.items() if app != "census"} == STAY
