from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0003_look_indexes")]

    operations = [
        migrations.AddField(
            "grant",
            "state",
            models.CharField(
                choices=[("holds", "Holds"), ("waiting", "Waiting"), ("refused", "Refused")],
                default="holds",
                max_length=8,
            ),
        ),
        migrations.AddField("grant", "alone", models.BooleanField(default=False)),
        migrations.AddField("grant", "asked_by", models.UUIDField(null=True)),
        migrations.AddField("grant", "asked_at", models.DateTimeField(null=True)),
        migrations.AddField("grant", "decided_by", models.UUIDField(null=True)),
        migrations.AddField("grant", "decided_at", models.DateTimeField(null=True)),
        migrations.AddField("grant", "decision_note", models.CharField(blank=True, max_length=200)),
        migrations.AddConstraint(
            "grant",
            models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(
                        models.Q(("decided_by", models.F("asked_by")), _negated=True),
                        models.Q(("decided_by", models.F("user_id")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="grant_is_decided_by_another",
            ),
        ),
        migrations.AddConstraint(
            "grant",
            models.CheckConstraint(
                condition=models.Q(("alone", False), ("state", "holds"), _connector="OR"), name="grant_alone_holds"
            ),
        ),
        migrations.AddIndex(
            "grant",
            models.Index(condition=models.Q(("state", "waiting")), fields=["scope"], name="grant_waiting"),
        ),
    ]
