"""A draw of back-checks may be called off before its first result; its records may then be drawn again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("fieldwork", "0003_campaigns")]

    operations = [
        migrations.AddField("draw", "called_off_on", models.DateField(blank=True, null=True)),
        migrations.AddField("draw", "called_off_by", models.UUIDField(blank=True, null=True)),
        migrations.AddField("draw", "called_off_why", models.CharField(blank=True, default="", max_length=200), False),
        migrations.AlterField("backcheck", "source_id", models.UUIDField()),
        migrations.AlterField(
            "backcheck",
            "state",
            models.CharField(
                choices=[
                    ("gap", "Gap"),
                    ("open", "Open"),
                    ("checked", "Checked"),
                    ("refused", "Refused"),
                    ("wrong_address", "Wrong Address"),
                    ("lost", "Lost"),
                    ("called_off", "Called Off"),
                ],
                max_length=13,
            ),
        ),
        migrations.AddConstraint(
            "draw",
            models.CheckConstraint(
                condition=models.Q(
                    ("called_off_by__isnull", True), ("called_off_on__isnull", True), ("called_off_why", "")
                )
                | models.Q(
                    ("called_off_by__isnull", False),
                    ("called_off_on__isnull", False),
                    models.Q(("called_off_why", ""), _negated=True),
                ),
                name="draw_is_called_off_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            "backcheck",
            models.UniqueConstraint(
                condition=models.Q(("state", "called_off"), _negated=True),
                fields=("source_id",),
                name="a_record_is_checked_once",
            ),
        ),
    ]
