"""Residents by sex and age group are kept by township; those of each census area go."""

from collections import defaultdict

import django.db.models.deletion
from django.db import migrations, models

import domicile.apps.common.fields

TOWNSHIP = 9


def gather(apps, editor):
    """Add up what stands by census area."""
    figures, ages = (apps.get_model("census", name) for name in ("QuickFigure", "QuickAges"))
    kept = defaultdict(lambda: [0] * 66)
    rows = figures.objects.values_list("count_id", "count__census__scope", "area_code", "by_age")
    for count, scope, area, by_age in rows.iterator(2000):
        held = kept[count, area[: max(TOWNSHIP, len(scope))]]
        for place, people in enumerate(by_age):
            held[place] += people
    ages.objects.bulk_create(
        [ages(count_id=count, area_code=area, by_age=told) for (count, area), told in kept.items()], batch_size=500
    )


class Migration(migrations.Migration):
    dependencies = [
        ("census", "0012_code_at_door"),
    ]

    operations = [
        migrations.CreateModel(
            name="QuickAges",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("area_code", domicile.apps.common.fields.KeyField(max_length=12)),
                ("by_age", models.JSONField()),
                (
                    "count",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ages",
                        to="census.quickcount",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("count", "area_code"), name="one_row_of_ages_of_an_area")
                ],
            },
        ),
        migrations.RunPython(gather, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(model_name="quickfigure", name="by_age"),
    ]
