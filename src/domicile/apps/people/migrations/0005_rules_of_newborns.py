"""A newborn is a kind of change of its own: what areas said about adding a person holds for it as well."""

from typing import Any

from django.db import migrations


def copy_rules(apps: Any, _editor: Any) -> None:
    rules = apps.get_model("collect", "ReviewRule")
    said = set(rules.objects.filter(action="people.add_newborn").values_list("scope", flat=True))
    for row in rules.objects.filter(action="people.add_member").exclude(scope__in=said):
        rules.objects.create(scope=row.scope, action="people.add_newborn", needs_review=row.needs_review)


class Migration(migrations.Migration):
    dependencies = [("people", "0004_visibility_index_holds_why"), ("collect", "0002_proposal_evidence")]

    operations = [migrations.RunPython(copy_rules, migrations.RunPython.noop)]
