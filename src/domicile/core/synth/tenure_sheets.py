"""The sheets of dwellings, rentals and units: clean, or as people fill them in with the slips of tenure_errors.yaml."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl

from domicile.core.synth.county import County
from domicile.core.synth.files import write_csv, write_workbook
from domicile.core.synth.lexicon import load, stream
from domicile.core.synth.mess import DATE_SPELLINGS, WIDE
from domicile.core.synth.sheets import DAY, worded

DWELLINGS, RENTALS, UNITS = "房屋信息表", "出租房屋台账", "单位信息表"
LEDGER = "tenure-errors.csv"
MOST_IN_A_WORKBOOK = 200_000
TENURE_HEADERS = {
    "address": "地址",
    "grid": "网格编码",
    "use": "房屋用途",
    "floor_area": "建筑面积",
    "rooms": "间数",
    "owner": "产权人(单位)",
    "owner_number": "产权人证件号码",
    "owner_phone": "产权人电话",
    "let": "是否出租",
    "tenant": "承租人",
    "tenant_phone": "承租人电话",
    "contract_from": "合同开始",
    "contract_to": "合同结束",
    "safety": "安全责任书(已签/未签)",
    "last_visit": "最近走访",
    "remark": "备注",
}
UNIT_HEADERS = {
    "name": "单位名称",
    "credit_code": "统一社会信用代码",
    "kind": "类型",
    "address": "地址",
    "grid": "网格编码",
    "contact": "负责人",
    "phone": "电话",
    "employees": "从业人数",
    "lodged": "住宿人数",
    "remark": "备注",
}
# Other words for the printed headers, of which a sheet has one now and then.
OTHER_WORDS = {
    "address": "房屋地址", "grid": "网格代码", "use": "用途", "floor_area": "面积", "rooms": "房间数", "owner": "房东",
    "owner_number": "房东身份证号", "owner_phone": "房东电话", "tenant": "租户", "tenant_phone": "租户电话",
    "last_visit": "走访日期",
}  # fmt: skip
LET, USED_BY_OWNER = "02", "01"
Generator = np.random.Generator


def tenure_sheets(county: County) -> dict[str, pl.DataFrame]:
    """The three sheets by their names: text under canonical column names, dates as dates."""
    people, rentals = county.people, county.rentals

    def of_person(ids: pl.Series, prefix: str) -> list[pl.Series]:
        known = people.with_columns(
            pl.when(pl.col("document_type") == "resident_id").then("document_number").alias("number")
        )
        ends = (("name", ""), ("number", "_number"), ("phone", "_phone"))
        return [known[name].gather(ids).alias(prefix + end) for name, end in ends]

    let = rentals.select("dwelling", "contract_from", "contract_to", "safety_signed", "last_visit").with_columns(
        of_person(rentals["landlord"], "landlord") + of_person(rentals["tenant"], "tenant")
    )
    heads = county.households.select("dwelling", "head").unique("dwelling", keep="first", maintain_order=True)
    own = heads.select("dwelling").with_columns(of_person(heads["head"], "head"))
    rows = county.dwellings.select("dwelling", "address", "grid", "use", "rooms", "floor_area")
    rows = rows.join(own, on="dwelling", how="left", maintain_order="left")
    rows = rows.join(let, on="dwelling", how="left", maintain_order="left")
    is_let, own_use = pl.col("landlord").is_not_null(), pl.col("use") == USED_BY_OWNER
    rows = rows.with_columns(
        pl.when(is_let).then(f"landlord{end}").when(own_use).then(f"head{end}").alias(f"owner{end}")
        for end in ("", "_number", "_phone")
    ).with_columns(
        worded("use", "dwelling_use"),
        pl.col("floor_area").cast(pl.String),
        pl.col("rooms").cast(pl.String),
        pl.when(is_let).then(pl.lit("是")).when(pl.col("use") != LET).then(pl.lit("否")).alias("let"),
        pl.when(is_let).then(pl.when("safety_signed").then(pl.lit("已签")).otherwise(pl.lit("未签"))).alias("safety"),
        pl.lit(None, dtype=pl.String).alias("remark"),
    )
    ledger = rows.filter(is_let).select(list(TENURE_HEADERS))
    # What the ledger of rentals is kept for stands there alone.
    dwellings = rows.select(list(TENURE_HEADERS)).with_columns(
        pl.lit(None, dtype=pl.String).alias("safety"), pl.lit(None, dtype=pl.Date).alias("last_visit")
    )
    return {DWELLINGS: dwellings, RENTALS: ledger, UNITS: _units(county)}


def _units(county: County) -> pl.DataFrame:
    return county.units.with_columns(
        worded("kind", "unit_kind"),
        pl.col("employees").cast(pl.String),
        pl.min_horizontal("lodged", "employees").cast(pl.String).alias("lodged"),
        pl.lit(None, dtype=pl.String).alias("remark"),
    ).select(list(UNIT_HEADERS))


def write_tenure(county: County, folder: Path, *, clean: bool = False, form: str = "csv") -> list[Path]:
    """Write the three sheets; return them in the order in which to import them, after those of people.

    Unless `clean`, `tenure-errors.csv` beside them tells every slip: file, row (from 1 beneath the header), field, kind,
    before, after.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths, slips = [], []
    for number, (name, frame) in enumerate(tenure_sheets(county).items()):
        ending = form if len(frame) <= MOST_IN_A_WORKBOOK else "csv"
        path = folder / f"{name}.{ending}"
        headers = UNIT_HEADERS if name == UNITS else TENURE_HEADERS
        titles: tuple[str, ...] = ()
        if not clean:
            rng = stream(county.seed, f"tenure sheet {name}")
            group = {DWELLINGS: "dwellings", RENTALS: "rentals", UNITS: "units"}[name]
            frame, planted = _with_slips(frame, group, path.name, rng)
            slips.append(planted)
            frame = _messy(frame, rng)
            headers = {key: _header(key, text, rng) for key, text in headers.items()} if name != UNITS else headers
            titles = (name, "填报单位：安禾县")[:number]
        _write(_dated(frame), path, headers, titles, "utf-8" if clean else ("gb18030", "utf-8-sig", "utf-8")[number])
        paths.append(path)
    if slips:
        pl.concat(slips).write_csv(folder / LEDGER)
    return paths


def _dated(frame: pl.DataFrame) -> pl.DataFrame:
    days = [name for name, kind in frame.schema.items() if kind == pl.Date]
    return frame.with_columns(pl.col(name).dt.strftime(DAY) for name in days)


def _write(frame: pl.DataFrame, path: Path, headers: dict[str, str], titles: tuple[str, ...], encoding: str) -> None:
    frame = frame.rename(headers)
    if path.suffix == ".csv":
        write_csv(frame, path, titles=titles, encoding=encoding)
    else:
        write_workbook(frame, path, titles=titles)


def _header(name: str, printed: str, rng: Generator) -> str:
    return OTHER_WORDS[name] if name in OTHER_WORDS and rng.random() < 0.3 else printed


def _wrong_digit(text: str, rng: Generator) -> str:
    place = int(rng.integers(max(0, len(text) - 8), len(text) - 1))
    return text[:place] + str((int(text[place]) + int(rng.integers(1, 10))) % 10) + text[place + 1 :]


def _year_slip(text: str, rng: Generator) -> str:
    day = dt.date.fromisoformat(text)
    return (day + dt.timedelta(days=365)).isoformat()


SLIPS: dict[str, Callable[[str, Generator], str]] = {
    "wrong_digit": _wrong_digit,
    "wrong_phone_digit": _wrong_digit,
    "decimal_lost": lambda text, rng: text.replace(".", ""),
    "one_more": lambda text, rng: str(int(text) + 1),
    "year_slip": _year_slip,
}


def _with_slips(frame: pl.DataFrame, group: str, file: str, rng: Generator) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with slips on them, and the ledger of these."""
    rows: list[tuple[str, int, str, str, str, str]] = []
    for column, slip in load("tenure_errors.yaml")[group].items():
        able = np.flatnonzero(frame[column].is_not_null().to_numpy())
        chosen = np.sort(rng.permutation(able)[: round(len(able) * float(slip["rate"]))])
        texts = frame[column].gather(chosen).cast(pl.String).to_list()
        slipped = [SLIPS[slip["kind"]](text, rng) for text in texts]
        rows += [
            (file, int(row) + 1, column, slip["kind"], before, after)
            for row, before, after in zip(chosen, texts, slipped, strict=True)
        ]
        values = pl.Series(slipped, dtype=pl.String)
        kept = values.str.to_date() if frame.schema[column] == pl.Date else values
        if len(chosen):
            frame = frame.with_columns(frame[column].scatter(chosen, kept))
    schema = ["file", "row", "field", "kind", "before", "after"]
    return frame, pl.DataFrame(rows, schema=dict.fromkeys(schema, pl.String) | {"row": pl.Int64}, orient="row")


def _messy(frame: pl.DataFrame, rng: Generator) -> pl.DataFrame:
    """Every cell says the same in one of the ways of saying it."""

    def some(share: float) -> pl.Expr:
        return pl.lit(pl.Series(rng.random(len(frame)) < share))

    for name, kind in frame.schema.items():
        if kind == pl.Date:
            written = pl.col(name).dt.strftime(DAY)
            for form in (DATE_SPELLINGS[1], *DATE_SPELLINGS[3:]):
                written = pl.when(some(0.2)).then(pl.col(name).dt.strftime(form)).otherwise(written)
            frame = frame.with_columns(written.alias(name))
    wide = list(WIDE), list(WIDE.values())
    ways: list[tuple[str, float, pl.Expr]] = [
        ("floor_area", 0.3, pl.col("floor_area").str.replace(r"^([0-9.]+)$", "${1}平方米")),
        ("floor_area", 0.1, pl.col("floor_area").str.replace(r"^([0-9.]+)$", "${1}㎡")),
        ("rooms", 0.2, pl.col("rooms") + "间"),
        ("use", 0.2, pl.col("use").replace({"自住": "自用", "出租": "出租房", "空置": "空房", "商用": "店铺"})),
        ("let", 0.2, pl.col("let").replace({"是": "√", "否": "未"})),
        ("kind", 0.3, pl.col("kind").replace({"小商铺": "商店", "小饭店": "餐馆", "小旅馆": "宾馆", "小诊所": "诊所"})),
        ("employees", 0.2, pl.col("employees") + "人"),
        (
            "owner_phone",
            0.2,
            pl.col("owner_phone") + "(" + pl.col("owner") + ")" if "owner" in frame.columns else pl.lit(""),
        ),
        ("address", 0.02, pl.col("address").str.replace_many(*wide)),
        ("address", 0.1, pl.col("address").str.replace(r"(\d)幢", "${1}栋")),
    ]
    for name, share, text in ways:
        if name in frame.columns:
            frame = frame.with_columns(pl.when(some(share)).then(text).otherwise(pl.col(name)).alias(name))
    return frame
