"""Referrals that come through the commissioner's own portal, each of them once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("referrals", "0004_not_proven")]

    operations = [
        migrations.AlterField(
            model_name="referral",
            name="channel",
            field=models.CharField(
                choices=[
                    ("api", "Partner's system"),
                    ("form", "Form"),
                    ("self", "Self-referral"),
                    ("portal", "Commissioner’s portal"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.UniqueConstraint(
                condition=models.Q(("channel", "portal"), models.Q(("external_reference", ""), _negated=True)),
                fields=("tenant", "contract", "organisation", "external_reference"),
                name="referrals_referral_portal_once",
            ),
        ),
    ]
