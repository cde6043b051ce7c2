"""Who gave the password and who took the second factor away, so that no single administrator does both."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_sessions"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="password_given_by",
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="user",
            name="second_factor_taken_by",
            field=models.UUIDField(blank=True, null=True),
        ),
    ]
