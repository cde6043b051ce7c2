"""The lists from outside as files, each in the style of the office that hands it over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from domicile.core.synth.county import County
from domicile.core.synth.files import write_csv, write_workbook
from domicile.core.synth.outside import OutsideLists, make_outside

FOLDER: Final = "lists"


@dataclass(frozen=True)
class Style:
    """Heads by field, in the order of the file; how dates are written; title lines, encoding, kind of file.

    `extra`: heads of columns that come along and are of no concern here; some may not be held at all.
    """

    file: str
    heads: dict[str, str]
    dates: str = "%Y-%m-%d"
    titles: tuple[str, ...] = ()
    encoding: str = "utf-8"
    extra: tuple[tuple[str, str], ...] = ()


STYLES: Final = {
    "births": Style(
        "医院出生名单.csv",
        {"other_name": "产妇姓名", "other_number": "产妇身份证号", "name": "新生儿姓名", "sex": "新生儿性别",
         "birth_date": "分娩日期", "address": "现住址"},
        dates="%Y.%m.%d", titles=("安禾县人民医院出生名单",), encoding="gb18030", extra=(("民族", "汉族"), ("体重", "3300")),
    ),
    "deaths": Style(
        "死亡名单.xlsx",
        {"name": "死者姓名", "sex": "性别", "number": "身份证号码", "birth_date": "出生日期", "day": "死亡日期",
         "address": "生前常住地址"},
        titles=("人口死亡信息登记", "制表：疾控中心"),
    ),
    "marriages": Style(
        "结婚登记名单.csv",
        {"day": "登记日期", "name": "男方姓名", "number": "男方身份证号", "other_name": "女方姓名", "other_number": "女方身份证号"},
        dates="%Y年%m月%d日", encoding="utf-8-sig",
    ),
    "school_rolls": Style(
        "学籍名册.xlsx",
        {"name": "学生姓名", "sex": "性别", "birth_date": "出生年月日", "number": "身份证件号", "address": "家庭住址"},
        dates="%Y%m%d", titles=("学籍名册",), extra=(("政治面貌", "少先队员"), ("年级", "三年级")),
    ),
    "immunisation": Style(
        "预防接种建卡名单.csv",
        {"name": "儿童姓名", "sex": "性别", "birth_date": "出生日期", "number": "身份证号", "address": "现居住地址"},
        dates="%Y/%m/%d", extra=(("末次接种疫苗", "麻腮风"),),
    ),
    "registration": Style(
        "户籍名册.csv",
        {"number": "公民身份号码", "name": "姓名", "sex": "性别", "birth_date": "出生日期", "address": "户籍地址",
         "area": "区划代码"},
        dates="%Y%m%d", encoding="gb18030",
    ),
}  # fmt: skip
SEXES: Final = {"1": "男", "2": "女"}


def write_outside(county: County, folder: Path) -> list[Path]:
    """Write the six lists with their truth, and the events that the register is to know of, into `folder`/lists."""
    made = make_outside(county)
    into = folder / FOLDER
    into.mkdir(parents=True, exist_ok=True)
    paths = [write_list(made, name, into) for name in STYLES]
    truth = pl.concat([one.truth.select(pl.lit(name).alias("list"), pl.all()) for name, one in made.lists.items()])
    for name, frame in (("truth", truth), ("events", made.events)):
        paths.append(into / f"{name}.csv")
        frame.write_csv(paths[-1])
    return paths


def write_list(made: OutsideLists, name: str, folder: Path) -> Path:
    """Write one list as its office does; returns the file."""
    style, rows = STYLES[name], made.lists[name].rows
    shown = rows.with_columns(
        pl.col("sex").replace_strict(SEXES, default=None, return_dtype=pl.String),
        *(pl.col(one).str.to_date("%Y-%m-%d").dt.to_string(style.dates) for one in ("birth_date", "day")),
    )
    frame = shown.select(pl.col(field).fill_null("").alias(head) for field, head in style.heads.items())
    frame = frame.with_columns(pl.lit(value).alias(head) for head, value in style.extra)
    path = folder / style.file
    if path.suffix == ".csv":
        write_csv(frame, path, titles=style.titles, encoding=style.encoding)
    else:
        write_workbook(frame, path, titles=style.titles)
    return path
