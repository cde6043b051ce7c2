"""Empties the tables after a test that committed what it wrote.

Django's own way truncates every table there is and then tells every app that the database is new, which takes longer than
most tests. Here only tables that hold rows are emptied. What migrations leave behind, content types and permissions, is
kept, as Django would make it anew.
"""

from functools import cache
from typing import Any

from django.db import connections, transaction
from django.test import TransactionTestCase

KEPT = frozenset({"django_content_type", "auth_permission"})


def empty_after_each_test() -> None:
    """Let every test that commits end this way."""
    TransactionTestCase._fixture_teardown = _teardown  # type: ignore[method-assign]


def empty(alias: str) -> None:
    """Delete the rows of every table of one database."""
    connection = connections[alias]
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(_that_hold_rows(alias))
        tables = [name for (name,) in cursor.fetchall()]
    if tables:
        # Foreign keys are looked at when the transaction ends, so that the order of the tables does not matter.
        with transaction.atomic(using=alias), connection.cursor() as cursor:
            for name in tables:
                cursor.execute(f"DELETE FROM {quote(name)}")


@cache
def _that_hold_rows(alias: str) -> str:
    connection = connections[alias]
    names = sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT)
    rows = [f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {connection.ops.quote_name(name)})" for name in names]
    return " UNION ALL ".join(rows)


def _teardown(case: Any) -> None:
    for alias in case._databases_names(include_mirrors=False):
        empty(alias)
