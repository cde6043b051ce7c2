"""Keep with a proposal the paper that its proposer saw."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("collect", "0001_initial")]
    operations = [
        migrations.AddField(model_name="proposal", name="evidence", field=models.CharField(blank=True, max_length=200)),
    ]
