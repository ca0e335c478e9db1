"""Facts know how many working days after the referral something happened.

The columns come without a rewrite. While the unique index is built, a second for every million cells, nobody reads the
facts or writes them; so the locks are asked for first and for a moment only: behind a long reader the migration gives
up, and is run again. Workers of the version before do not know the new key: they are stopped first.
"""

from django.db import migrations, models

AT_ONCE_OR_NOT = """
set local lock_timeout = '500ms';
lock table public.outcomes_contribution, public.outcomes_performancefact in access exclusive mode;
"""
CELL = ["tenant", "contract", "code", "cohort_month", "elapsed_month", "organisation", "payment_group"]


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0016_benefit")]

    operations = [
        migrations.RunSQL(AT_ONCE_OR_NOT, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="contribution",
            name="days",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="performancefact",
            name="days",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
        migrations.RemoveConstraint(model_name="performancefact", name="outcomes_performancefact_cell"),
        migrations.AddConstraint(
            model_name="performancefact",
            constraint=models.UniqueConstraint(
                fields=[*CELL, "days"], name="outcomes_performancefact_cell", nulls_distinct=False
            ),
        ),
    ]
