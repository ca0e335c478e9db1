"""What counts, counts in an area as well: that of its referral."""

from django.db import migrations, models

AREA = models.CharField(blank=True, db_default="", default="", max_length=40)


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0028_paid_without_a_claim"), ("referrals", "0007_area")]

    operations = [
        migrations.RunSQL("set local lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.AddField("performancefact", "area", AREA),
        migrations.AddField("contribution", "area", AREA),
        migrations.AddField("formercontribution", "area", AREA),
        migrations.AddField("figurequery", "area", AREA),
        migrations.RemoveConstraint("performancefact", "outcomes_performancefact_cell"),
        migrations.AddConstraint(
            "performancefact",
            models.UniqueConstraint(
                fields=(
                    "tenant",
                    "contract",
                    "code",
                    "cohort_month",
                    "elapsed_month",
                    "organisation",
                    "payment_group",
                    "area",
                    "days",
                ),
                name="outcomes_performancefact_cell",
                nulls_distinct=False,
            ),
        ),
        migrations.RemoveConstraint("figurequery", "outcomes_figurequery_once"),
        migrations.AddConstraint(
            "figurequery",
            models.UniqueConstraint(
                condition=models.Q(("state", "closed"), _negated=True),
                fields=(
                    "tenant",
                    "contract",
                    "organisation",
                    "measure",
                    "first",
                    "last",
                    "by",
                    "payment_group",
                    "area",
                ),
                name="outcomes_figurequery_once",
                nulls_distinct=False,
            ),
        ),
    ]
