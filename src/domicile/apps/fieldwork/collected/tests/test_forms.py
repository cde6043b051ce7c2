"""The shipped forms compile, say nothing that is refused, and change only with a new version."""

import hashlib
import re
from pathlib import Path

import pytest
from django.conf import settings

from domicile.apps.collect.openrosa import compiling, registry

#: The first characters of each text's hash: who changes a form gives it a new version where it is registered, then these.
KNOWN = {
    "arriving": "1d325b1e9581",
    "dwelling_visit": "d58438263d06",
    "leaving": "24444e9223b2",
    "not_at_home": "4beed55c2c66",
    "patrol": "bbaaa6f3b916",
    "rental_visit": "c7fc90f2196f",
    "status_update": "3046aef15d18",
}
#: What grid workers' forms never ask (requirements of least data): nothing of this in any label.
REFUSED = re.compile(
    "民族|宗教|信仰|政治|党员|避孕|怀孕|孕|流产|计生|血型|指纹|人脸|可疑|重点人|上访|ethnic|religio|party|pregnan|contracep|suspic",
    re.I,
)


def test_every_shipped_text_is_registered() -> None:
    assert {path.stem for path in Path(settings.FORMS).glob("*.md")} == {form.id for form in registry.forms()}


@pytest.mark.parametrize("form_id", sorted(KNOWN))
def test_a_form_compiles_in_both_languages(form_id: str) -> None:
    form = registry.form(form_id)
    assert form is not None
    xml = compiling.compile_form(form.path, form.id, form.version).decode()
    assert 'lang="中文 (zh)"' in xml
    assert 'lang="English (en)"' in xml
    assert "<value>-</value>" not in xml  # a question without words in one of them
    for name in form.lists:
        assert f"jr://file-csv/{name}.csv" in xml
    assert not REFUSED.search(form.path.read_text("utf-8"))
    assert "geopoint" not in xml
    assert "deviceid" not in xml.lower()


@pytest.mark.parametrize("form_id", sorted(KNOWN))
def test_a_changed_text_needs_a_new_version(form_id: str) -> None:
    found = hashlib.sha256((Path(settings.FORMS) / f"{form_id}.md").read_bytes()).hexdigest()[:12]
    assert found == KNOWN[form_id], "set a new version where the form is registered, then this"


def test_what_is_no_form_is_told(tmp_path: Path) -> None:
    path = tmp_path / "broken.md"
    path.write_text("| survey |\n| | type | name |\n| | nonsense | a |\n", "utf-8")
    with pytest.raises(compiling.Unfit):
        compiling.compile_form(path, "broken", "1")
