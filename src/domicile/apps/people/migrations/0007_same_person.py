"""Two ids of one person are linked; what a merge sets aside is kept."""

import django.db.models.deletion
from django.db import migrations, models

import domicile.apps.common.ids


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_names_in_one_order"),
    ]

    operations = [
        migrations.CreateModel(
            name="SamePerson",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=domicile.apps.common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("merged_at", models.DateTimeField()),
                (
                    "into",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.person",
                    ),
                ),
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="stood_for", to="people.person"
                    ),
                ),
                (
                    "stands",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="same", to="people.person"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SetAside",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=domicile.apps.common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("table", models.CharField(max_length=32)),
                ("row_id", models.UUIDField()),
                ("whole", models.BooleanField()),
                ("values", models.TextField()),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="aside", to="people.sameperson"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="sameperson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("person", models.F("into")), _negated=True),
                    models.Q(("person", models.F("stands")), _negated=True),
                ),
                name="nobody_stands_for_themselves",
            ),
        ),
        migrations.AddConstraint(
            model_name="setaside",
            constraint=models.UniqueConstraint(fields=("table", "row_id"), name="set_aside_once"),
        ),
    ]
