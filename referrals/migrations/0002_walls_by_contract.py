"""Referrals of restricted people are kept apart with them."""

import partners.walls
from django.db import migrations


def beyond(name: str, sql: str) -> str:
    """A function that lists the rows that hang on a restricted person whom the viewer is not named to see."""
    return f"""
create function wall.beyond_{name}() returns setof uuid
language sql stable security definer set search_path = pg_catalog as $$ {sql} $$;
alter function wall.beyond_{name}() owner to baton_definer;
"""


FUNCTIONS = (
    "grant select on public.referrals_referral, public.referrals_allocation, public.referrals_eligibilitydecision"
    " to baton_definer;"
    + beyond(
        "referrals",
        "select r.id from public.referrals_referral r where r.tenant_id = (select wall.tenant())"
        " and r.participant_id in (select b from wall.beyond(2) b)",
    )
    + beyond(
        "allocations",
        "select a.id from public.referrals_allocation a where a.tenant_id = (select wall.tenant())"
        " and a.referral_id in (select b from wall.beyond_referrals() b)",
    )
    + beyond(
        "decisions",
        "select d.id from public.referrals_eligibilitydecision d where d.tenant_id = (select wall.tenant())"
        " and d.referral_id in (select b from wall.beyond_referrals() b)",
    )
)
REMOVE = """
drop function wall.beyond_decisions(); drop function wall.beyond_allocations(); drop function wall.beyond_referrals();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0004_duties"),
        ("referrals", "0001_first"),
    ]

    operations = [
        migrations.RunSQL(
            sql=FUNCTIONS,
            reverse_sql=REMOVE,
        ),
        partners.walls.RebuildWall(
            model_name="referral",
            wall=partners.walls.Wall(
                apart="((select wall.kind()) = 'referrer' or (participant_id is null or participant_id not in (select b from wall.beyond(2) b)))",
                name="referrals_referral_wall",
                select={
                    "prime": "",
                    "provider": "((participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h) or id in (select l.referral_id from referrals_allocation l))",
                    "referrer": "organisation_id = (select wall.organisation())",
                },
                update=("status", "payment_group", "participant"),
            ),
        ),
        partners.walls.RebuildWall(
            model_name="eligibilitydecision",
            wall=partners.walls.Wall(
                apart="((select wall.kind()) = 'referrer' or referral_id not in (select b from wall.beyond_referrals() b))",
                name="referrals_eligibilitydecision_wall",
                select={
                    "prime": "",
                    "provider": "referral_id in (select r.id from referrals_referral r)",
                    "referrer": "referral_id in (select r.id from referrals_referral r)",
                },
            ),
        ),
        partners.walls.RebuildWall(
            model_name="decisionfacts",
            wall=partners.walls.Wall(
                apart="decision_id not in (select b from wall.beyond_decisions() b)",
                name="referrals_decisionfacts_wall",
                select={"prime": "(select wall.cleared())"},
            ),
        ),
        partners.walls.RebuildWall(
            model_name="match",
            wall=partners.walls.Wall(
                apart="((participant_id is null or participant_id not in (select b from wall.beyond(2) b)) and ((select wall.kind()) = 'referrer' or referral_id not in (select b from wall.beyond_referrals() b)))",
                name="referrals_match_wall",
                select={"prime": ""},
            ),
        ),
        partners.walls.RebuildWall(
            model_name="allocation",
            wall=partners.walls.Wall(
                apart="((select wall.kind()) = 'referrer' or referral_id not in (select b from wall.beyond_referrals() b))",
                name="referrals_allocation_wall",
                select={"prime": "", "provider": "organisation_id = (select wall.organisation())"},
            ),
        ),
        partners.walls.RebuildWall(
            model_name="allocationbasis",
            wall=partners.walls.Wall(
                apart="allocation_id not in (select b from wall.beyond_allocations() b)",
                name="referrals_allocationbasis_wall",
                select={"prime": ""},
            ),
        ),
        partners.walls.RebuildWall(
            model_name="acceptance",
            wall=partners.walls.Wall(
                apart="allocation_id not in (select b from wall.beyond_allocations() b)",
                name="referrals_acceptance_wall",
                select={"prime": "", "provider": "organisation_id = (select wall.organisation())"},
            ),
        ),
        partners.walls.RebuildWall(
            model_name="handback",
            wall=partners.walls.Wall(
                apart="allocation_id not in (select b from wall.beyond_allocations() b)",
                name="referrals_handback_wall",
                select={"prime": "", "provider": "organisation_id = (select wall.organisation())"},
            ),
        ),
    ]
