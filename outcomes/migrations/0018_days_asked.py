"""What the facts do not know yet of days is put in by a rebuild, which is asked for here.

Its log line that facts were not the sum of the rows is expected this once.
"""

from django.db import migrations

ASK_FOR_A_REBUILD = """
set local lock_timeout = '500ms';
lock table public.partners_outboxitem, public.outcomes_refresh in access exclusive mode;
alter table outcomes_refresh no force row level security;
alter table partners_outboxitem no force row level security;
insert into partners_outboxitem (id, tenant_id, consumer, created_at, available_at, attempts, last_error)
select gen_random_uuid(), tenant_id, 'rebuild', now(), now(), 0, '' from outcomes_refresh group by tenant_id;
set constraints all immediate;
alter table partners_outboxitem force row level security;
alter table outcomes_refresh force row level security;
"""


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0017_days"), ("partners", "0007_two_people")]

    operations = [migrations.RunSQL(ASK_FOR_A_REBUILD, migrations.RunSQL.noop)]
