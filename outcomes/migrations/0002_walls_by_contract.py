"""Work and money go by contract, and restricted people are kept apart."""

import django.db.models.deletion
import partners.walls
from django.db import migrations, models


FUNCTIONS = """
grant select on public.outcomes_journal to baton_definer;
create function wall.beyond_journals() returns setof uuid
language sql stable security definer set search_path = pg_catalog as $$
  select j.id from public.outcomes_journal j where j.tenant_id = (select wall.tenant())
    and j.participant_id in (select b from wall.beyond(2) b)
$$;
alter function wall.beyond_journals() owner to baton_definer;
"""
REMOVE = "drop function wall.beyond_journals();"
# The owner fills the new column in for every tenant at once: for this one statement the walls do not bind it.
BACKFILL = """
alter table outcomes_job no force row level security;
alter table participants_enrolment no force row level security;
update outcomes_job j set contract_id = e.contract_id from participants_enrolment e where e.id = j.enrolment_id;
alter table outcomes_job force row level security;
alter table participants_enrolment force row level security;
"""
# Every wall now asks wall.case_periods().
OLD = "drop function wall.periods();"
OLD_BACK = """
create function wall.periods() returns table (participant_id uuid, starts_on date, ends_on date)
language sql stable parallel safe as $$
  select p.participant_id, p.starts_on, p.ends_on from wall.case_periods() p $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("outcomes", "0001_first"),
        ("referrals", "0002_walls_by_contract"),
    ]

    operations = [
        migrations.RunSQL(
            sql=FUNCTIONS,
            reverse_sql=REMOVE,
        ),
        migrations.AddField(
            model_name="job",
            name="contract",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programmes.contract",
            ),
        ),
        migrations.RunSQL(
            sql=BACKFILL,
            reverse_sql=migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="job",
            name="contract",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="programmes.contract",
            ),
        ),
        partners.walls.RebuildWall(
            model_name="job",
            wall=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="outcomes_job_wall",
                select={
                    "prime": "",
                    "provider": "((participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h) or exists (select 1 from wall.case_periods() p where p.participant_id = {table}.participant_id and p.contract_id = {table}.contract_id and {table}.starts_on between p.starts_on and p.ends_on))",
                },
                update=("voided_at",),
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=partners.walls.Reference(field="contract", name="outcomes_job_contract_within"),
        ),
        partners.walls.RebuildWall(
            model_name="milestone",
            wall=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="outcomes_milestone_wall",
                select={
                    "prime": "",
                    "provider": "(((participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h) or exists (select 1 from wall.case_periods() p where p.participant_id = {table}.participant_id and p.contract_id = {table}.contract_id and {table}.reached_on between p.starts_on and p.ends_on)) or organisation_id = (select wall.organisation()))",
                },
                update=("reversed_at", "reversed_why"),
            ),
        ),
        partners.walls.RebuildWall(
            model_name="journal",
            wall=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="outcomes_journal_wall",
                select={
                    "prime": "",
                    "provider": "(side = 'provider' and organisation_id = (select wall.organisation()))",
                },
            ),
        ),
        partners.walls.RebuildWall(
            model_name="entry",
            wall=partners.walls.Wall(
                apart="journal_id not in (select b from wall.beyond_journals() b)",
                name="outcomes_entry_wall",
                select={"prime": "", "provider": "journal_id in (select j.id from outcomes_journal j)"},
            ),
        ),
        partners.walls.RebuildWall(
            model_name="contribution",
            wall=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                delete=True,
                name="outcomes_contribution_wall",
                select={"prime": "", "provider": "organisation_id = (select wall.organisation())"},
            ),
        ),
        partners.walls.RebuildWall(
            model_name="dirtymark",
            wall=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                delete=True,
                name="outcomes_dirtymark_wall",
                select={},
            ),
        ),
        migrations.RunSQL(
            sql=OLD,
            reverse_sql=OLD_BACK,
        ),
    ]
