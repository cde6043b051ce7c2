"""Which codes were given at a door."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("census", "0011_end_of_matching"),
    ]

    operations = [
        migrations.AddField(
            model_name="householdcode",
            name="at_door",
            field=models.BooleanField(default=False),
        ),
    ]
