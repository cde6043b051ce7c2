from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="lookseal",
            name="marks",
            field=models.BinaryField(default=b""),
            preserve_default=False,
        ),
    ]
