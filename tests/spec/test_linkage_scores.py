"""Our bits and Splink's are the same: one model, one list, every pair of one birth date."""

import dataclasses
import math

import duckdb
import polars as pl
import pytest
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.comparison_level_library import CustomLevel
from splink.comparison_library import CustomComparison

from domicile.core.linkage.model import probability, shipped_model
from domicile.core.linkage.people import PEOPLE
from domicile.core.linkage.preparing import deepen, prepare
from domicile.core.linkage.specification import SILENT, BlockingRule
from domicile.core.synth.county import make_county
from domicile.engines.linkage import find_duplicates
from domicile.engines.linkage.conditions import prepare_engine, sql
from tests.engines.duplicates import TODAY

#: Every pair that shares a birth date, without a cascade, and without rare values weighing more: Splink reckons these its own way.
PLAIN = dataclasses.replace(
    PEOPLE,
    comparisons=tuple(
        dataclasses.replace(one, levels=tuple(dataclasses.replace(level, frequency=None) for level in one.levels))
        for one in PEOPLE.comparisons
    ),
    blocking=(BlockingRule("birth", ("birth",), everyone=True),),
    cascade=(),
    corrected=None,
    same=(),
    strata=(),
)


@pytest.fixture(scope="module")
def people():
    county = make_county(3_000, 41, TODAY)
    return county.records.select(
        pl.col("record_id").cast(pl.String).alias("person_id"), pl.col("block").cast(pl.String).alias("household_id"),
        pl.col("dwelling").cast(pl.String).alias("dwelling_id"), "name", "sex", "birth_date", "phone", "address",
        number="document_number", number_kind="document_type", area=pl.lit("770101001001"),
    )  # fmt: skip


def by_splink(people, model, prior):
    prepared = prepare(people, today=TODAY).records
    wide = deepen(prepared, prepared["row"])
    comparisons = []
    for comparison in PLAIN.comparisons:
        levels = []
        for level in comparison.levels:
            one = CustomLevel(sql(level.condition, "{}_l", "{}_r") if level.condition else "ELSE")
            if level.code == SILENT:
                levels.append(one.configure(is_null_level=True))
                continue
            bits = model.weight(PLAIN, comparison.name, level.code)
            levels.append(one.configure(m_probability=2.0 ** (bits - 30), u_probability=2.0**-30))
        comparisons.append(CustomComparison(levels, output_column_name=comparison.name))
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="id",
        comparisons=comparisons,
        blocking_rules_to_generate_predictions=[block_on("birth")],
        probability_two_random_records_match=probability(prior),
    )
    with duckdb.connect() as engine:
        prepare_engine(engine)
        linker = Linker(
            DuckDBAPI(connection=engine).register(wide.to_arrow()), settings, log_level=None, validate_settings=False
        )
        return pl.DataFrame(pl.from_arrow(linker.inference.predict().as_pyarrow_table()))


def test_every_pair_weighs_what_splink_says(people):
    model = dataclasses.replace(shipped_model(PEOPLE), review=1e-90)
    found = find_duplicates(people, today=TODAY, model=model, specification=PLAIN)
    ours = {frozenset((row["person_id_l"], row["person_id_r"])): row["bits"] for row in found.pairs.to_pylist()}
    theirs = by_splink(people, model, found.prior)
    said = {
        frozenset((left, right)): bits
        for left, right, bits in theirs.select("id_l", "id_r", "match_weight").iter_rows()
    }
    assert len(said) > 100
    assert ours.keys() == said.keys()
    assert all(math.isclose(ours[pair], said[pair], rel_tol=1e-9, abs_tol=1e-9) for pair in said)
