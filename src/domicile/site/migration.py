"""Make and upgrade the tables of the three databases."""

from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from domicile.site.databases import ALIASES


def pending() -> list[str]:
    """Migrations that are not applied yet, as `database app.name`, in their order."""
    waiting = []
    for alias in ALIASES:
        executor = MigrationExecutor(connections[alias])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        waiting += [f"{alias} {migration.app_label}.{migration.name}" for migration, _ in plan]
    return waiting


def migrate() -> int:
    """Apply what is pending; returns how many migrations. Nothing else may use the databases meanwhile."""
    waiting = pending()
    for alias in ALIASES:
        if any(name.startswith(f"{alias} ") for name in waiting):
            call_command("migrate", database=alias, interactive=False, verbosity=0)
    return len(waiting)
