"""The baseline of a ledger of people: the same rows in the same template, without scope, decryption or log."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from domicile.apps.people.ledgers.general import People
from domicile.apps.people.ledgers.persons import PersonTable
from domicile.apps.people.models import Visibility
from domicile.apps.people.selectors.ledger_lines import ledger_lines
from domicile.apps.screens.list import Column

MASKED = "770101***********1"


def plain_texts(model: Any, persons: Any, keys: Any, shown: Any) -> dict[Any, str]:
    """The same text for everybody: nothing sealed is read, nothing decrypted."""
    return dict.fromkeys(persons, MASKED)


class PlainTable(PersonTable):
    def lines(self, viewer: Any, persons: list[Any]) -> Any:
        return ledger_lines(
            viewer, persons, today=timezone.localdate(), numbers=self.wants("number"), opened=plain_texts
        )


class PlainPeople(People):
    """Rows by their keys, as the request lists them."""

    table = PlainTable

    def found(self, request: Any, asked: Any, sort: str, *, forgiving: bool) -> Any:
        keys = [int(key) for key in asked.get("keys", "").split(",") if key]
        rows: QuerySet[Visibility] = Visibility.objects.filter(pk__in=keys)
        filterset = People.filterset(asked, queryset=rows, request=request)  # type: ignore[misc]
        filterset.form.is_valid()
        return rows, filterset

    def read(self, viewer: Any, rows: list[Any], how: str, chosen: Mapping[str, Column]) -> list[Any]:
        return self.table(chosen).prepared(viewer, rows)
