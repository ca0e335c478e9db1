"""What counted before gets the area of its referral where it stands; the facts get theirs from a rebuild, asked for here.

Written over where it is, and not counted anew: nothing moved, and nobody is to be told that it did. The rebuild's log
line that facts were not the sum of the rows is expected this once. What a person's second referral in one month makes
otherwise, the rebuild finds as well.
"""

from django.db import migrations

TABLES = ("outcomes_contribution", "outcomes_formercontribution")
FILL_IN = "\n".join(
    f"""
grant select, update (area) on public.{table} to baton_definer;
set local role baton_definer;
update public.{table} c set area = r.area
  from (select distinct on (participant_id, contract_id, cohort_month)
               participant_id, contract_id, date_trunc('month', received_on::timestamp)::date as cohort_month, area
          from public.referrals_referral where area <> ''
         order by participant_id, contract_id, cohort_month, status <> 'started', id) r
 where c.participant_id = r.participant_id and c.contract_id = r.contract_id and c.cohort_month = r.cohort_month
   and c.area = '';
reset role;
revoke select, update (area) on public.{table} from baton_definer;
"""
    for table in TABLES
)
ASK_FOR_A_REBUILD = """
grant insert on public.partners_outboxitem to baton_definer;
grant select on public.outcomes_refresh to baton_definer;
set local role baton_definer;
insert into public.partners_outboxitem (id, tenant_id, consumer, created_at, available_at, attempts, last_error)
select gen_random_uuid(), tenant_id, 'rebuild', now(), now(), 0, '' from public.outcomes_refresh group by tenant_id;
reset role;
revoke insert on public.partners_outboxitem from baton_definer;
revoke select on public.outcomes_refresh from baton_definer;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0031_area"),
        ("referrals", "0008_area_known"),
        ("partners", "0007_two_people"),
    ]

    operations = [migrations.RunSQL(FILL_IN + ASK_FOR_A_REBUILD, migrations.RunSQL.noop)]
