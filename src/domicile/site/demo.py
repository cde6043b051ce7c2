"""A county to try domicile with: synthetic people, loaded through the import road, and one login a role.

`demo.json` in the data folder says how far it is. A demonstration that was stopped halfway is taken away and made anew;
one that is ready is left as it is. A register without that file is never touched.
"""

import datetime as dt
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils import timezone
from django.utils.translation import override

from domicile.apps.common.viewer import Viewer
from domicile.core.synth.lexicon import standing_in
from domicile.site.databases import ALIASES
from domicile.site.demo_work import CODE_FILE
from domicile.site.migration import migrate

MARKER = "demo.json"
LOGINS = "demo-logins.txt"
TODAY = dt.date(2026, 11, 1)  # the day the synthetic county stands on
GRANTED_FROM = dt.date(2020, 1, 1)
DIGITS = {"province": 2, "prefecture": 4, "county": 6, "township": 9, "community": 12, "grid": 15}
IMPORTER = "county_operator"

# stage and share of it (0…1)
Tell = Callable[[str, float], None]


class NotADemonstration(RuntimeError):
    """There is a register in the data folder that this command did not make."""


@dataclass(frozen=True)
class Login:
    """One account of the demonstration, in the open: nobody in it is real."""

    role: str
    label_zh: str
    label_en: str
    username: str
    password: str
    secret: str
    scope: str


def state(home: Path) -> dict[str, Any]:
    """What the marker says: {} where there is none, else `state` (making or ready), `people` and `seed`."""
    with suppress(FileNotFoundError, json.JSONDecodeError):
        found: dict[str, Any] = json.loads((home / MARKER).read_text(encoding="utf-8"))
        return found
    return {}


def make(people: int, seed: int, tell: Tell, *, county: str = "") -> None:
    """Make the demonstration, in the first fictional county or in `county`.

    Raises NotADemonstration when another register stands here.
    """
    home = Path(settings.HOME)
    if state(home):
        take_away(home)
    elif _holds_data():
        raise NotADemonstration(
            f"{home} holds a register that is not the demonstration: set DOMICILE_HOME to a new folder"
        )
    mark(home, {"state": "making", "people": people, "seed": seed})
    tell("tables", 0.0)
    migrate()
    folder = Path(tempfile.mkdtemp(prefix=".domicile-demo-", dir=home))
    try:
        with standing_in(county):
            logins = _fill(people, seed, folder, tell)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    write_logins(home, logins)
    mark(home, {"state": "ready", "people": people, "seed": seed})


def logins(home: Path) -> list[Login]:
    """The accounts of a demonstration that is ready."""
    lines = (home / LOGINS).read_text(encoding="utf-8").splitlines()
    return [Login(**json.loads(line)) for line in lines if line.startswith("{")]


def code_now(secret: str, at: float) -> str:
    """The six digits that an authenticator app shows at `at` (seconds since 1970) for a secret (RFC 6238)."""
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

    return str(format_hotp_value(hotp_value(secret, int(at) // 30)))


def _fill(people: int, seed: int, folder: Path, tell: Tell) -> list[Login]:
    from domicile.core.synth import make_county, write_tenure
    from domicile.core.synth.official import write_official
    from domicile.site.sealing import seal_all

    county = make_county(people, seed, TODAY, lambda stage, done: tell(stage, 0.02 + 0.1 * done))
    # As messy as people write them, one sheet of people a township: what a county really sends.
    paths = write_official(county, folder, clean=False, split="township")
    paths += write_tenure(county, folder)
    busiest = str(county.records["grid"].drop_nulls().mode().sort()[0])
    tell("logins", 0.14)
    made = _make_logins(busiest)
    importer = _importer()
    weights = [path.stat().st_size for path in paths]
    for number, path in enumerate(paths):
        begin = 0.16 + 0.8 * sum(weights[:number]) / sum(weights)
        _load(importer, path, within(tell, begin, 0.8 * weights[number] / sum(weights)))
    tell("map", 0.96)
    _put_on_map(county)
    tell("chain", 0.965)
    _make_staff(busiest, seed)
    tell("field work", 0.968)
    _make_work(seed)
    _make_months(busiest)
    _make_campaign(busiest, seed)
    tell("seals", 0.97)
    seal_all()
    return made


def within(tell: Tell, begin: float, share: float) -> Tell:
    """Tell of a part of the whole: its own 0…1 is begin…begin + share of the whole."""
    return lambda stage, done: tell(stage, begin + share * done)


def _load(actor: Viewer, path: Path, tell: Tell) -> None:
    """One file through the import road: upload, check, commit, as an operator does it."""
    from domicile.apps.exchange import batches

    tell(f"reading {path.stem}", 0.0)
    batch = batches.upload(actor, path.name, path, source="demo")
    tell(f"checking {path.stem}", 0.1)
    batch = batches.check(batch, today=TODAY)
    if not batch.report.get("ready"):
        raise RuntimeError(f"{path.name} did not pass its check: {batch.report}")
    batches.commit(actor, batch, lambda stage, done, total: tell(stage, 0.3 + 0.7 * done / max(total, 1)))


def _make_logins(grid: str) -> list[Login]:
    """One account for each role that has an area, over the areas around `grid`."""
    from django.db import transaction

    from domicile.apps.access.actions import grant_role
    from domicile.apps.access.roles import matrix
    from domicile.apps.access.viewers import machine_viewer
    from domicile.apps.accounts.actions import create_user, give_second_factor

    made = []
    actor = machine_viewer("domicile demo", grid[: DIGITS["county"]])
    for role in matrix(TODAY).roles.values():
        if not role.scope_levels:
            continue
        scope = grid[: DIGITS[role.scope_levels[-1]]]
        with transaction.atomic():
            new = create_user(
                actor=actor,
                username=role.key,
                real_name=f"演示{role.label.zh}"[:64],
                area_code=scope[: DIGITS["community"]],
            )
            grant_role(actor=actor, user_id=new.user.pk, role=role.key, scope=scope, valid_from=GRANTED_FROM)
            secret = give_second_factor(actor=actor, user_id=new.user.pk)
        made.append(Login(role.key, role.label.zh, role.label.en, role.key, new.password, secret, scope))
    return made


def _put_on_map(county: Any) -> None:
    """Where the county's buildings stand: the official sheets do not say it."""
    from domicile.apps.maps.actions import MOST, place_buildings
    from domicile.apps.places.models import Building
    from domicile.core.addresses import AddressError, parse

    held = {(code, key): pk for code, key, pk in Building.objects.values_list("community_code", "key", "pk")}
    rows = county.buildings.join(county.dwellings.unique("building_id").select("building_id", "address"), "building_id")
    points = {}
    for community, address, *point in rows.select("community", "address", "longitude", "latitude").iter_rows():
        with suppress(AddressError):
            key = "|".join(parse(address).address.key().split("|")[:3])
            if (community, key) in held:
                points[held[community, key]] = (point[0], point[1])
    keys, actor = sorted(points), _importer("register_maintenance")
    for start in range(0, len(keys), MOST):
        place_buildings(actor=actor, points={key: points[key] for key in keys[start : start + MOST]})


def _make_staff(grid: str, seed: int) -> None:
    """The responsibility chain of the community around `grid`."""
    from domicile.site.demo_staff import make_chain

    officer, worker = _viewer("community_officer", "register_maintenance"), _viewer("grid_worker", "door_visit")
    community = grid[: DIGITS["community"]]
    make_chain(officer=officer, worker=worker, community=community, own_grid=grid, seed=seed, today=TODAY)


def _make_work(seed: int) -> None:
    """What a worker and a reviewer find in the first minute."""
    from domicile.site.demo_work import make_work

    officer, worker = _viewer("community_officer", "register_maintenance"), _viewer("grid_worker", "door_visit")
    make_work(officer=officer, worker=worker, home=Path(settings.HOME), seed=seed, today=timezone.localdate())


def _make_months(grid: str) -> None:
    """Past work, so that there is a month to assess and to pay."""
    from domicile.site.demo_month import make_months

    officer, worker = _viewer("community_officer", "register_maintenance"), _viewer("grid_worker", "door_visit")
    make_months(officer=officer, worker=worker, grid=grid, today=timezone.localdate())


def _make_campaign(grid: str, seed: int) -> None:
    """A campaign under way, so that there is progress to look at."""
    from domicile.site.demo_campaign import make_campaign

    officer, worker = _viewer("community_officer", "register_maintenance"), _viewer("grid_worker", "door_visit")
    with override(settings.LANGUAGE_CODE):  # what is written stands in the register's language
        make_campaign(officer=officer, worker=worker, grid=grid, seed=seed, today=timezone.localdate())


def _importer(purpose: str = "import_check") -> Viewer:
    return _viewer(IMPORTER, purpose)


def _viewer(username: str, purpose: str) -> Viewer:
    from domicile.apps.access.viewers import viewer_for
    from domicile.apps.accounts.models import User

    return viewer_for(User.objects.get(username=username), purpose, TODAY)


def _holds_data() -> bool:
    """Whether a register with accounts, areas or people stands in the databases of this instance."""
    from domicile.apps.accounts.models import User
    from domicile.apps.areas.models import Area
    from domicile.apps.people.models import Person

    connection = connections["default"]
    if connection.vendor == "sqlite" and not Path(str(connection.settings_dict["NAME"])).exists():
        return False
    tables = connection.introspection.table_names()
    return any(model._meta.db_table in tables and model._default_manager.exists() for model in (User, Area, Person))


def take_away(home: Path) -> None:
    """Remove what a stopped demonstration left: its tables and files, not the keys."""
    connections.close_all()
    if connections["default"].vendor == "sqlite":
        for path in home.iterdir():
            if path.name.startswith(tuple(settings.DATABASE_NAMES.files.values())):
                path.unlink()
    else:
        migrate()
        for alias in ALIASES:
            call_command("flush", database=alias, interactive=False, verbosity=0)
    for path in home.iterdir():
        if path.is_dir() and path.name not in {"keys", "static"} and path != Path(settings.KEYS):
            shutil.rmtree(path)
    (home / LOGINS).unlink(missing_ok=True)
    (home / CODE_FILE).unlink(missing_ok=True)


def mark(home: Path, content: dict[str, Any]) -> None:
    """Say how far a demonstration is."""
    fresh = home / f".{MARKER}"
    fresh.write_text(json.dumps(content), encoding="utf-8")
    fresh.replace(home / MARKER)


def write_logins(home: Path, made: list[Login]) -> None:
    """Keep the accounts, for the user of the machine alone."""
    (home / LOGINS).unlink(missing_ok=True)
    handle = os.open(home / LOGINS, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(asdict(login), ensure_ascii=False) + "\n" for login in made)
