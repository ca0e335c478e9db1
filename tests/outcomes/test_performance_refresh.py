"""The facts stay the sum of what people add, whatever happens and in whichever order."""

import random
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from outcomes.actions import claim as claims
from outcomes.claims.due import due
from outcomes.models import Contribution, DirtyMark, Job, Milestone, PerformanceFact, Refresh
from outcomes.performance import refresh as facts_of
from outcomes.performance.nightly import Corrected
from participants.models import Enrolment, Participant
from partners import outbox
from partners.models import OutboxItem
from referrals.actions import allocation, referral, start
from referrals.models import Referral
from tests.cast import Cast, looking_as
from tests.outcomes.performing import (
    by_hand,
    contributed,
    facts,
    person_with_a_past,
    rebuilt,
    refreshed,
    waits,
    waits_by_hand,
)
from tests.outcomes.working import correct, end, work
from tests.participants.people import ago, log
from tests.participants.planning import agreed
from tests.participants.test_enrolment_action import end as leave
from tests.referrals.people import accept, again, offer_of, refer

THIS_MONTH = date.today().replace(day=1)
HACKNEY, HARINGEY = "E09000012", "E09000014"


def counted(cast: Cast, code: str) -> dict[str, int]:
    """How much of a code there is, by provider."""
    names = {one.pk: slug for slug, one in cast.organisations.items()}
    found: dict[str, int] = {}
    for (organisation_id, *_, of), amount in facts(cast).items():
        if of == code:
            name = names[organisation_id] if organisation_id else "nobody"
            found[name] = found.get(name, 0) + amount
    return found


def test_a_referral_counts_once_it_is_eligible_and_for_whoever_accepts_it_first(cast: Cast) -> None:
    one = refer(cast)
    outbox.work_off()
    assert counted(cast, "referral") == {"nobody": 1}
    accept(cast, one)
    outbox.work_off()
    assert counted(cast, "referral") == {"renaisi": 1}
    assert facts(cast) == {(cast.organisation("renaisi"), HACKNEY, THIS_MONTH, 0, "referral"): 1}


def test_what_is_not_eligible_or_is_withdrawn_or_is_here_already_does_not_count(cast: Cast) -> None:
    refer(
        cast,
        number="",
        given_name="Ada",
        circumstances={"employment_status": "employed", "concerns": ["own_health"]},
    )
    refer(cast, number="", given_name="Bea", circumstances={"employment_status": "unemployed"})
    refer(cast, number="", given_name="Bea")
    withdrawn = refer(cast, number="", given_name="Cy")
    with looking_as(cast.hana) as hana:
        referral.withdraw(referral=withdrawn, by=hana, at=hana.now())
    refer(cast)
    refer(cast, "jon")
    outbox.work_off()
    assert counted(cast, "referral") == {"nobody": 2}


def test_a_referral_that_waits_for_an_answer_counts_from_the_day_it_came(cast: Cast) -> None:
    refer(cast, circumstances={"employment_status": "unemployed"})
    outbox.work_off()
    assert counted(cast, "referral") == {"nobody": 1}


def test_an_outcome_counts_in_the_month_it_is_reached_and_goes_when_it_is_reversed(cast: Cast) -> None:
    _, enrolment = person_with_a_past(cast, days=300)
    job = work(cast, enrolment, since=120)
    outbox.work_off()
    assert counted(cast, "job_start") == {"renaisi": 1}
    assert counted(cast, "short_job_outcome") == {"renaisi": 1}
    assert facts(cast) == by_hand(cast)
    end(cast, job, days=100)
    outbox.work_off()
    assert counted(cast, "short_job_outcome") == {}
    assert facts(cast) == by_hand(cast)


def test_what_came_before_the_referral_counts_in_its_month(cast: Cast) -> None:
    person, enrolment = person_with_a_past(cast, days=10)
    with looking_as(cast.system()) as system:
        Milestone.objects.create(
            tenant=cast.serco,
            enrolment=enrolment,
            participant=person,
            contract=cast.contract,
            organisation=cast.organisations["renaisi"],
            payment_group="all",
            code="job_start",
            ordinal=1,
            reached_on=ago(100),
            claimable_from=ago(100),
            why="Carried over from paper.",
            computed_at=system.now(),
        )
    refreshed(cast)
    assert facts(cast)[cast.organisation("renaisi"), "", ago(10).replace(day=1), 0, "job_start"] == 1


def test_a_mark_commits_with_its_change_or_not_at_all(cast: Cast) -> None:
    with transaction.atomic():
        refer(cast)
        transaction.set_rollback(True)
    with looking_as(cast.system()):
        assert not DirtyMark.objects.exists()
        assert not OutboxItem.objects.filter(consumer="facts").exists()


def test_a_transaction_asks_for_one_refresh_however_many_it_marks(cast: Cast) -> None:
    for name in ("Ada", "Bea", "Cy"):
        refer(cast, number="", given_name=name)
    with looking_as(cast.system()):
        assert DirtyMark.objects.count() == 9
        assert OutboxItem.objects.filter(consumer="facts").count() == 1
    outbox.work_off()
    assert counted(cast, "referral") == {"nobody": 3}
    refer(cast, number="", given_name="Dot")
    outbox.work_off()
    assert counted(cast, "referral") == {"nobody": 4}


def test_ten_people_take_as_many_statements_as_one(cast: Cast) -> None:
    def statements() -> int:
        with (
            looking_as(cast.system()) as system,
            CaptureQueriesContext(
                connection,
            ) as queries,
        ):
            facts_of.refresh(system)
        return len(queries)

    # A connection prepares the statement once.
    for _ in range(2):
        person_with_a_past(cast, days=200, in_work_for=100)
        one = statements()
    for _ in range(10):
        person_with_a_past(cast, days=200, in_work_for=100)
    assert statements() == one


def test_a_full_batch_asks_for_the_next(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts_of, "BATCH", 3)
    for _ in range(4):
        person_with_a_past(cast, days=200, in_work_for=100)
    outbox.work_off()
    with looking_as(cast.system()):
        assert not DirtyMark.objects.exists()
    assert facts(cast) == by_hand(cast)


def test_the_page_learns_when_the_figures_were_computed(cast: Cast) -> None:
    refer(cast)
    before = cast.system().now()
    refreshed(cast)
    with looking_as(cast.priya) as priya:
        assert before <= Refresh.objects.get(contract=cast.contract).computed_at <= priya.now()


def test_a_provider_sees_its_own_facts_and_nobody_elses(cast: Cast) -> None:
    person_with_a_past(cast, days=200, in_work_for=100)
    person_with_a_past(cast, days=200, provider="i2i")
    refer(cast)
    refreshed(cast)
    for model in (PerformanceFact, Contribution):
        with looking_as(cast.mona):
            assert set(model.objects.values_list("organisation_id", flat=True)) == {
                cast.organisation("renaisi")
            }
        with looking_as(cast.dee):
            assert not model.objects.exists()
        with looking_as(cast.sam):
            assert not model.objects.exists()


class Walk:
    """Somebody's random day at work: every step is a real action on people that earlier steps made."""

    def __init__(self, cast: Cast, seed: int) -> None:
        self.cast, self.chance = cast, random.Random(seed)
        self.referrals: list[Referral] = []
        self.held: list[tuple[Participant, int]] = []
        self.jobs: list[Job] = []

    def step(self) -> None:
        steps = [
            self.refer,
            self.answer,
            self.enrol,
            self.work,
            self.end,
            self.correct,
            self.withdraw,
            self.meet,
            self.plan,
            self.leave,
            self.claim,
            self.refresh,
        ]
        self.chance.choice(steps)()

    def meet(self) -> None:
        if self.held:
            person, days = self.chance.choice(self.held)
            said = {
                "result": self.chance.choice(["attended", "attended", "not_reached", "did_not_attend"]),
                "channel": self.chance.choice(["phone", "in_person", "video"]),
            }
            log(self.cast, person, self.cast.ada, days=self.chance.randrange(0, days), **said)

    def plan(self) -> None:
        if self.held:
            person, days = self.chance.choice(self.held)
            agreed(self.cast, person, agreed_on=ago(self.chance.randrange(0, days)))

    def leave(self) -> None:
        if self.held and self.chance.random() < 0.3:
            person, _ = self.held.pop(self.chance.randrange(len(self.held)))
            with looking_as(self.cast.system()):
                time_on = Enrolment.objects.get(participant=person)
            leave(self.cast, time_on, days=0)

    def claim(self) -> None:
        with looking_as(self.cast.frank) as frank:
            one = due(frank.today).order_by("pk").first()
            if one is None:
                return
            made = claims.claim(milestone=one, by=frank, at=frank.now())
            if self.chance.random() < 0.5:
                claims.withdraw(claim=made, why="A test.", by=frank, at=frank.now())

    def refer(self) -> None:
        again_known = self.referrals and self.chance.random() < 0.2
        number = "" if again_known else f"QQ{self.chance.randrange(10**6):06}A"
        name = "Zola" if again_known else f"Zola{''.join(self.chance.choices('abcdefgh', k=6))}"
        sender, lives_in = self.chance.choice(["hana", "jon"]), self.chance.choice([HACKNEY, HARINGEY])
        place: dict[str, Any] = {
            "number": number,
            "given_name": name,
            "postcode": "",
            "local_authority": lives_in,
        }
        self.referrals.append(refer(self.cast, sender, **place))

    def pick(self, *statuses: str) -> Referral | None:
        found = [
            one for one in (again(self.cast, known) for known in self.referrals) if one.status in statuses
        ]
        return self.chance.choice(found) if found else None

    def answer(self) -> None:
        one = self.pick("allocated")
        if one is None:
            return
        offer = offer_of(self.cast, one)
        who = {"renaisi": "ada", "i2i": "ivo", "serco-delivery": "ola"}
        slug = next(s for s, o in self.cast.organisations.items() if o.pk == offer.organisation_id)
        if self.chance.random() < 0.3 and "Already" not in offer.reason:
            with looking_as(getattr(self.cast, who[slug])) as viewer:
                allocation.hand_back(
                    allocation=offer, reason="no_capacity", note="", by=viewer, at=viewer.now()
                )
        else:
            accept(self.cast, one, who[slug])

    def enrol(self) -> None:
        one = self.pick("accepted")
        if one is None:
            return
        with looking_as(self.cast.ada) as ada:
            if self.chance.random() < 0.3:
                start.did_not_start(referral=one, reason="not_reached", by=ada, at=ada.now())
            else:
                start.start(referral=one, started_on=ada.today, by=ada, at=ada.now())

    def work(self) -> None:
        days = self.chance.randrange(150, 500)
        person, enrolment = person_with_a_past(
            self.cast, days=days, area=self.chance.choice(["", HACKNEY, HARINGEY])
        )
        self.held.append((person, days))
        self.jobs.append(work(self.cast, enrolment, since=self.chance.randrange(1, days)))

    def newest(self) -> Job | None:
        with looking_as(self.cast.system()):
            jobs = list(Job.objects.filter(voided_at=None, ends_on=None).order_by("pk"))
        return self.chance.choice(jobs) if jobs else None

    def end(self) -> None:
        if job := self.newest():
            lasted = (date.today() - job.starts_on).days
            end(self.cast, job, days=self.chance.randrange(0, lasted + 1))

    def correct(self) -> None:
        if job := self.newest():
            started = (date.today() - job.starts_on).days
            correct(self.cast, job, since=max(1, started + self.chance.randrange(-60, 60)))

    def withdraw(self) -> None:
        if one := self.pick("allocated", "accepted", "need_to_know"):
            with looking_as(self.cast.hana) as hana:
                referral.withdraw(referral=one, by=hana, at=hana.now())

    def refresh(self) -> None:
        refreshed(self.cast)


@pytest.mark.parametrize("seed", range(1, 11))
def test_after_a_random_walk_the_increments_equal_the_rebuild_and_the_count_by_hand(
    cast: Cast, seed: int
) -> None:
    walk = Walk(cast, seed)
    for _ in range(40):
        walk.step()
    while refreshed(cast):
        pass
    increments = facts(cast)
    assert increments == by_hand(cast)
    assert rebuilt(cast) == Corrected()
    assert facts(cast) == increments == contributed(cast)
    assert waits(cast) == waits_by_hand(cast)
