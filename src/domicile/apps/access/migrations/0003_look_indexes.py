from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("access", "0002_seal_marks")]

    operations = [
        migrations.AddIndex("look", models.Index(fields=["at"], name="look_day")),
        migrations.AddIndex("look", models.Index(fields=["user_id", "id"], name="look_account")),
    ]
