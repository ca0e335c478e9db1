"""A ground of its own for whoever refers themselves by a name and date of birth that are known."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("referrals", "0003_duties")]

    operations = [
        migrations.AlterField(
            model_name="match",
            name="ground",
            field=models.CharField(
                choices=[
                    ("same_contract", "Joined: on the same contract"),
                    ("same_controllers", "Joined: the same controllers"),
                    ("sharing_basis", "Joined: on a recorded basis"),
                    ("no_basis", "Kept apart: other controllers, and no recorded basis"),
                    ("not_the_same", "Kept apart: name and date of birth differ"),
                    ("not_proven", "Kept apart: may be the same person, by a name and date of birth alone"),
                ],
                max_length=16,
            ),
        ),
    ]
