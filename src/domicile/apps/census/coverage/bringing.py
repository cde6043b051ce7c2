"""The households that the survey found, from a file: one row a person, taken whole or not at all."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import orjson
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import recording
from domicile.apps.census.answers import numbers
from domicile.apps.census.coverage.models import CoverageArea, CoverageHousehold, CoverageSurvey
from domicile.apps.census.frame import tables
from domicile.apps.census.listing.actions import envelope_of
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.vault import sealing

BRING = "census.bring_coverage"
PERMISSION = "plan_census"
MOST_ROWS = 200_000
#: Heads by which columns are known, in Chinese and English. The first five are needed.
HEADS = {
    "area": ("普查小区代码", "小区代码", "area", "enumeration area"),
    "household": ("户编号", "户号", "household"),
    "name": ("姓名", "name"),
    "sex": ("性别", "sex"),
    "birth_year": ("出生年", "birth year"),
    "birth_month": ("出生月", "birth month"),
    "id_number": ("公民身份号码", "身份证号", "id number"),
    "present": ("普查时点居住地", "present"),
    "registered": ("户口登记地", "registered"),
    "away": ("离开户口登记地时间", "away"),
}
NEEDED = ("area", "household", "name", "sex", "birth_year")
SEXES = {"男": 1, "1": 1, "male": 1, "女": 2, "2": 2, "female": 2}
#: Whoever is found by the survey lives in the area, unless the file says otherwise.
LIVES_HERE = {"present": 1, "registered": 1, "away": 1}
Rows = dict[tuple[str, str], list[dict[str, Any]]]


def bring(*, actor: Viewer, survey: CoverageSurvey, content: bytes) -> int:
    """Take the households of a file (CSV or workbook; heads HEADS); a household that comes again replaces what it said.

    Returns how many people it has. Raises Refused naming the row where an area was not drawn or a value is none.
    """
    if not actor.may(PERMISSION) or not actor.covers(survey.census.scope):
        raise NotAllowed("bring households of the coverage survey")
    check_open(survey)
    areas = {area.place_code: area for area in survey.areas.all()}
    found = _rows(content, areas)
    with transaction.atomic(), recording(
        actor=actor, action=BRING, subject_kind="census", subject_id=survey.census_id, place_code=survey.census.scope
    ) as change:  # fmt: skip
        check_open(CoverageSurvey.objects.select_for_update(of=("self",)).get(pk=survey.pk))
        held = CoverageHousehold.objects.filter(area__survey=survey)
        known = {(one.area_id, one.number): one for one in held.defer("content")}
        envelopes = {
            code: envelope_of(change, survey.census, code) for code in sorted({code for code, _number in found})
        }
        keys = {code: sealing.ensure_subject(one.pk) for code, one in envelopes.items()}
        fresh: list[CoverageHousehold] = []
        again: list[CoverageHousehold] = []
        for (code, number), persons in found.items():
            row = known.get((areas[code].pk, number))
            if row is None:
                row = CoverageHousehold(pk=new_id(), area=areas[code], number=number, envelope=envelopes[code])
                fresh.append(row)
            else:
                again.append(row)
            row.people, row.instance, row.content = len(persons), "", sealed(row, keys[code], {"persons": persons})
        change.create_many(fresh)
        CoverageHousehold.objects.bulk_update(again, ["people", "instance", "content"], batch_size=500)
        if again:
            change.values.append([CoverageHousehold._meta.db_table, "", "replace", {"households": [None, len(again)]}])
    return sum(map(len, found.values()))


def check_open(survey: CoverageSurvey) -> None:
    """Raise Refused once matching of the census is over: what the survey found is compared no more."""
    if numbers.over(survey.census_id):
        raise Refused(
            _("Matching of this census is over, and its resident numbers are deleted: the survey takes no more.")
        )


def sealed(row: CoverageHousehold, key: bytes, content: Mapping[str, Any]) -> bytes:
    """What a household said, sealed as answers are."""
    text = orjson.dumps(dict(content), option=orjson.OPT_SORT_KEYS)
    return sealing.encrypt(key, text, sealing.binding(row._meta.db_table, "content", row.pk))


def _rows(content: bytes, areas: Mapping[str, CoverageArea]) -> Rows:
    try:
        table = tables.read(content)[0]
    except tables.NoTable as problem:
        raise Refused(
            _("This file holds no table that can be read. Save it as CSV or xlsx and send it again."), "file"
        ) from problem
    head = next((row for row in table.rows[: tables.FIRST] if _columns(row[1]).keys() >= set(NEEDED)), None)
    if head is None:
        wanted = ", ".join(HEADS[name][0] for name in NEEDED)
        raise Refused(_("The file needs columns with the heads {heads}.").format(heads=wanted), "file")
    columns, found = _columns(head[1]), defaultdict[tuple[str, str], list[dict[str, Any]]](list)
    for line, cells in table.rows:
        if line <= head[0]:
            continue
        if line - head[0] > MOST_ROWS:
            raise Refused(_("The file has more than 200,000 rows."), "file")
        told = {name: cells[place].strip() if place < len(cells) else "" for name, place in columns.items()}
        if told["area"] not in areas:
            raise Refused(_("Row {row}: {code} is no area that was drawn.").format(row=line, code=told["area"]), "file")
        if not told["household"] or not told["name"]:
            raise Refused(_("Row {row}: household and name are needed.").format(row=line), "file")
        found[told["area"], told["household"][:64]].append(_person(line, told))
    if not found:
        raise Refused(_("The file has no row."), "file")
    return dict(found)


def _person(line: int, told: Mapping[str, str]) -> dict[str, Any]:
    sex = SEXES.get(told["sex"].lower())
    if sex is None:
        raise Refused(
            _("Row {row}: “{said}” is no sex; write 男 or 女, 1 or 2.").format(row=line, said=told["sex"]), "file"
        )
    person: dict[str, Any] = {"name": told["name"], "sex": sex} | LIVES_HERE
    for name, top in (("birth_year", 2200), ("birth_month", 12), ("present", 7), ("registered", 5), ("away", 9)):
        said = told.get(name, "")
        if not said:
            continue
        if not (said.isascii() and said.isdigit() and 0 < int(said) <= top):
            raise Refused(
                _("Row {row}: “{said}” cannot be in the column {head}.").format(
                    row=line, said=said, head=HEADS[name][0]
                ),
                "file",
            )
        person[name] = int(said)
    if told.get("id_number"):
        person["id_number"] = told["id_number"]
    return person


def _columns(cells: list[str]) -> dict[str, int]:
    known = {head: name for name, heads in HEADS.items() for head in heads}
    return {known[cell.strip().lower()]: place for place, cell in enumerate(cells) if cell.strip().lower() in known}
