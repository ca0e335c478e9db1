"""A job knows the key of the row that it was imported from, and days on benefit are found by the person.

The column comes without a rewrite. While the indexes are built nobody reads jobs or days on benefit or writes them; so
the locks are asked for first and for a moment only: behind a long reader the migration gives up, and is run again.
"""

from django.db import migrations, models

AT_ONCE_OR_NOT = """
set local lock_timeout = '500ms';
lock table public.outcomes_job, public.outcomes_benefitspell in access exclusive mode;
"""
ERASING = """
update wall.erasing set statement = $$ update public.outcomes_job set employer = 'Erased', title = 'Erased',
  row_key = '' where participant_id = $1 and tenant_id = $2 $$ where of_table = 'outcomes_job';
grant update (row_key) on public.outcomes_job to baton_definer;
"""
REMOVE_ERASING = """
update wall.erasing set statement = $$ update public.outcomes_job set employer = 'Erased', title = 'Erased'
  where participant_id = $1 and tenant_id = $2 $$ where of_table = 'outcomes_job'
"""


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0019_changes")]

    operations = [
        migrations.RunSQL(AT_ONCE_OR_NOT, migrations.RunSQL.noop),
        migrations.AddField(
            model_name="job",
            name="row_key",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.RunSQL(ERASING, REMOVE_ERASING),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.UniqueConstraint(
                fields=["tenant", "row_key"],
                condition=models.Q(voided_at=None) & ~models.Q(row_key=""),
                name="outcomes_job_imported_once",
            ),
        ),
        migrations.RemoveIndex(model_name="benefitspell", name="benefit_in_force"),
        migrations.AddIndex(
            model_name="benefitspell",
            index=models.Index(
                fields=["tenant", "participant"],
                condition=models.Q(voided_at=None),
                name="benefit_of_person",
            ),
        ),
    ]
