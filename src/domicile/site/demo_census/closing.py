"""After the last form: main figures, the survey of coverage against the planted truth, records, tables, publication."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domicile.core.synth import enumeration as synthetic
from domicile.site.demo import TODAY
from domicile.site.demo_census.office import CODE, MOMENT, Tell, viewer

#: So many areas are asked again, or all there are.
AGAIN = 30
HEADS = ("普查小区代码", "户编号", "姓名", "性别", "出生年", "出生月", "户口登记地", "离开户口登记地时间")
TITLE, PUBLISHER = (
    ("演示县人口普查", "Census of the demonstration county"),
    ("演示县普查办公室", "Census office of the demonstration county"),
)


@dataclass(frozen=True)
class Found:
    """What the survey of coverage says: the count, the estimate and its interval, and how many there are in truth."""

    counted: int
    number: float
    low: float
    high: float
    truth: int


def figures() -> int:
    """Count main figures; how many residents there are by them."""
    from domicile.apps.census.plan.models import Census
    from domicile.apps.census.quickcount import counting

    census = Census.objects.get(code=CODE)
    run = counting.count(counting.ask(actor=viewer("census_office", "supervision"), census=census))
    return sum(row.counts["residents"] for row in run.figures.all())


def coverage(
    homes: Sequence[synthetic.Home], fates: Sequence[synthetic.Fate], places: Mapping[int, str], truth: int, seed: int
) -> Found:
    """Ask areas again, compare, decide each open case as the truth has it, and estimate."""
    from domicile.apps.census.coverage import bringing, deciding, drawing, estimating, matching
    from domicile.apps.census.coverage.models import CoverageCase
    from domicile.apps.census.plan.models import Census

    census, office = Census.objects.get(code=CODE), viewer("census_office", "supervision")
    areas = min(AGAIN, len(drawing.frame(census)))
    survey = drawing.draw(actor=office, census=census, seed=seed, areas=areas)
    drawn = set(survey.areas.values_list("place_code", flat=True))
    seen = [
        (places[home.key], home)
        for home, fate in zip(homes, fates, strict=True)
        if fate.found and places[home.key] in drawn
    ]
    bringing.bring(actor=office, survey=survey, content=survey_file(seen))
    matching.match(actor=office, survey=survey)
    _decide(office, deciding, CoverageCase.objects.filter(area__survey=survey, outcome="open"), seen)
    whole = estimating.estimates(survey)[0].coverage
    if whole is None:
        raise RuntimeError("the survey of coverage has too few areas to tell: make a larger county")
    return Found(round(whole.census), whole.number, whole.low, whole.high, truth)


def _decide(office: Any, deciding: Any, cases: Any, seen: Sequence[tuple[str, synthetic.Home]]) -> None:
    """What people would find out: whoever is of a home that was seen is the same person, the others are as they were planted."""
    from domicile.apps.census.answers.models import Answer
    from domicile.apps.census.coverage.opening import opened
    from domicile.apps.vault import sealing

    census_side = [case.household for case in cases if case.side == "census"]
    forms = list(Answer.objects.filter(household_id__in=census_side, state="counts").defer("quick"))
    keys = sealing.data_keys(row.envelope_id for row in forms)
    names = {row.household_id: opened(keys[row.envelope_id], row)["persons"] for row in forms}
    for case in list(cases):
        case.refresh_from_db()
        if case.outcome != "open":
            continue
        if case.side == "survey":
            outcome = "matched" if case.step in {"slip_birth", "name_slip_birth", "sound_birth"} else "omitted"
        else:
            name = str(names[case.household][case.person].get("name", ""))
            outcome = "never" if name.startswith("虚构人") else "correct"
        deciding.decide(actor=office, case_id=case.pk, outcome=outcome)


def survey_file(seen: Sequence[tuple[str, synthetic.Home]]) -> bytes:
    """The file of the survey: a row a person."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerow(HEADS)
    for place, home in seen:
        for one in home.content["persons"]:
            told = [
                one["name"],
                one["sex"],
                one["birth_year"],
                one["birth_month"],
                one["registered"],
                one.get("away", ""),
            ]
            writer.writerow([place, home.key, *told])
    return stream.getvalue().encode("utf-8-sig")


def publish_all(home: Path, seed: int, tell: Tell) -> Path:
    """Records, edits, tables, protection, files; the first page of what is published."""
    from domicile.apps.areas.models import Area
    from domicile.apps.census.coding import actions as coding
    from domicile.apps.census.extract.writing import extract
    from domicile.apps.census.plan.models import Census
    from domicile.apps.census.release import tabulating
    from domicile.apps.census.release.publishing import Publication, publish
    from domicile.apps.census.release.risk import assess
    from domicile.core.enumeration import Words
    from domicile.core.policy import parameter

    records, work, release = (home / "work" / "records", home / "work" / "tables", home / "release")
    tell("codes", 0.0)
    census = Census.objects.get(code=CODE)
    coding.gather(actor=viewer("processor", "processing"), census=census)
    tell("records", 0.05)
    extract(actor=viewer("census_office", "supervision"), census=census, folder=records)
    tell("edits", 0.2)
    edited = edit_all(records, home / "work" / "edited", seed)
    tell("tables", 0.4)
    wanted = tabulating.Wanted(
        None, None, (), True, True, parameter("census_tables.close_pairs", TODAY),
        parameter("census_tables.sample_share", TODAY), parameter("census_tables.sample_alike", TODAY),
    )  # fmt: skip
    tabulating.tabulate(
        edited,
        work,
        wanted,
        cluster=None,
        tell=lambda _part, done, total: tell("tables", 0.4 + 0.3 * done / max(1, total)),
    )
    names = dict(Area.objects.filter(valid_to=None).values_list("code", "name"))
    checked = assess(work, TODAY, names).digest
    given = Publication(Words(*TITLE), Words(*PUBLISHER), MOMENT, TODAY, "1.0", "演示", checked, names, {})
    publish(work, release, given, tell=lambda _part, done, total: tell("publication", 0.7 + 0.3 * done / max(1, total)))
    return release / "index.html"


def edit_all(records: Path, edited: Path, seed: int) -> Path:
    """Edit the records: what contradicts itself or is missing; where they stand then."""
    from domicile.engines.census_edit_files import save
    from domicile.engines.census_edit_records import read
    from domicile.engines.census_edits import edit

    save(edit(read(records), seed=seed), edited, seed=seed)
    return edited
