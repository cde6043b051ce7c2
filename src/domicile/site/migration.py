"""Make and upgrade the tables of the three databases."""

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from domicile.apps.vault.keyring import UnknownKey, make_keys, missing_keys
from domicile.apps.vault.models import SubjectKey
from domicile.site.databases import ALIASES


def pending() -> list[str]:
    """Migrations that are not applied yet, as `database app.name`, in their order."""
    waiting = []
    for alias in ALIASES:
        executor = MigrationExecutor(connections[alias])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        waiting += [f"{alias} {migration.app_label}.{migration.name}" for migration, _ in plan]
    return waiting


def require_keys() -> None:
    """Raise UnknownKey when values of the register were sealed with keys that are not in the key folder."""
    table = SubjectKey._meta.db_table
    if table not in connections["default"].introspection.table_names():
        return
    used = list(SubjectKey.objects.order_by("wrap_key").values_list("wrap_key", flat=True).distinct())
    if used and (missing := missing_keys(used)):
        raise UnknownKey(f"{', '.join(missing)} missing from {settings.KEYS}: put your copy of the key folder back")


def migrate() -> int:
    """Apply what is pending; returns how many migrations. Nothing else may use the databases meanwhile.

    Makes the keys of a new register. Raises UnknownKey when keys of a register with sealed values are missing: new ones
    in their place would read nothing and find nobody.
    """
    waiting = pending()
    require_keys()
    make_keys()
    for alias in ALIASES:
        if any(name.startswith(f"{alias} ") for name in waiting):
            call_command("migrate", database=alias, interactive=False, verbosity=0)
    return len(waiting)
