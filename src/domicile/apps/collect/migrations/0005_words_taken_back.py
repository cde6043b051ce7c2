"""A reviewer may take the own last word back."""

from django.db import migrations, models

VERDICTS = ["passed", "accepted", "returned", "sent_again", "withdrawn", "undone", "taken_back"]


class Migration(migrations.Migration):
    dependencies = [("collect", "0004_review_levels_and_decisions")]

    operations = [
        migrations.RemoveConstraint(model_name="decision", name="decision_verdict"),
        migrations.AlterField(
            model_name="decision",
            name="verdict",
            field=models.CharField(
                choices=[
                    ("passed", "Passed"),
                    ("accepted", "Accepted"),
                    ("returned", "Returned"),
                    ("sent_again", "Sent Again"),
                    ("withdrawn", "Withdrawn"),
                    ("undone", "Undone"),
                    ("taken_back", "Taken Back"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(condition=models.Q(("verdict__in", VERDICTS)), name="decision_verdict"),
        ),
    ]
