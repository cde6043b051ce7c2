"""Least data behind the wall: every field that the census stores about a person names its use."""

from pathlib import Path

import yaml
from django.apps import apps

import domicile.apps.census

REGISTER = yaml.safe_load((Path(domicile.apps.census.__path__[0]) / "stored_fields.yaml").read_text("utf-8"))


def stored() -> dict[str, set[str]]:
    found = apps.get_app_config("census").get_models()
    return {model._meta.label_lower: {field.attname for field in model._meta.concrete_fields} for model in found}


def test_every_field_about_a_person_names_its_use_and_no_line_is_left_of_one_that_is_gone() -> None:
    listed = {model: set(uses) for model, uses in (REGISTER["fields"] or {}).items()}
    about_persons = {model: fields for model, fields in stored().items() if model not in REGISTER["about_no_person"]}
    assert listed == about_persons
    assert not set(REGISTER["about_no_person"]) - set(stored())


def test_every_use_is_stated_and_used() -> None:
    used = {use for uses in (REGISTER["fields"] or {}).values() for use in uses.values()}
    assert used <= set(REGISTER["uses"])
    assert all({"zh", "en"} == set(text) for text in REGISTER["uses"].values())
