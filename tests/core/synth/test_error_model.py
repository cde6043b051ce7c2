"""The error model is frozen: what is tuned on it must not move it."""

from __future__ import annotations

from pathlib import Path

from domicile.core.synth import model_hash, model_version
from domicile.core.synth.error_model import kinds, rate
from domicile.core.synth.faults import FAULTS

FROZEN = {1: "4ffcefce98537d63373acff0f1f0f741fd28216fcc24a1389cb2aed1624c2bfc"}
PAGE = Path(__file__).parents[3] / "docs/develop/error-model.md"


def test_the_model_is_frozen_and_a_change_needs_a_new_version() -> None:
    assert model_hash() == FROZEN[model_version()]
    assert model_version() == max(FROZEN)


def test_every_kind_has_a_small_rate_and_a_fault() -> None:
    for group in ("natural", "records", "number", "name", "birth", "sex", "phone"):
        for kind in kinds(group):
            assert 0 < rate(group, kind) < 0.02
            assert group in ("natural", "records") or kind == "borrowed_number" or kind in FAULTS


def test_the_page_documents_every_kind() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for group in ("natural", "records", "number", "name", "birth", "sex", "phone"):
        for kind in kinds(group):
            assert f"`{kind}`" in text
    assert f"version {model_version()}" in text.lower()
