"""The test databases are copies, and never stale ones."""

import ast
import importlib.util
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from domicile.site.databases import ALIASES
from domicile.site.router import Router
from tests import databases


@pytest.mark.django_db(databases=ALIASES)
@pytest.mark.parametrize("alias", ALIASES)
def test_a_copy_has_every_migration(alias: str) -> None:
    executor = MigrationExecutor(connections[alias])
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


@pytest.mark.django_db(databases=ALIASES)
@pytest.mark.parametrize("alias", ALIASES)
def test_a_copy_has_the_tables_and_columns_of_the_models(alias: str) -> None:
    introspection, router = connections[alias].introspection, Router()
    models = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    wrong = []
    with connections[alias].cursor() as cursor:
        tables = set(introspection.table_names(cursor))
        for meta in (model._meta for model in models if router.db_for_read(model) == alias):
            columns = {field.column for field in meta.local_concrete_fields}
            found = introspection.get_table_description(cursor, meta.db_table) if meta.db_table in tables else []
            if columns != {column.name for column in found}:
                wrong.append(meta.db_table)
    assert not wrong


def test_a_changed_an_added_and_a_renamed_file_make_other_copies(tmp_path: Path) -> None:
    first, second = tmp_path / "0001_initial.py", tmp_path / "0002_more.py"
    first.write_text("one")
    names = [databases.digest([first])]
    first.write_text("two")
    names.append(databases.digest([first]))
    second.write_text("")
    names.append(databases.digest([first, second]))
    third = second.rename(tmp_path / "0003_more.py")
    names.append(databases.digest([first, third]))
    assert len(set(names)) == 4
    assert databases.digest([first, third]) == names[-1]


def test_what_decides_holds_all_that_migrations_are_made_of() -> None:
    known, missing = set(databases.deciding()), []
    migrations = [path for path in known if path.parent.name == "migrations" and "domicile" in path.parts]
    assert len(migrations) > 50
    for path in migrations:
        for name in imported(path):
            spec = importlib.util.find_spec(name)
            if spec is not None and spec.origin is not None and Path(spec.origin) not in known:
                missing.append(f"{path.name}: {name}")
    assert not missing, "name these in tests/databases.py, PRODUCT"


def imported(path: Path) -> list[str]:
    """The product's modules that a migration names."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.append(node.module)
    return [name for name in found if name.startswith("domicile.")]
