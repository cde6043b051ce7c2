"""Months and runs whose time is over keep sums without names; a visit is paid once; a merged community's months go along."""

import django.db.models.deletion
from django.db import migrations, models

import domicile.apps.common.fields
import domicile.apps.common.ids

KINDS = ["visit", "entry", "accepted", "adjusted"]


def _months(model: str, name: str) -> list[migrations.operations.base.Operation]:
    return [
        migrations.AddField(model, "came_from", domicile.apps.common.fields.PlaceCodeField(blank=True, default="")),
        migrations.AddField(model, "erased_on", models.DateField(blank=True, null=True)),
        migrations.RemoveConstraint(model, name),
        migrations.AddConstraint(
            model, models.UniqueConstraint(fields=("place_code", "month", "came_from"), name=name)
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("staffing", "0003_assessment_and_pay")]

    operations = [
        *_months("assessedmonth", "one_assessment_of_a_month"),
        *_months("payrun", "one_run_of_a_month"),
        migrations.AddConstraint(
            "assessedmonth",
            models.CheckConstraint(
                condition=models.Q(("erased_on__isnull", True), ("state", "closed"), _connector="OR"),
                name="only_closed_months_are_erased",
            ),
        ),
        migrations.AddConstraint(
            "payrun",
            models.CheckConstraint(
                condition=models.Q(("erased_on__isnull", True), ("state", "paid"), _connector="OR"),
                name="only_paid_runs_are_erased",
            ),
        ),
        migrations.AddField("paidpiece", "visit_id", models.UUIDField(blank=True, null=True)),
        migrations.AddConstraint(
            "paidpiece",
            models.UniqueConstraint(
                condition=models.Q(("visit_id__isnull", False)), fields=("visit_id", "kind"), name="no_visit_paid_twice"
            ),
        ),
        migrations.CreateModel(
            name="PaidSum",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=domicile.apps.common.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("kind", models.CharField(max_length=8)),
                ("rate", models.DecimalField(decimal_places=2, default=0, max_digits=7)),
                ("count", models.PositiveIntegerField()),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12)),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sums",
                        to="staffing.payrun",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("run", "kind", "rate"), name="one_sum_of_a_rate"),
                    models.CheckConstraint(condition=models.Q(("kind__in", KINDS)), name="sum_of_a_known_kind"),
                ],
            },
        ),
    ]
