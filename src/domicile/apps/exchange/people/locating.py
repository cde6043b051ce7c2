"""From a written address and a grid to a community, a grid, a building and a dwelling."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from domicile.apps.areas.models import Area, Grid, GridBuilding
from domicile.apps.exchange import issues
from domicile.core.addresses.frame import parse_frame, standard_community
from domicile.core.codes.areas import NO_GRID

KEY_LIMIT, ADDRESS_LIMIT = 160, 160


@dataclass(frozen=True)
class Gazetteer:
    """Open areas and grids as look-up frames."""

    communities: pl.DataFrame  # code, community, township
    grids: pl.DataFrame  # grid (code), grid_name, community_code
    buildings: pl.DataFrame  # community_code, building_key, listed_grid
    fallback: str  # the one community that the import is for, or ''

    @classmethod
    def load(cls, scopes: tuple[str, ...]) -> "Gazetteer":
        """All open areas and grids of the register."""
        areas = list(Area.objects.filter(valid_to__isnull=True, level__gte=4).values_list("code", "name", "level"))
        townships = {code[:9]: name for code, name, level in areas if level == 4}
        rows = [(code, name, townships.get(code[:9], "")) for code, name, level in areas if level == 5]
        grids = list(Grid.objects.filter(valid_to__isnull=True).values_list("code", "name"))
        listed = (
            GridBuilding.objects.filter(grid__valid_to__isnull=True).exclude(key="").values_list("grid__code", "key")
        )
        own = [scope[:12] for scope in scopes]
        return cls(
            _frame(rows, ("code", "community", "township")).with_columns(standard_community(pl.col("community"))),
            _frame([(code, name, code[:12]) for code, name in grids], ("grid", "grid_name", "community_code")),
            _frame(
                [(code[:12], key, code) for code, key in listed], ("community_code", "building_key", "listed_grid")
            ).unique(["community_code", "building_key"], keep="first"),
            own[0] if len(set(own)) == 1 and len(own[0]) == 12 else "",
        )


def _frame(rows: Sequence[tuple[str, ...]], names: tuple[str, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def located(rows: pl.DataFrame, gazetteer: Gazetteer) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows with community_code, grid_code (nullable), building_key, dwelling_key and the address's parts; findings.

    One row of `rows` is one household: `address`, `grid`, `_sheet`, `_row`.
    """
    distinct = rows.select("address").unique(maintain_order=True)
    parts = distinct.hstack(parse_frame(distinct["address"]).get_columns())
    work = rows.join(parts, on="address", how="left", maintain_order="left", nulls_equal=True)
    work = _with_grid(work, gazetteer)
    work = _with_community(work, gazetteer)
    work = _with_listed_grid(work, gazetteer)
    address, community = pl.col("address"), pl.col("community_code")
    outside = pl.col("grid_code").is_not_null() & (pl.col("grid_code").str.slice(0, 12) != community)
    notes = pl.col("notes").fill_null("")
    detail_lost = notes.str.contains("not_understood")
    too_long = (pl.col("key").str.len_chars() > KEY_LIMIT) | (address.str.len_chars() > ADDRESS_LIMIT)
    findings = pl.concat(
        [
            issues.where(work, address.is_not_null() & ~pl.col("ok"), "address_unparsed", "address", address),
            issues.where(work, too_long, "text_too_long", "address", address, pl.lit(str(ADDRESS_LIMIT))),
            issues.where(work, pl.col("ok") & detail_lost, "address_rest", "address", address, pl.col("detail")),
            issues.where(
                work,
                pl.col("ok") & (notes != "") & (notes != "not_understood"),
                "address_normalised",
                "address",
                address,
                notes,
            ),
            issues.where(
                work, pl.col("ok") & community.is_null() & ~pl.col("ambiguous"), "community_unknown", "address", address
            ),
            issues.where(
                work,
                pl.col("ok") & community.is_null() & pl.col("ambiguous"),
                "community_ambiguous",
                "address",
                address,
            ),
            issues.where(
                work,
                pl.col("grid").is_not_null() & pl.col("grid_code").is_null(),
                "grid_unknown",
                "grid",
                pl.col("grid"),
            ),
            issues.where(work, outside, "grid_elsewhere", "grid", pl.col("grid"), address),
        ]
    )
    return work.with_columns(
        pl.coalesce("grid_code", "listed_grid").alias("grid_code"),
        pl.col("key").str.strip_prefix(pl.col("building_key") + "|").alias("dwelling_key"),
    ), findings


def _with_listed_grid(work: pl.DataFrame, gazetteer: Gazetteer) -> pl.DataFrame:
    """Add `listed_grid`: of the list that names the building, else of the one that names its group or whole street."""
    listed, by = gazetteer.buildings, ["community_code", "building_key"]
    whole = listed.filter(pl.col("building_key").str.ends_with("||")).rename(
        {"building_key": "_whole", "listed_grid": "_grid"}
    )
    work = work.with_columns((pl.col("building_key").str.split("|").list.first() + "||").alias("_whole"))
    work = work.join(listed, on=by, how="left", maintain_order="left")
    work = work.join(whole, on=["community_code", "_whole"], how="left", maintain_order="left")
    return work.with_columns(pl.coalesce("listed_grid", "_grid").alias("listed_grid")).drop("_whole", "_grid")


def _with_grid(work: pl.DataFrame, gazetteer: Gazetteer) -> pl.DataFrame:
    """Add `grid_code` from a code or a name; a name that several grids bear counts inside the address's community only."""
    grids = gazetteer.grids
    text = pl.col("grid").str.replace_all(r"\s", "")
    work = work.with_columns(text.alias("_grid"))
    by_code = grids.select(pl.col("grid").alias("_grid"), pl.col("grid").alias("_by_code"))
    names = grids.group_by("grid_name").agg(pl.col("grid").first().alias("_by_name"), pl.len().alias("_count"))
    names = names.filter(pl.col("_count") == 1).select(
        pl.col("grid_name").str.replace_all(r"\s", "").alias("_grid"), "_by_name"
    )
    local = (
        grids.join(gazetteer.communities, left_on="community_code", right_on="code")
        .select(
            "community",
            pl.col("grid_name").str.replace_all(r"\s", "").alias("_grid"),
            pl.col("grid").alias("_by_local"),
        )
        .unique(["community", "_grid"], keep="none")
    )
    work = work.join(by_code, on="_grid", how="left", maintain_order="left")
    work = work.join(names.unique("_grid", keep="none"), on="_grid", how="left", maintain_order="left")
    work = work.join(local, on=["community", "_grid"], how="left", maintain_order="left")
    return work.with_columns(pl.coalesce("_by_code", "_by_local", "_by_name").alias("grid_code")).drop(
        "_grid", "_by_code", "_by_name", "_by_local"
    )


def _with_community(work: pl.DataFrame, gazetteer: Gazetteer) -> pl.DataFrame:
    """Add `community_code` from the address's township and community, else from the grid, else the scope's one."""
    known = gazetteer.communities
    both = known.select("community", "township", pl.col("code").alias("_both")).unique(
        ["community", "township"], keep="none"
    )
    alone = known.select("community", pl.col("code").alias("_alone")).unique("community", keep="none")
    again = (
        known.group_by("community")
        .len()
        .filter(pl.col("len") > 1)
        .select("community", pl.lit(value=True).alias("_again"))
    )
    work = work.join(both, on=["community", "township"], how="left", maintain_order="left")
    work = work.join(alone, on="community", how="left", maintain_order="left")
    work = work.join(again, on="community", how="left", maintain_order="left")
    fallback = pl.when(pl.col("community").is_null()).then(pl.lit(gazetteer.fallback or None, dtype=pl.String))
    return work.with_columns(
        pl.coalesce("_both", "_alone", pl.col("grid_code").str.slice(0, 12), fallback).alias("community_code"),
        pl.col("_again").fill_null(value=False).alias("ambiguous"),
    ).drop("_both", "_alone", "_again")


def place_code() -> pl.Expr:
    """The 15-digit place code of `community_code` and `grid_code`."""
    return pl.coalesce(pl.col("grid_code"), pl.col("community_code") + NO_GRID)
