"""A workspace from before areas: its referrals, contributions and facts come to know theirs, and nothing moves."""

import os
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module

import psycopg2
import pytest
from structlog.testing import capture_logs

from outcomes.models import FormerContribution, PerformanceFact
from partners import outbox
from tests.cast import Cast, looking_as
from tests.outcomes.performing import by_hand, facts
from tests.referrals.people import accept, refer

pytestmark = pytest.mark.django_db(transaction=True)

FORGET = """
set local role baton_definer;
update public.{table} set area = '';
reset role;
"""
TABLES = ("referrals_referral", "outcomes_contribution", "outcomes_performancefact")


@pytest.fixture
def owner() -> Iterator[psycopg2.extensions.connection]:
    """The role that migrates."""
    with closing(psycopg2.connect(os.environ["OWNER_DATABASE_URL"])) as connection:
        yield connection


def test_what_stood_before_gets_its_area_and_nothing_moves(
    cast: Cast, owner: psycopg2.extensions.connection
) -> None:
    accept(cast, refer(cast))
    refer(cast, number="", given_name="Ada", local_authority="Enfield")
    refer(cast, number="", given_name="Bea", local_authority="elsewhere")
    outbox.work_off()
    right = facts(cast)
    with owner, owner.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"grant select, update (area) on public.{table} to baton_definer")
            cursor.execute(FORGET.format(table=table))
            if table != "referrals_referral":
                cursor.execute(f"revoke select, update (area) on public.{table} from baton_definer")
        cursor.execute("revoke update (area) on public.referrals_referral from baton_definer")
    assert {area for _, area, *_ in facts(cast)} == {""}
    with owner, owner.cursor() as cursor:
        cursor.execute(import_module("referrals.migrations.0008_area_known").FILL_IN)
    with owner, owner.cursor() as cursor:
        known = import_module("outcomes.migrations.0032_area_known")
        cursor.execute(known.FILL_IN + known.ASK_FOR_A_REBUILD)
    with capture_logs():
        outbox.work_off()
    assert facts(cast) == right == by_hand(cast)
    assert {area for _, area, *_ in right} == {"E09000012", "E09000010"}
    with looking_as(cast.system()):
        assert not FormerContribution.objects.filter(removed_at__isnull=False, area="E09000010").exists()
        assert not PerformanceFact.objects.filter(amount=0).exists()
