from django.db import migrations, models

KNOWN = """
INSERT INTO certificates_issuednumber (number, last_day)
SELECT number, last_day FROM certificates_certificate
"""


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="IssuedNumber",
            fields=[
                ("number", models.CharField(max_length=16, primary_key=True, serialize=False)),
                ("last_day", models.DateField(db_index=True)),
            ],
        ),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
