"""A commitment is recorded by the week, replaced by the next, and never changed."""

from datetime import date, timedelta
from typing import Any

import pytest

from outcomes.actions import commitment
from outcomes.models import Commitment, CommittedPerson
from outcomes.performance.beyond import Beyond
from outcomes.performance.call import Accuracy, Call
from outcomes.performance.figures import providers_of
from outcomes.performance.known import Known
from outcomes.performance.periods import month_of, shift
from partners.acting import ActionError
from partners.models import DomainEvent
from tests.cast import Cast, looking_as
from tests.outcomes.performing import person_with_a_past, rebuilt
from tests.participants.people import new_person
from tests.participants.restricting import restrict


def commit(cast: Cast, who: str = "mona", **more: Any) -> Commitment:
    with looking_as(getattr(cast, who)) as viewer:
        said: dict[str, Any] = {
            "contract": cast.contract,
            "month": month_of(viewer.today),
            "numbers": {"starts": 3},
            "people": {},
            **more,
        }
        return commitment.commit(**said, by=viewer, at=viewer.now())


def said_before(cast: Cast, provider: str, *, months: int, weeks: int, starts: int) -> None:
    """What a provider said so many weeks ago about the month so many months ago."""
    today = cast.priya.today
    with looking_as(cast.system()) as system:
        Commitment.objects.create(
            tenant=cast.serco,
            contract=cast.contract,
            organisation=cast.organisations[provider],
            week=commitment.week_of(today - timedelta(weeks=weeks)),
            month=shift(month_of(today), -months),
            starts=starts,
            job_starts=0,
            job_outcomes=0,
            committed_by=cast.users["mona"],
            committed_at=system.now(),
        )


def call(cast: Cast, who: str) -> Call:
    with looking_as(getattr(cast, who)) as viewer:
        return Call.of(
            cast.contract,
            viewer,
            beyond=Beyond.of(cast.contract, Known(viewer)),
            organisations=providers_of(cast.contract, []),
        )


def test_a_commitment_is_kept_with_its_people_and_told_without_them(cast: Cast) -> None:
    amina = new_person(cast)
    made = commit(cast, people={"starts": [amina, amina]})
    with looking_as(cast.system()):
        assert CommittedPerson.objects.get().participant_id == amina.pk
        told = DomainEvent.objects.get(kind="commitment.made")
        assert told.participant_id is None
        assert str(amina.pk) not in str(told.facts)
        assert told.organisation_id == made.organisation_id


def test_the_later_one_of_a_week_counts_and_the_earlier_stays(cast: Cast) -> None:
    commit(cast, numbers={"starts": 3})
    later = commit(cast, numbers={"starts": 5})
    found = call(cast, "mona")
    assert found.lines[0].commitment == later
    assert found.whole.counts[0].committed == 5
    with looking_as(cast.system()):
        assert Commitment.objects.count() == 2


@pytest.mark.parametrize(
    ("code", "more"),
    [
        ("too_many_starts", {"numbers": {"starts": 0}}),
        ("too_many_job_outcomes", {"numbers": {"starts": 9}, "of": "job_outcomes"}),
        ("not_this_month", {"month": -1}),
        ("not_this_month", {"month": 2}),
    ],
)
def test_what_makes_no_sense_is_refused(cast: Cast, code: str, more: dict[str, Any]) -> None:
    more["people"] = {more.pop("of", "starts"): [new_person(cast)]}
    if "month" in more:
        more["month"] = shift(month_of(cast.mona.today), more["month"])
    with pytest.raises(ActionError) as refused:
        commit(cast, **more)
    assert refused.value.code == code
    with looking_as(cast.system()):
        assert not Commitment.objects.exists()


def test_whoever_does_not_deliver_the_contract_commits_to_nothing(cast: Cast) -> None:
    with pytest.raises(commitment.NotDelivering):
        commit(cast, "priya")


def test_everybody_sees_what_is_theirs(cast: Cast) -> None:
    amina, kept = new_person(cast), new_person(cast, given="Zoe")
    commit(cast, people={"starts": [amina, kept]})
    restrict(cast, kept)
    seen = {}
    for name in ("mona", "priya", "ivo", "dee", "hana"):
        with looking_as(getattr(cast, name)):
            seen[name] = (
                Commitment.objects.count(),
                {one.participant_id for one in CommittedPerson.objects.all()},
            )
    assert seen["priya"] == (1, {amina.pk})
    assert seen["mona"][0] == 1
    assert amina.pk in seen["mona"][1]
    assert seen["ivo"] == seen["dee"] == seen["hana"] == (0, set())


def test_whom_a_provider_holds_no_more_it_does_not_see_named(cast: Cast) -> None:
    gone = new_person(cast, until=1)
    with looking_as(cast.system()) as system:
        made = Commitment.objects.create(
            tenant=cast.serco,
            contract=cast.contract,
            organisation=cast.organisations["renaisi"],
            week=commitment.week_of(system.today),
            month=month_of(system.today),
            starts=1,
            job_starts=0,
            job_outcomes=0,
            committed_by=cast.users["mona"],
            committed_at=system.now(),
        )
        CommittedPerson.objects.create(
            tenant=cast.serco,
            commitment=made,
            contract=cast.contract,
            organisation=cast.organisations["renaisi"],
            participant=gone,
            count="starts",
        )
    assert call_people(cast, "mona") == []
    assert call_people(cast, "priya") == [gone.pk]


def call_people(cast: Cast, who: str) -> list[Any]:
    found = call(cast, who)
    with looking_as(getattr(cast, who)):
        return [one.participant_id for one in found.people()]


def test_earlier_commitments_are_held_against_what_came(cast: Cast) -> None:
    last = shift(month_of(cast.priya.today), -1)
    days = (cast.priya.today - last).days
    for _ in range(2):
        person_with_a_past(cast, days=days)
    rebuilt(cast)
    said_before(cast, "renaisi", months=1, weeks=4, starts=5)
    said_before(cast, "renaisi", months=1, weeks=5, starts=1)
    # Twelve weeks back at most, and no month that is not over.
    said_before(cast, "renaisi", months=4, weeks=14, starts=99)
    commit(cast, numbers={"starts": 50})
    past = call(cast, "priya").whole.counts[0].past
    assert past == Accuracy.of([(5, 2), (1, 2)])
    assert past is not None
    assert (past.number, int(past.mean_error), int(past.bias)) == (2, 2, -1)


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([(5, 2), (1, 2)], "off by 2.0, on average −1.0: mostly too much promised (2 commitments)"),
        ([(1, 4)], "off by 3.0, on average +3.0: mostly too little promised (1 commitment)"),
        ([(1, 2), (2, 1)], "off by 1.0, on average +0.0: as often too much as too little (2 commitments)"),
        ([(3, 3)], "exact (1 commitment)"),
    ],
)
def test_how_good_they_were_is_said_in_words(pairs: list[tuple[int, int]], words: str) -> None:
    assert str(Accuracy.of(pairs)) == words


def test_the_week_begins_on_monday() -> None:
    assert commitment.week_of(date(2026, 11, 22)) == date(2026, 11, 16)
    assert commitment.week_of(date(2026, 11, 23)) == date(2026, 11, 23)
