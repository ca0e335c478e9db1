"""A cause of its own for a restriction that followed from another contract."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("participants", "0004_duties")]

    operations = [
        migrations.AlterField(
            model_name="restrictionreason",
            name="cause",
            field=models.CharField(
                blank=True,
                choices=[
                    ("domestic_abuse", "Domestic abuse"),
                    ("child_protection", "Child protection"),
                    ("mappa", "Multi-agency public protection (MAPPA)"),
                    ("threat", "Threat to the person"),
                    ("withheld", "The referrer withholds contact details"),
                    ("elsewhere", "Restricted on another contract"),
                    ("other", "Another live risk"),
                ],
                max_length=20,
            ),
        ),
    ]
