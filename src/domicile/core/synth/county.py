"""The synthetic county as frames, made from a seed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from domicile.core.synth import geography, tenure
from domicile.core.synth.error_model import model_version, rate
from domicile.core.synth.households import Members, draw_members, household_kinds, ordered
from domicile.core.synth.lexicon import Ints, given_characters, pick, stream, surnames
from domicile.core.synth.people import PHONE_PREFIX, describe, is_collective
from domicile.core.synth.places import Places, build
from domicile.core.synth.planting import plant
from domicile.core.synth.records import share_of, write_down

MOST_PEOPLE = 10_000_000
Progress = Callable[[str, float], None]
FRAMES = (
    "areas", "grids", "streets", "buildings", "dwellings", "households", "people", "rentals", "units", "records",
    "truth",
)  # fmt: skip


@dataclass(frozen=True)
class County:
    """A county whose truth is known.

    `people` is what is true, one row a person. `records` is what stands on the sheets: one row or more a person, with
    the true `person_id` on each. `truth` is the ledger of planted errors. All codes are those of the register.
    """

    areas: pl.DataFrame
    grids: pl.DataFrame
    streets: pl.DataFrame
    buildings: pl.DataFrame
    dwellings: pl.DataFrame
    households: pl.DataFrame
    people: pl.DataFrame
    rentals: pl.DataFrame
    units: pl.DataFrame
    records: pl.DataFrame
    truth: pl.DataFrame
    seed: int
    today: date
    error_model: int

    def frames(self) -> dict[str, pl.DataFrame]:
        """All frames by name."""
        return {name: getattr(self, name) for name in FRAMES}


def _silent(stage: str, done: float) -> None:
    return None


def make_county(people: int, seed: int, today: date, progress: Progress = _silent) -> County:
    """A county of exactly `people` people (1…10,000,000), the same for the same arguments.

    `progress` is called with the stage that begins and the share done so far (0…1). Raises ValueError for a size out
    of range or a seed below zero.
    """
    if not 1 <= people <= MOST_PEOPLE:
        raise ValueError(f"A synthetic county has 1 to {MOST_PEOPLE:,} people, not {people:,}: choose another size.")
    if seed < 0:
        raise ValueError(f"The seed is a whole number from 0 up, not {seed}.")
    progress("households", 0.0)
    members = draw_members(people, seed)
    progress("areas and grids", 0.08)
    land = geography.lay_out(len(members.kind), seed)
    progress("dwellings", 0.12)
    places = build(land, is_collective(members), seed)
    members, places = _in_order(members, places)
    members = _with_namesakes(members, seed)
    progress("people", 0.25)
    described = _name_namesakes(describe(members, places, land.village, seed, today), members, seed)
    households = _households(members, places)
    progress("records", 0.6)
    grids = _staffed(land.grids, seed)
    workers = grids["worker"].gather(places.grid)
    records, added = write_down(described, households, places.dwellings, workers, seed)
    progress("errors", 0.75)
    records, truth = plant(described, records, added, seed, today)
    progress("rentals and units", 0.95)
    return County(
        areas=land.areas,
        grids=grids,
        streets=places.streets,
        buildings=places.buildings,
        dwellings=places.dwellings,
        households=households,
        people=described.drop("origin", "since"),
        rentals=tenure.rentals(described, households, places.dwellings, seed, today),
        units=tenure.units(described, places.dwellings, seed),
        records=records,
        truth=truth,
        seed=seed,
        today=today,
        error_model=model_version(),
    )


def _in_order(members: Members, places: Places) -> tuple[Members, Places]:
    """Households (and their people) in the order of their dwellings, that is of the place codes."""
    arranged = ordered(members, places.dwelling)
    return arranged, dataclasses.replace(places, dwelling=np.sort(places.dwelling))


def _namesakes(members: Members, seed: int) -> tuple[Ints, Ints]:
    """Pairs of unrelated grown people of one sex who are to share name and birth date."""
    rng = stream(seed, "namesakes")
    alone = np.flatnonzero((members.status == 0) & (members.relation == 2) & (members.sex == 1))
    wanted = share_of(len(members.sex), 2 * rate("natural", "namesake"), alone, rng)
    mixed = rng.permutation(wanted)
    half = len(mixed) // 2
    return mixed[:half], mixed[half : 2 * half]


def _with_namesakes(members: Members, seed: int) -> Members:
    first, second = _namesakes(members, seed)
    age = members.age.copy()
    age[second] = age[first]
    return dataclasses.replace(members, age=age)


def _name_namesakes(people: pl.DataFrame, members: Members, seed: int) -> pl.DataFrame:
    first, second = _namesakes(members, seed)
    if not len(first):
        return people
    # People from abroad keep the names on their documents.
    home = (people["nationality"].gather(first) == "CHN") & (people["nationality"].gather(second) == "CHN")
    first, second = first[home.to_numpy()], second[home.to_numpy()]
    if not len(first):
        return people
    return people.with_columns(people["name"].scatter(second, people["name"].gather(first)).alias("name"))


def _households(members: Members, places: Places) -> pl.DataFrame:
    kinds = household_kinds()
    return pl.DataFrame(
        {
            "household_id": np.arange(len(members.kind)),
            "dwelling": places.dwelling,
            "kind": pick([kind.name for kind in kinds], members.kind),
            "collective": pl.Series(is_collective(members)),
            "head": members.start,
            "size": np.bincount(members.household),
        }
    )


def _staffed(grids: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Grids with a lead, a worker and the worker's phone."""
    rng = stream(seed, "staff")
    words, _ = surnames()
    given, _ = given_characters(2, 1)

    def names() -> pl.Series:
        return pick(words, rng.integers(0, 40, len(grids))) + pick(given, rng.integers(0, len(given), len(grids)))

    # Downwards from the end of the range, where no resident's phone lies.
    phone = PHONE_PREFIX + 99_999_999 - np.arange(len(grids))
    return grids.with_columns(
        names().alias("lead"), names().alias("worker"), pl.Series("worker_phone", phone).cast(pl.String)
    )
