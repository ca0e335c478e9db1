"""Walls go by contract, and keep restricted people apart."""

import django.db.models.fields.json
import django.db.models.functions.comparison
import partners.walls
from django.db import migrations, models


# Whom the viewer's organisation holds on which contract, and whom a restriction sets apart. What answers comes with
# participants, which replaces these.
FUNCTIONS = """
create function wall.held_cases() returns table (participant_id uuid, contract_id uuid)
  language sql stable parallel safe as $$ select null::uuid, null::uuid where false $$;
create function wall.case_periods() returns table (participant_id uuid, contract_id uuid, starts_on date, ends_on date)
  language sql stable parallel safe as $$ select null::uuid, null::uuid, null::date, null::date where false $$;
create function wall.beyond(at_least integer) returns setof uuid
  language sql stable security definer set search_path = pg_catalog as $$ select null::uuid where false $$;
alter function wall.beyond(integer) owner to baton_definer;
"""
REMOVE = (
    "drop function wall.beyond(integer); drop function wall.case_periods(); drop function wall.held_cases();"
)


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0004_invitations"),
    ]

    operations = [
        migrations.RunSQL(
            sql=FUNCTIONS,
            reverse_sql=REMOVE,
        ),
        migrations.AddField(
            model_name="domainevent",
            name="contract_id",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Cast(
                    django.db.models.fields.json.KeyTextTransform("contract", "facts"), models.UUIDField()
                ),
                output_field=models.UUIDField(null=True),
            ),
        ),
        partners.walls.RebuildWall(
            model_name="domainevent",
            wall=partners.walls.Wall(
                apart="((select wall.kind()) = 'referrer' or (participant_id is null or participant_id not in (select b from wall.beyond(2) b)))",
                name="partners_domainevent_wall",
                select={
                    "prime": "(wall <> 'safeguarding' or (select wall.cleared()))",
                    "provider": "((wall in ('case', 'referral') and ((contract_id is null and participant_id in (select h from wall.held() h)) or ((participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h) or exists (select 1 from wall.case_periods() p where p.participant_id = {table}.participant_id and p.contract_id = {table}.contract_id and {table}.\"on\" between p.starts_on and p.ends_on)))) or (wall = 'money' and organisation_id = (select wall.organisation())))",
                    "referrer": "(wall = 'referral' and organisation_id = (select wall.organisation()))",
                },
            ),
        ),
    ]
