from itertools import combinations

import django.db.models.deletion
from django.db import migrations, models

import domicile.apps.common.ids

CHAIN = ("grid", "community", "township", "county")
WAYS = [" ".join(some) for count in range(len(CHAIN) + 1) for some in combinations(CHAIN, count)]
VERDICTS = ["passed", "accepted", "returned", "sent_again", "withdrawn", "undone"]


class Migration(migrations.Migration):
    dependencies = [("collect", "0003_phones_and_submissions")]

    operations = [
        migrations.AddField(
            model_name="reviewrule",
            name="levels",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.AddConstraint(
            model_name="reviewrule",
            constraint=models.CheckConstraint(condition=models.Q(("levels__in", WAYS)), name="review_levels_in_order"),
        ),
        migrations.AddConstraint(
            model_name="reviewrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("needs_review", True), ("levels", ""), _connector="OR"),
                name="levels_where_it_waits",
            ),
        ),
        migrations.AddField(
            model_name="proposal",
            name="later",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.AddField(
            model_name="proposal",
            name="version",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="proposal",
            name="corrected",
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name="proposal",
            index=models.Index(fields=["state", "proposed_at", "id", "place_code", "level"], name="proposal_age"),
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=domicile.apps.common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.PositiveSmallIntegerField()),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("passed", "Passed"),
                            ("accepted", "Accepted"),
                            ("returned", "Returned"),
                            ("sent_again", "Sent Again"),
                            ("withdrawn", "Withdrawn"),
                            ("undone", "Undone"),
                        ],
                        max_length=10,
                    ),
                ),
                ("level", models.CharField(max_length=10)),
                ("corrected", models.BooleanField(default=False)),
                ("by", models.UUIDField()),
                ("by_name", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                ("note", models.CharField(blank=True, max_length=200)),
                ("change_id", models.BigIntegerField(blank=True, null=True)),
                (
                    "proposal",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="decisions",
                        to="collect.proposal",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("proposal", "version"), name="one_decision_of_a_version"),
                    models.CheckConstraint(
                        condition=models.Q(("verdict__in", VERDICTS)),
                        name="decision_verdict",
                    ),
                ],
            },
        ),
    ]
