"""Referrals from before get their area from the facts of their newest decision.

In a transaction of its own: nobody who reads waits for it, and whoever writes only for the row.
"""

from django.db import migrations

FILL_IN = """
grant update (area) on public.referrals_referral to baton_definer;
grant select on public.programmes_area to baton_definer;
set local role baton_definer;
update public.referrals_referral r set area = a.code
  from (select distinct on (d.referral_id) d.referral_id, f.facts ->> 'lives_in' as lives_in
          from public.referrals_eligibilitydecision d
          join public.referrals_decisionfacts f on f.decision_id = d.id
         order by d.referral_id, d.decided_at desc, f.id desc) newest
  join public.programmes_area a on a.code = newest.lives_in
 where newest.referral_id = r.id and a.contract_id = r.contract_id and r.area = '';
reset role;
revoke select on public.programmes_area from baton_definer;
revoke update (area) on public.referrals_referral from baton_definer;
"""


class Migration(migrations.Migration):
    dependencies = [("referrals", "0007_area"), ("referrals", "0003_duties"), ("programmes", "0003_rates")]

    operations = [migrations.RunSQL(FILL_IN, migrations.RunSQL.noop)]
