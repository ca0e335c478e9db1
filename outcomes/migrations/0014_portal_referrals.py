"""Files of referrals from the commissioner's portal, each for the referrer that is chosen with it."""

import django.db.models.deletion
from django.db import migrations, models

import partners.walls

KINDS = [
    ("jobs", "Jobs"),
    ("earnings", "Earnings"),
    ("results", "Validation results"),
    ("payments", "Payments"),
    ("referrals", "Referrals"),
]


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0013_not_eligible"), ("partners", "0007_two_people")]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="referrer",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.organisation",
            ),
        ),
        migrations.AlterField(
            model_name="importcolumns",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=12),
        ),
        migrations.AlterField(
            model_name="importrun",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=12),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=partners.walls.Reference(field="referrer", name="outcomes_importrun_referrer_within"),
        ),
        migrations.AddConstraint(
            model_name="importrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "referrals"), ("referrer__isnull", False)),
                    models.Q(models.Q(("kind", "referrals"), _negated=True), ("referrer", None)),
                    _connector="OR",
                ),
                name="outcomes_importrun_referrer",
            ),
        ),
    ]
