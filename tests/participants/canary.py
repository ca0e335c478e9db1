"""Somebody with a trace in every table: words that nobody else has, in a copy and nowhere after an erasure."""

import os
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

import psycopg2

from participants.actions import enrolment
from participants.models import (
    Assignment,
    ControlMeasure,
    Participant,
    PlanAction,
    Restriction,
    RestrictionReason,
    Whose,
)
from tests.cast import Cast, looking_as
from tests.journey import Journey, walk
from tests.outcomes.benefiting import claim_benefit
from tests.outcomes.evidencing import pay, prove
from tests.outcomes.finding import find, withdraw
from tests.participants.appointing import booked
from tests.participants.assessed import asked, assessed
from tests.participants.handing_over import given
from tests.participants.own_pages import made as own_page_of
from tests.participants.own_pages import rated, sent
from tests.participants.people import keep, log
from tests.participants.planning import agreed
from tests.participants.worrying import decided, worried

# Each is written into the database somewhere; none may be left there.
CANARIES = (
    "Zolvina",
    "Quillcanary",
    "zolvina",
    "quillcanary",
    "1 Canary Row",
    "N16 7XY",
    "+447700900177",
    "zolvina@example.org",
    "Only by canary post",
    "Canary asthma",
    "Canary note",
    "Canary step",
    "Bakery of",
    "Canary letter",
    "Canary threat",
    "Canary measure",
    "CASE-CANARY-77",
    "Canary debt advice",
    "Canary employer",
    "canary-row-7",
    "canary-row-8",
    "Canary payslip",
    "Canary tax bill",
    "Canary mistake",
    "Canary goal",
    "Canary action",
    "Canary answer",
    "Canary ache",
    "Canary meeting",
    "Canary summary",
    "Canary café",
    "Canary worry",
    "Canary call",
    "Canary decision",
    "canary.example/call",
    "Canary message",
    "Canary rating",
    "+447700900178",
    "canary.mail@example.org",
    "1987-06-05",
)


def canary(cast: Cast) -> Journey:
    """Walked by the real actions from the referral to a job outcome, with everything that can be said of a person."""
    found = walk(
        cast,
        "renaisi",
        "ada",
        given_name="Zolvina",
        family_name="Quillcanary",
        born_on=date(1987, 6, 5),
        number="QQ987654A",
        address="1 Canary Row",
        postcode="N16 7XY",
        phone="07700 900177",
        email="zolvina@example.org",
        safe_contact="Only by canary post",
        health_conditions="Canary asthma",
        external_reference="CASE-CANARY-77",
    )
    person = found.participant
    log(cast, person, cast.ada, note="Canary note", next_step="Canary step", next_on=cast.ada.today)
    letter = keep(cast, person, cast.ada, title="Canary letter")
    earning = pay(cast, found.enrolment, days=30, employer="Canary employer", row_key="canary-row-7")
    prove(cast, found.enrolment, earning=earning, document=letter, words="Canary payslip")
    claim_benefit(cast, found.enrolment, since=20, until=18, row_key="canary-row-8")
    withdraw(cast, find(cast, found.enrolment, words="Canary tax bill"), why="Canary mistake")
    agreed(cast, person, PlanAction(0, "Canary action", Whose.ADVISER, cast.ada.today), goal="Canary goal")
    assessed(cast, person, asked(cast), words="Canary answer", cv=1)
    assessed(cast, person, asked(cast), words="Canary ache", health=1)
    call = "https://canary.example/call"
    booked(cast, person, about="Canary meeting", place="Canary café", link=call)
    given(cast, person, to="col", summary="Canary summary")
    given(cast, person, to="ada", summary="Canary summary")
    worry = worried(cast, person, words="Canary worry", did="Canary call")
    decided(cast, worry, words="Canary decision")
    page = own_page_of(cast, person).page
    sent(cast, page, words="Canary message")
    rated(cast, page, words="Canary rating")
    sent(cast, page, phone="+447700900178", email="canary.mail@example.org")
    make_unsafe(cast, person)
    return found


def make_unsafe(cast: Cast, person: Participant) -> None:
    """A live risk, what staff must know of it, and a specialist who helps."""
    with looking_as(cast.system()) as system:
        here: dict[str, Any] = {"tenant_id": system.tenant_id, "participant": person}
        restriction = Restriction.objects.create(
            **here, level=1, raised_by=cast.users["sara"], raised_at=system.now()
        )
        RestrictionReason.objects.create(
            **here,
            restriction=restriction,
            cause="threat",
            words="Canary threat",
            step="raised",
            noted_at=system.now(),
        )
        ControlMeasure.objects.create(
            **here,
            organisation=cast.organisations["renaisi"],
            kind="other",
            words="Canary measure",
            noted_by=cast.users["ada"],
            noted_at=system.now(),
        )
        Assignment.objects.create(
            **here,
            contract=cast.contract,
            organisation=cast.organisations["i2i"],
            role="specialist",
            purpose="Canary debt advice",
            starts_on=system.today - timedelta(days=9),
            ends_on=system.today - timedelta(days=2),
        )


def end(cast: Cast, journey: Journey) -> None:
    """End the person's time on the contract today, so that nothing is open."""
    with looking_as(cast.ada) as ada:
        enrolment.end(
            enrolment=journey.enrolment, ended_on=ada.today, reason="completed", by=ada, at=ada.now()
        )


def traces(*words: str) -> list[tuple[str, str]]:
    """Every (table, word) of the whole database, read as the superuser sees it, like a dump that is searched."""
    name = urlsplit(os.environ["DATABASE_URL"]).path.lstrip("/")
    address = urlsplit(os.environ["SUPERUSER_DATABASE_URL"])._replace(path=f"/{name}").geturl()
    connection = psycopg2.connect(address)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                " where c.relkind = 'r' and n.nspname in ('public', 'wall')"
            )
            tables = [row[0] for row in cursor.fetchall()]
            found = []
            for table in tables:
                cursor.execute(
                    f"select word from unnest(%s) word where exists"
                    f" (select from {table} t where position(word in t::text) > 0)",
                    [list(words)],
                )
                found += [(table, row[0]) for row in cursor.fetchall()]
            return found
    finally:
        connection.close()
