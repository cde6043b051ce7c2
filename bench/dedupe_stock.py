"""What a good engineer does with Splink in an afternoon: the baseline of the benchmarks of linkage.

Names with their sounds, dates by Splink's own comparison, numbers by edit distance, address and phone as one comparison (as two
they make one person of a household), expectation maximisation over two blocking rules, connected components.
"""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

import polars as pl

from domicile.core.linkage.name_columns import sounds

#: The baseline is judged at whichever of these does best, which an engineer without the truth could only guess.
THRESHOLDS = (0.5, 0.9, 0.99, 0.999)


def prepared(people: Path) -> pl.DataFrame:
    """The table with the sound of each name and the date as text."""
    frame = pl.read_parquet(people)
    return frame.select(
        pl.col("person_id").alias("unique_id"), "name", "sex", "number", "phone", "address", "registered_at",
        dob=pl.col("birth_date").dt.strftime("%Y-%m-%d"), sound=sounds(frame["name"]),
    )  # fmt: skip


def settings() -> Any:
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl
    from splink import SettingsCreator, block_on

    names = cl.CustomComparison(
        [
            cll.NullLevel("name"),
            cll.ExactMatchLevel("name", term_frequency_adjustments=True),
            cll.ExactMatchLevel("sound", term_frequency_adjustments=True),
            cll.JaroWinklerLevel("sound", 0.92),
            cll.ElseLevel(),
        ],
        output_column_name="name",
    )
    places = cl.CustomComparison(
        [
            cll.NullLevel("address"),
            cll.Or(cll.ExactMatchLevel("address"), cll.ExactMatchLevel("phone")),
            cll.ExactMatchLevel("registered_at"),
            cll.ElseLevel(),
        ],
        output_column_name="place",
    )
    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            names,
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.DamerauLevenshteinAtThresholds("number", [1]),
            cl.ExactMatch("sex"),
            places,
        ],
        blocking_rules_to_generate_predictions=[
            block_on("number"),
            block_on("sound", "dob"),
            block_on("sound", "substr(dob, 6, 5)"),
            block_on("sound", "substr(dob, 1, 4)", "sex"),
            block_on("dob", "substr(number, 1, 6)", "substr(name, 1, 1)"),
            block_on("phone", "dob"),
        ],
        retain_matching_columns=False,
    )


def linker(people: Path, model: Path | None, memory_mb: int) -> Any:
    """Splink's linker over the file, trained or with a saved model."""
    import duckdb
    from splink import DuckDBAPI, Linker, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    warnings.simplefilter("ignore")
    engine = duckdb.connect()
    engine.execute("SET enable_progress_bar = false")
    engine.execute(f"SET memory_limit = '{memory_mb}MB'")
    api = DuckDBAPI(connection=engine)
    table = api.register(prepared(people).to_arrow(), dataset_display_name="people")
    if model is not None and model.exists():
        return Linker(table, str(model), log_level=None)
    made = Linker(table, settings(), log_level=None)
    made.training.estimate_probability_two_random_records_match(
        [block_on("number"), block_on("name", "dob", "sex")], recall=0.8
    )
    made.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=1)
    for rule in (block_on("number"), block_on("sound", "dob")):
        made.training.estimate_parameters_using_expectation_maximisation(rule)
    if model is not None:
        made.misc.save_model_to_json(str(model))
    return made


def best_clusters(made: Any) -> tuple[list[pl.DataFrame], int]:
    """Clusters (person_id, cluster) at each of THRESHOLDS, and how many pairs stood above the lowest."""
    pairs = made.inference.predict(threshold_match_probability=THRESHOLDS[0])
    found = []
    for threshold in THRESHOLDS:
        frame = made.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=threshold)
        rows = pl.DataFrame(pl.from_arrow(frame.as_pyarrow_table()))
        found.append(rows.select(person_id=pl.col("unique_id"), cluster=pl.col("cluster_id")))
    return found, len(pairs.as_pyarrow_table())
