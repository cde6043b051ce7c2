import django.db.models.deletion
from django.db import migrations, models

import domicile.apps.common.fields
import domicile.apps.common.ids
import domicile.apps.vault.fields


def key() -> "tuple[str, models.UUIDField]":
    """The id of a row."""
    return (
        "id",
        models.UUIDField(default=domicile.apps.common.ids.new_id, editable=False, primary_key=True, serialize=False),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("fieldwork", "0001_initial"),
        ("people", "0004_visibility_index_holds_why"),
        ("places", "0004_plates_by_code"),
    ]

    operations = [
        migrations.CreateModel(
            name="Draw",
            fields=[
                key(),
                ("place_code", domicile.apps.common.fields.PlaceCodeField(db_index=True, max_length=15)),
                ("begin", models.DateField()),
                ("end", models.DateField()),
                ("seed", models.BigIntegerField()),
                ("size", models.PositiveIntegerField()),
                ("minimum", models.PositiveIntegerField()),
                ("drawn_on", models.DateField()),
                ("due_on", models.DateField()),
                ("drawn_by", models.UUIDField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("end__gt", models.F("begin"))), name="draw_period_ends_after_it_begins"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_on__gte", models.F("drawn_on"))), name="draw_is_due_after_it"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Stratum",
            fields=[
                key(),
                ("place_code", domicile.apps.common.fields.PlaceCodeField(max_length=15)),
                ("worker", models.UUIDField()),
                ("size", models.PositiveIntegerField()),
                ("drawn", models.PositiveIntegerField()),
                (
                    "draw",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="strata",
                        to="fieldwork.draw",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["worker"], name="stratum_worker")],
                "constraints": [
                    models.UniqueConstraint(fields=("draw", "place_code", "worker"), name="one_stratum"),
                    models.CheckConstraint(
                        condition=models.Q(("drawn__lte", models.F("size")), ("size__gte", 1)),
                        name="stratum_draws_what_it_has",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Framed",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source_id", models.UUIDField()),
                (
                    "stratum",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="frame", to="fieldwork.stratum"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BackCheck",
            fields=[
                key(),
                ("position", models.PositiveIntegerField()),
                ("source_id", models.UUIDField(unique=True)),
                ("kind", models.CharField(max_length=64)),
                ("place_code", domicile.apps.common.fields.PlaceCodeField(db_index=True, max_length=15)),
                ("collected_by", models.UUIDField()),
                ("accepted_by", models.UUIDField(null=True)),
                ("accepted_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("gap", "Gap"),
                            ("open", "Open"),
                            ("checked", "Checked"),
                            ("refused", "Refused"),
                            ("wrong_address", "Wrong Address"),
                            ("lost", "Lost"),
                        ],
                        max_length=13,
                    ),
                ),
                ("task_id", models.UUIDField(blank=True, null=True)),
                ("checked_by", models.UUIDField(blank=True, null=True)),
                ("checked_on", models.DateField(blank=True, null=True)),
                (
                    "dwelling",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="places.dwelling",
                    ),
                ),
                (
                    "stratum",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="checks", to="fieldwork.stratum"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_by__isnull", True),
                            models.Q(("checked_by", models.F("collected_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_checks_own_record",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("checked_by__isnull", True),
                            ("accepted_by__isnull", True),
                            models.Q(("checked_by", models.F("accepted_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="nobody_checks_what_they_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("checked_by__isnull", False), ("checked_on__isnull", False), ("state", "checked")
                            ),
                            models.Q(
                                models.Q(("state", "checked"), _negated=True),
                                ("checked_by__isnull", True),
                                ("checked_on__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="check_names_who_made_it",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CheckItem",
            fields=[
                key(),
                ("position", models.PositiveSmallIntegerField()),
                ("key", models.CharField(max_length=16)),
                ("first", domicile.apps.vault.fields.SealedField(editable=False, null=True, subject="subject_id")),
                ("answer", domicile.apps.vault.fields.SealedField(editable=False, null=True, subject="subject_id")),
                ("agrees", models.BooleanField(null=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("first_wrong", "First Wrong"),
                            ("changed", "Changed"),
                            ("checker_wrong", "Checker Wrong"),
                            ("unclear", "Unclear"),
                        ],
                        max_length=13,
                    ),
                ),
                ("judged_by", models.UUIDField(blank=True, null=True)),
                ("judged_on", models.DateField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=200)),
                ("proposal_id", models.UUIDField(blank=True, null=True)),
                (
                    "check_of",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="items",
                        to="fieldwork.backcheck",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.person"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("agrees", False), ("verdict", "")),
                        fields=["check_of"],
                        name="item_to_judge",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("check_of", "position"), name="one_item_at_a_position"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("judged_by__isnull", True), ("judged_on__isnull", True), ("verdict", "")),
                            models.Q(
                                ("agrees", False),
                                ("judged_by__isnull", False),
                                ("judged_on__isnull", False),
                                models.Q(("verdict", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="only_differences_are_judged",
                    ),
                ],
            },
        ),
    ]
