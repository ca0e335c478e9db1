"""How sure the source of an evidence rule is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programmes", "0005_evidence")]

    operations = [
        migrations.AddField(
            model_name="evidencerule",
            name="confidence",
            field=models.CharField(blank=True, default="", max_length=20),
            preserve_default=False,
        ),
    ]
