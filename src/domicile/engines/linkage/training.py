"""Train a model: Splink estimates how often each level holds among pairs of one person and among pairs of two.

`u` comes from pairs drawn at random, `m` from the pairs of one person: known ones where a list with its truth is at hand,
otherwise by expectation maximisation, once over pairs that agree on the number and once over pairs that agree on sound and
birth date.
"""

from __future__ import annotations

import datetime as dt
import logging
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Final

import duckdb
import polars as pl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.comparison_level_library import CustomLevel
from splink.comparison_library import CustomComparison
from splink.internals.comparison_level_creator import ComparisonLevelCreator

from domicile.core.linkage.model import Model, Odds
from domicile.core.linkage.people import PEOPLE
from domicile.core.linkage.preparing import Unfit, prepare
from domicile.core.linkage.specification import SILENT, Comparison, Specification
from domicile.engines.linkage.conditions import prepare_engine, sql
from domicile.engines.linkage.tables import People, deepened, read

#: Pairs drawn at random, and records from which they are drawn.
PAIRS: Final = 400_000
SAMPLE: Final = 20_000
#: What expectation maximisation begins from.
TRAINING: Final = (("number",), ("named", "birth"))
#: No level holds for less than so many of the pairs of one person: lists in use err in more ways than those that are trained on.
CAUTION: Final = 0.001
#: A level that was never seen is not impossible: it gets what half a pair would be.
LEAST: Final = 0.5


def train(
    people: People,
    *,
    today: dt.date,
    seed: int,
    truth: pl.Series | None = None,
    specification: Specification = PEOPLE,
    training: Sequence[tuple[str, ...]] = TRAINING,
    name: str = "trained",
    threshold: float = 0.5,
    review: float = 0.05,
    duplicates: float = 0.01,
    pairs: int = PAIRS,
    caution: float = CAUTION,
) -> Model:
    """Train a model on a table `people`.

    `truth` says for each row, in order, who it is: then nothing is guessed. `training` are the columns whose equality makes the
    pairs over which `m` is estimated without truth. The same arguments give the same model.
    """
    records = prepare(read(people), today=today).records
    if truth is not None:
        records = records.with_columns(truth=truth.cast(pl.String))
    return train_records(
        records, seed=seed, specification=specification, training=training, name=name, threshold=threshold, review=review,
        duplicates=duplicates, pairs=pairs, caution=caution,
    )  # fmt: skip


def train_records(
    records: pl.DataFrame,
    *,
    seed: int,
    specification: Specification,
    training: Sequence[tuple[str, ...]],
    name: str = "trained",
    threshold: float = 0.5,
    review: float = 0.05,
    duplicates: float = 0.01,
    pairs: int = PAIRS,
    caution: float = CAUTION,
) -> Model:
    """As `train`, on prepared records: `row` (UInt32, 0 up), the columns of the specification, `truth` where it is known."""
    logging.getLogger("splink").setLevel(logging.ERROR)
    drawn = records["row"].sample(min(SAMPLE, len(records)), seed=seed)
    with duckdb.connect() as engine, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        engine.execute("SET enable_progress_bar = false")
        prepare_engine(engine)
        at_random = _linker(engine, "drawn", deepened(specification, records, drawn), specification, {})
        at_random.training.estimate_u_using_random_sampling(
            max_pairs=pairs, seed=seed, min_count_per_level=None, num_chunks=1
        )
        u = _estimates(at_random, specification, "u", LEAST / pairs)
        _count_exactly(records, specification, u)
        m = _matches(engine, records, specification, u, training)
    odds = {
        one.name: {
            code: Odds(max(value, caution), u[one.name][code])
            for code, value in m[one.name].items()
            if code in u[one.name]
        }
        for one in specification.comparisons
    }
    card = {
        "trained_on": len(records),
        "seed": seed,
        "truth": "truth" in records.columns,
        "pairs": pairs,
        "caution": caution,
    }
    return Model(name, 1, specification.name, odds, duplicates, threshold, review, card)


def _matches(
    engine: duckdb.DuckDBPyConnection,
    records: pl.DataFrame,
    specification: Specification,
    u: Mapping[str, Mapping[str, float]],
    training: Sequence[tuple[str, ...]],
) -> dict[str, dict[str, float]]:
    """`m` of each level, from records that share a key with another one: only they can be in a pair."""
    labelled = "truth" in records.columns
    shared: dict[tuple[str, ...], pl.Expr] = {}
    for columns in [("truth",)] if labelled else training:
        present = pl.all_horizontal(pl.col(column).is_not_null() for column in columns)
        among = present & (pl.len().over(columns) > 1)
        if records.select(among.any()).item():
            shared[columns] = among
    if not shared:
        raise Unfit(
            "No two records agree on a number, or on name and birth date: there is nothing to train on. Use the shipped model."
        )
    chosen = records.filter(pl.any_horizontal(shared.values()))["row"]
    linker = _linker(engine, "alike", deepened(specification, records, chosen), specification, u)
    if labelled:
        linker.training.estimate_m_from_label_column("truth")
    else:
        for columns in shared:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(*columns), estimate_without_term_frequencies=True
            )
    return _estimates(linker, specification, "m", LEAST / max(len(chosen) / 2, 1))


def _count_exactly(records: pl.DataFrame, specification: Specification, u: dict[str, dict[str, float]]) -> None:
    """Put the exact share of pairs in the place of `u` for levels that are plain equality of one column: most are too rare to
    draw.
    """
    for comparison in specification.comparisons:
        for level in comparison.levels:
            condition = level.condition
            if condition is None or condition.kind != "equal" or len(condition.columns) != 1:
                continue
            column = condition.columns[0]
            if column not in records.columns or level.code not in u[comparison.name]:
                continue
            held = records.group_by(column).len().filter(pl.col(column).is_not_null())["len"].cast(pl.Float64)
            total = float(held.sum())
            pairs = float((held * (held - 1)).sum())
            if pairs > 0:
                u[comparison.name][level.code] = pairs / (total * (total - 1))


def _linker(
    engine: duckdb.DuckDBPyConnection,
    table: str,
    wide: pl.DataFrame,
    specification: Specification,
    u: Mapping[str, Mapping[str, float]],
) -> Linker:
    """Splink's linker over some records, with what is known of `u`."""
    held = [column for column in specification.columns() if column in wide.columns]
    truth = ["truth"] if "truth" in wide.columns else []
    frame = wide.select(pl.col("row").alias("unique_id"), *held, *truth)
    api = DuckDBAPI(connection=engine)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_comparison(one, u.get(one.name, {})) for one in specification.comparisons],
        blocking_rules_to_generate_predictions=[],
        retain_matching_columns=False,
    )
    return Linker(
        api.register(frame.to_arrow(), dataset_display_name=table), settings, log_level=None, validate_settings=False
    )


def _comparison(comparison: Comparison, u: Mapping[str, float]) -> CustomComparison:
    levels: list[ComparisonLevelCreator | dict[str, Any]] = []
    for level in comparison.levels:
        text = sql(level.condition, "{}_l", "{}_r") if level.condition else "ELSE"
        one: ComparisonLevelCreator = CustomLevel(text, label_for_charts=level.code)
        if level.code == SILENT:
            one = one.configure(is_null_level=True)
        elif level.code in u:
            one = one.configure(u_probability=u[level.code])
        levels.append(one)
    return CustomComparison(levels, output_column_name=comparison.name)


def _estimates(linker: Linker, specification: Specification, which: str, least: float) -> dict[str, dict[str, float]]:
    """What Splink has estimated, by comparison and code; a level that it never saw gets `least`, unless it has another to go
    by.
    """
    settings: dict[str, Any] = linker.misc.save_model_to_json()
    found: dict[str, dict[str, float]] = {}
    for one in settings["comparisons"]:
        comparison = specification.comparison(one["output_column_name"])
        levels = found.setdefault(comparison.name, {})
        for level in one["comparison_levels"]:
            code, value = level["label_for_charts"], level.get(f"{which}_probability")
            if code == SILENT:
                continue
            if isinstance(value, float) and value > 0:
                levels[code] = min(value, 1.0)
            elif which == "u" or comparison.level(code).like is None:
                levels[code] = least
    return found
