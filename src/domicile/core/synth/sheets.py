"""The official layouts in canonical form: clean text in every cell, columns in the printed order."""

from __future__ import annotations

from functools import cache

import polars as pl

from domicile.core.codes.lists import code_list
from domicile.core.synth.county import County

AREAS = "区划代码表"
GRIDS = "网格信息表"
PEOPLE = "住户人口信息采集表"
# Canonical column → printed header; words in brackets may be left out.
PEOPLE_HEADERS = {
    "address": "本户地址",
    "grid": "网格编码(网格)",
    "phones": "联系电话",
    "name": "姓名",
    "relation": "与户主关系",
    "sex": "性别",
    "birth_date": "出生日期",
    "education": "文化程度",
    "marital": "婚姻状况",
    "registered_address": "户籍地址",
    "document_type": "证件类型",
    "document_number": "身份证号(证件号码)",
    "inflow_date": "流入时间(迁入时间)",
    "inflow_reason": "流入原因",
    "workers": "网格管理员",
    "remark": "备注",
}
AREA_HEADERS = {
    "code": "统计用区划代码",
    "urban_rural": "城乡分类代码",
    "name": "名称",
    "valid_from": "启用日期",
    "valid_to": "停用日期",
    "change": "变更",
    "successor": "后继代码",
}
GRID_HEADERS = {
    "grid": "网格编码",
    "name": "网格名称",
    "community": "上级区划代码",
    "kind": "类型",
    "lead": "网格长",
    "worker": "网格员",
    "worker_phone": "联系电话",
    "buildings": "楼栋",
    "polygon": "边界",
    "valid_from": "启用日期",
}
CODED = {"sex": "sex", "marital": "marital", "education": "education", "relation": "relation"}
CODED |= {"inflow_reason": "inflow_reason", "document_type": "document_kind"}
DAY = "%Y-%m-%d"


@cache
def printed_words(name: str) -> tuple[list[str], list[str]]:
    """Codes of a list and the words that the list prints for them."""
    known = code_list(name)
    return list(known.codes), [known.name(code) for code in known.codes]


def worded(column: str, name: str) -> pl.Expr:
    """A column of codes as the list's words; a code that is in no list raises."""
    codes, words = printed_words(name)
    return pl.col(column).replace_strict(codes, words, return_dtype=pl.String)


def coded_people(county: County) -> pl.DataFrame:
    """Rows of the household sheet with codes and dates not yet worded; `record_id`, `person_id` and `block` first."""
    kept = [name for name in PEOPLE_HEADERS if name != "phones"]
    return county.records.select("record_id", "person_id", "block", pl.col("phone").alias("phones"), *kept)


def people_sheet(rows: pl.DataFrame) -> pl.DataFrame:
    """Clean text cells under the printed headers."""
    return rows.select(
        (worded(name, CODED[name]) if name in CODED else _day(name) if name.endswith("_date") else pl.col(name)).alias(
            header
        )
        for name, header in PEOPLE_HEADERS.items()
    )


def _day(name: str) -> pl.Expr:
    return pl.col(name).dt.strftime(DAY)


def areas_sheet(county: County) -> pl.DataFrame:
    """The table of areas, past ones included."""
    return county.areas.select(
        "code",
        "urban_rural",
        "name",
        _day("valid_from"),
        _day("valid_to"),
        worded("change", "area_change"),
        "successor",
    ).rename(AREA_HEADERS)


def grids_sheet(county: County) -> pl.DataFrame:
    """The table of grids with their buildings (divided by 、) and polygons (GeoJSON)."""
    parts = [
        pl.col(name).cast(pl.String) + ending for name, ending in (("group", "组"), ("plate", "号"), ("building", "幢"))
    ]
    in_village = pl.col("group").is_not_null()
    label = (
        pl.when(in_village)
        .then(parts[0])
        .otherwise(pl.concat_str(pl.col("street_name").fill_null(""), parts[1].fill_null(""), parts[2].fill_null("")))
    )
    streets = county.streets.select("street", pl.col("name").alias("street_name"))
    lists = (
        county.buildings.join(streets, on="street", how="left", maintain_order="left")
        .select("grid", label.alias("label"))
        .unique(maintain_order=True)
        .group_by("grid", maintain_order=True)
        .agg(pl.col("label").str.join("、").alias("buildings"))
    )
    frame = county.grids.join(lists, on="grid", how="left", maintain_order="left")
    kind = worded("kind", "grid_kind").fill_null(code_list("grid_kind").name("general"))
    return frame.with_columns(kind.alias("kind"), _day("valid_from")).select(list(GRID_HEADERS)).rename(GRID_HEADERS)
