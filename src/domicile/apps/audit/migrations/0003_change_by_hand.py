"""An index of changes made by hand, by place."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_seal_marks")]

    operations = [
        migrations.AddIndex(
            model_name="change",
            index=models.Index(
                condition=models.Q(("batch_id__isnull", True)), fields=["place_code"], name="change_by_hand"
            ),
        ),
    ]
