"""Make and upgrade the tables of a site's databases."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import connections
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor

from domicile.apps.vault.keyring import UnknownKey, make_keys, missing_keys
from domicile.apps.vault.models import SubjectKey
from domicile.site.databases import ALIASES
from domicile.site.router import apps_in_log


def pending() -> list[str]:
    """Migrations that are not applied yet, as `database app.name`, in their order."""
    waiting = []
    for alias in ALIASES:
        executor = MigrationExecutor(connections[alias])
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
        waiting += [f"{alias} {migration.app_label}.{migration.name}" for migration, _ in plan]
    return waiting


def require_keys() -> None:
    """Raise UnknownKey when values were sealed with keys that are not in the key folder."""
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
            apply(alias)
    return len(waiting)


def apply(alias: str) -> None:
    """Apply what is pending in one database."""
    if alias == "default":
        call_command("migrate", database=alias, interactive=False, verbosity=0)
    else:
        _apply_beside(alias)


def _apply_beside(alias: str) -> None:
    """Apply what is pending in a database beside the register: most migrations change nothing there.

    Django's command would make the models of all apps anew for each operation, which takes as long as in the register
    itself. What does not concern the database is noted as applied, so that the next upgrade goes on from there.
    """
    executor = MigrationExecutor(connections[alias], lambda *_told: None)
    executor.recorder.ensure_schema()
    leaves = executor.loader.graph.leaf_nodes()
    plan = executor.migration_plan(leaves)
    state = executor.migrate(leaves, plan=[])
    emit_pre_migrate_signal(0, False, alias, apps=state.apps, plan=plan)
    for step in plan:
        migration = step[0]
        if _concerns(alias, migration):
            state = executor.migrate(leaves, plan=[step], state=state)
        else:
            state.__dict__.pop("apps", None)  # kept, they would be made anew; whoever needs them makes them once
            state = migration.mutate_state(state, preserve=False)
            executor.record_migration(migration)  # type: ignore[call-arg, arg-type]
    emit_post_migrate_signal(0, False, alias, apps=state.apps, plan=plan)


def _concerns(alias: str, migration: Migration) -> bool:
    named = [getattr(operation, "hints", {}).get("database") for operation in migration.operations]
    return migration.app_label in apps_in_log() or alias in named
