"""On what ground two were taken for one person or kept apart, and what erasing a person does to referrals."""

import django.db.models.deletion
import partners.walls
from django.db import migrations, models

ERASING = """
insert into wall.erasing values
  ('referrals_referral', $$ update public.referrals_referral set external_reference = ''
     where participant_id = $1 and tenant_id = $2 $$),
  ('referrals_eligibilitydecision', $$ update public.referrals_eligibilitydecision set reasons = '[]', missing = '[]'
     where tenant_id = $2 and referral_id in
       (select r.id from public.referrals_referral r where r.participant_id = $1 and r.tenant_id = $2) $$),
  ('referrals_decisionfacts', $$ update public.referrals_decisionfacts set facts = '{}'
     where tenant_id = $2 and decision_id in
       (select d.id from public.referrals_eligibilitydecision d
        join public.referrals_referral r on r.tenant_id = d.tenant_id and r.id = d.referral_id
        where r.participant_id = $1 and r.tenant_id = $2) $$),
  ('referrals_handback', $$ update public.referrals_handback set note = ''
     where tenant_id = $2 and allocation_id in
       (select a.id from public.referrals_allocation a
        join public.referrals_referral r on r.tenant_id = a.tenant_id and r.id = a.referral_id
        where r.participant_id = $1 and r.tenant_id = $2) $$);
grant select on public.referrals_referral, public.referrals_eligibilitydecision, public.referrals_decisionfacts,
  public.referrals_allocation, public.referrals_handback to baton_definer;
grant update (external_reference) on public.referrals_referral to baton_definer;
grant update (reasons, missing) on public.referrals_eligibilitydecision to baton_definer;
grant update (facts) on public.referrals_decisionfacts to baton_definer;
grant update (note) on public.referrals_handback to baton_definer;
"""
REMOVE_ERASING = "delete from wall.erasing where of_table like 'referrals_%'"


class Migration(migrations.Migration):
    dependencies = [
        ("referrals", "0002_walls_by_contract"),
        ("participants", "0004_duties"),
    ]

    operations = [
        migrations.AddField(
            model_name="match",
            name="ground",
            field=models.CharField(
                choices=[
                    ("same_contract", "Joined: on the same contract"),
                    ("same_controllers", "Joined: the same controllers"),
                    ("sharing_basis", "Joined: on a recorded basis"),
                    ("no_basis", "Kept apart: other controllers, and no recorded basis"),
                    ("not_the_same", "Kept apart: name and date of birth differ"),
                ],
                default="same_contract",
                max_length=16,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="match",
            name="sharing_basis",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="participants.sharingbasis",
            ),
        ),
        migrations.AddConstraint(
            model_name="match",
            constraint=partners.walls.Reference(
                field="sharing_basis", name="referrals_match_sharing_basis_within"
            ),
        ),
        migrations.RunSQL(ERASING, REMOVE_ERASING),
    ]
