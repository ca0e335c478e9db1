"""A forecast of everything that a month consists of, and by how many jobs and people its chances were judged."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0014_portal_referrals"),
        ("partners", "0007_two_people"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="forecast", name="outcomes_forecast_once"),
        migrations.AddField(
            model_name="forecast",
            name="part",
            # Rows that the version before writes are of milestones.
            field=models.CharField(
                choices=[
                    ("milestone", "Milestones"),
                    ("charge", "Charged by the month"),
                    ("booked", "On statements already"),
                    ("withheld", "People shown to named people only"),
                ],
                db_default="milestone",
                default="milestone",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="forecast", name="jobs", field=models.PositiveIntegerField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="forecast", name="people", field=models.PositiveIntegerField(blank=True, null=True)
        ),
        migrations.AlterField(
            model_name="forecast",
            name="organisation",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="partners.organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="forecast",
            constraint=models.UniqueConstraint(
                fields=["tenant", "contract", "organisation", "side", "part", "code", "month"],
                name="outcomes_forecast_once",
                nulls_distinct=False,
            ),
        ),
    ]
