"""What erasing a person does to their jobs; milestones and the ledger stay as they are, without a name."""

from django.db import migrations

ERASING = """
insert into wall.erasing values
  ('outcomes_job', $$ update public.outcomes_job set employer = 'Erased', title = 'Erased'
     where participant_id = $1 and tenant_id = $2 $$);
grant select, update (employer, title) on public.outcomes_job to baton_definer;
"""
REMOVE_ERASING = "delete from wall.erasing where of_table like 'outcomes_%'"


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0003_shared_measure"),
        ("participants", "0004_duties"),
    ]

    operations = [migrations.RunSQL(ERASING, REMOVE_ERASING)]
