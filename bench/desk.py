"""The adviser's desk as the contract grows: the same adviser's pages among few people and among many, in one run.

    ./baton bench desk [--participants N]        1,000,000 unless told otherwise

The adviser holds 60 people and their provider 2,000, at either size; everybody else is with other providers. What a
page takes is held against one without people, asked for in turns with it, since the machine is not always as fast; and
the queries of each page are counted.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any, Final

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, override_settings  # noqa: E402
from performing.caseload import ROWS  # noqa: E402
from performing.pages import signed_in  # noqa: E402
from performing.workspace import Workspace, analyse, machine, say, sql  # noqa: E402

from participants.models import Participant  # noqa: E402

FEW: Final = 20_000
OF_THE_PROVIDER: Final = 2_000
OF_THE_ADVISER: Final = 60
REPEATS: Final = 25
MOST_GROWTH: Final = 1.2
# What the desk shows besides what the figures count.
MORE_ROWS: Final = (
    """participants_contactdetails (id, tenant_id, participant_id, address, postcode, area_code, phone, email,
              safe_contact)
       select gen_random_uuid(), wall.tenant(), id, '', 'E8 1EA', area, '+4477' || lpad(n::text, 8, '0'), '', ''
         from person""",
    """outcomes_job (id, tenant_id, participant_id, enrolment_id, contract_id, organisation_id, kind, employer,
              related_employer, title, hours_per_week, starts_on, end_reason, recorded_at)
       select gen_random_uuid(), wall.tenant(), id, enrolment, %(contract)s, provider, 'employed', 'Bakery', false,
              'Baker', 30, referred_on + lag + until_work, '', now()
         from person where started and worked and referred_on + lag + until_work <= %(today)s""",
    """participants_appointment (id, tenant_id, participant_id, contract_id, organisation_id, adviser_id, channel,
              about, place, link, starts_at, starts_on, minutes, booked_at, booked_by_id, state, why)
       select gen_random_uuid(), wall.tenant(), id, %(contract)s, provider, %(user)s, 'in_person', 'Review meeting',
              'Mare Street', '', on_day + time '12:00', on_day, 30, now(), %(user)s, 'booked', ''
         from (select *, %(today)s::date + n %% 14 as on_day from person where started and n %% 10 = 0) each""",
    """partners_domainevent (id, tenant_id, kind, at, "on", wall, subject_type, subject_id, participant_id,
              organisation_id, by_user_id, facts)
       select gen_random_uuid(), wall.tenant(), 'contact.logged', recorded_at, contacted_on, 'case', 'contact', c.id,
              c.participant_id, organisation_id, adviser_id,
              jsonb_build_object('channel', channel, 'result', result, 'contract', contract_id)
         from participants_contact c join person p on p.id = c.participant_id""",
)
BASE: Final = "/bench/workspace/roles/"


class Desk:
    """The workspace, and the pages of its adviser."""

    def __init__(self) -> None:
        self.space = Workspace()
        self.own, *self.others = self.space.providers
        self.write(OF_THE_PROVIDER, [self.own])
        with self.space.acting():
            sql(
                "update participants_assignment set adviser_id = %(user)s where id in (select id from"
                " participants_assignment where organisation_id = %(own)s order by participant_id limit %(many)s)",
                {"user": self.space.adviser.user_id, "own": self.own.pk, "many": OF_THE_ADVISER},
            )
            held = sql("select participant_id from participants_assignment where adviser_id is not null")
            self.somebody = Participant.objects.filter(pk__in=[pk for (pk,) in held]).order_by("pk")[7]
        analyse()

    def write(self, people: int, providers: Any) -> None:
        """So many people, those that are new with these providers."""
        self.space.write(people, providers, (*ROWS, *MORE_ROWS))

    def pages(self, client: Client) -> dict[str, Callable[[], Any]]:
        """Each page by its name."""
        own = f"/bench/participants/{self.somebody.reference}/"
        asked = {
            "caseload": "/bench/caseload/",
            "caseload of everyone": "/bench/caseload/?adviser=everyone",
            "caseload by reason": "/bench/caseload/?need=silence",
            "participant": own,
            "appointments": f"{own}appointments/",
            "plan": f"{own}plan/",
            "work": f"{own}work/",
            "contact form": f"{own}contacts/new/",
            "booking form": f"{own}appointments/book/",
            "diary": "/bench/diary/",
            "diary of everyone": "/bench/diary/?adviser=everyone",
        }
        found: dict[str, Callable[[], Any]] = {
            name: partial(client.get, address) for name, address in asked.items()
        }
        for name, words in (("by name", self.somebody.family_name), ("by phone", "07700 000017")):
            sent = {"search": words, "adviser": "everyone"}
            found[f"search {name}"] = partial(client.post, "/bench/caseload/", sent, follow=True)
        return found

    def measured(self) -> dict[str, tuple[float, float, int]]:
        """By page its milliseconds, how many times those of the page without people, and its queries."""
        say("pages, in turns")
        client = signed_in(self.space, "adviser")
        pages = self.pages(client)
        times: dict[str, list[float]] = {name: [] for name in ("", *pages)}
        queries = {}
        for name, get in pages.items():
            get()
            with CaptureQueriesContext(connection) as seen:
                get()
            queries[name] = len(seen)
        for _ in range(REPEATS):
            times[""].append(clocked(lambda: client.get(BASE)))
            for name, get in pages.items():
                times[name].append(clocked(get))
        base = median(times[""])
        return {
            name: (median(each), median(each) / base, queries[name]) for name, each in times.items() if name
        }


def clocked(get: Callable[[], Any]) -> float:
    """Milliseconds until the page has come."""
    began = time.perf_counter()
    answer = get()
    took = (time.perf_counter() - began) * 1000
    assert answer.status_code == 200, answer.status_code
    return took


def main(people: int) -> int:
    """Measure, print, and say by the exit code whether every goal holds."""
    with override_settings(ALLOWED_HOSTS=["*"]):
        desk = Desk()
        desk.write(FEW, desk.others)
        few = desk.measured()
        desk.write(people, desk.others)
        many = desk.measured()
    figures, goals = {}, []
    for name, (took, times, queries) in many.items():
        took_before, times_before, queries_before = few[name]
        growth = round(times / times_before, 2)
        figures[name] = {
            "ms_among_few": round(took_before, 1),
            "ms_among_many": round(took, 1),
            "growth": growth,
            "queries": queries,
        }
        goals.append(
            goal(f"{name}, among many against among few", growth, MOST_GROWTH, growth <= MOST_GROWTH)
        )
        goals.append(goal(f"{name}, queries", queries, queries_before, queries == queries_before))
    size = {"few": FEW, "many": people, "of_the_provider": OF_THE_PROVIDER, "of_the_adviser": OF_THE_ADVISER}
    report = {"bench": "desk", "machine": machine(), "size": size, "figures": figures, "goals": goals}
    print(json.dumps(report, indent=2))
    return 0 if all(one["holds"] for one in goals) else 1


def goal(name: str, value: float, target: float, holds: bool) -> dict[str, Any]:
    """A goal as it is printed."""
    return {"name": name, "value": value, "target": target, "holds": holds}


if __name__ == "__main__":
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--participants", type=int, default=1_000_000)
    sys.exit(main(arguments.parse_args().participants))
