"""Concerns for somebody's safety: raised by whoever works with them, read by the cleared, answered in working days."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import ProgrammingError, transaction

from participants import timeline
from participants.actions import safeguarding
from participants.actions.holding import NotHeld
from participants.deadlines import deadlines
from participants.models import Participant, Restriction, SafeguardingDecision, SafeguardingReport
from participants.safeguarding import reports, who_reads
from partners.models import AuditEntry, DomainEvent
from partners.viewer import Viewer
from tests.cast import Cast, looking_as
from tests.participants.people import ago, new_person
from tests.participants.restricting import restrict
from tests.participants.worrying import WORDS, clear, decided, worried


@pytest.fixture
def amina(cast: Cast) -> Participant:
    return new_person(cast, since=60)


def seen_by(viewer: Viewer) -> list[str]:
    with looking_as(viewer):
        return list(SafeguardingReport.objects.order_by("words").values_list("words", flat=True))


def acknowledge(cast: Cast, report: SafeguardingReport, who: str = "sara") -> SafeguardingReport:
    with looking_as(getattr(cast, who)) as viewer:
        return safeguarding.acknowledge(report=report, by=viewer, at=viewer.now())


def test_a_concern_restricts_nobody_and_its_words_are_no_fact(cast: Cast, amina: Participant) -> None:
    report = worried(cast, amina)
    with looking_as(cast.system()):
        assert not Restriction.objects.exists()
        told = DomainEvent.objects.get(kind="safeguarding.raised")
        assert told.wall == "safeguarding"
        assert told.facts == {"concern": "self_harm", "in_danger": False}
        assert told.subject_id == report.pk


def test_its_writer_reads_their_own_and_no_colleagues(cast: Cast, amina: Participant) -> None:
    worried(cast, amina, words="Ada's")
    worried(cast, amina, "col", words="Col's")
    assert seen_by(cast.ada) == ["Ada's"]
    assert seen_by(cast.col) == ["Col's"]
    assert seen_by(cast.mona) == []
    assert seen_by(cast.priya) == []
    assert seen_by(cast.ivo) == []
    assert seen_by(cast.hana) == []


def test_the_cleared_read_those_of_their_own_provider_and_the_primes_all(
    cast: Cast, amina: Participant
) -> None:
    worried(cast, amina)
    assert seen_by(clear(cast, "mona")) == [WORDS]
    assert seen_by(cast.sara) == [WORDS]
    assert seen_by(clear(cast, "ines")) == []


def test_what_the_prime_raises_is_not_read_at_the_provider(cast: Cast, amina: Participant) -> None:
    worried(cast, amina, "priya", words="Priya's")
    assert seen_by(clear(cast, "mona")) == []
    assert seen_by(cast.priya) == ["Priya's"]
    assert seen_by(cast.sara) == ["Priya's"]


def test_whoever_holds_the_person_next_or_held_them_reads_nothing(cast: Cast) -> None:
    with looking_as(cast.system()) as system:
        before = system.now()
    person = new_person(cast, since=60, until=1)
    with looking_as(cast.system()):
        SafeguardingReport.objects.create(
            tenant=cast.serco,
            participant=person,
            organisation=cast.organisations["renaisi"],
            kind="other",
            words=WORDS,
            in_danger=False,
            raised_by=cast.users["ada"],
            raised_at=before,
            acknowledge_by=ago(9),
            decide_by=ago(5),
        )
    assert seen_by(cast.ada) == []
    assert seen_by(clear(cast, "mona")) == []
    assert seen_by(clear(cast, "ines")) == []
    assert seen_by(cast.sara) == [WORDS]
    with pytest.raises(NotHeld):
        worried(cast, person)


def test_of_a_restricted_person_the_named_alone_read_it(cast: Cast, amina: Participant) -> None:
    worried(cast, amina, "col")
    restrict(cast, amina, "ada", "mona")
    assert seen_by(cast.sara) == []
    assert seen_by(cast.col) == []
    assert seen_by(clear(cast, "mona")) == [WORDS]


def test_who_reads_it_is_told_as_far_as_they_can_see_the_person(cast: Cast, amina: Participant) -> None:
    with looking_as(cast.ada) as ada:
        assert who_reads(amina, ada) == ["Sara"]
    clear(cast, "mona")
    clear(cast, "ines")
    with looking_as(cast.ada) as ada:
        assert who_reads(amina, ada) == ["Mona", "Sara"]
    restrict(cast, amina, "ada", "mona")
    with looking_as(cast.ada) as ada:
        assert who_reads(amina, ada) == ["Mona"]


def test_what_was_decided_is_not_for_its_writer(cast: Cast, amina: Participant) -> None:
    report = worried(cast, amina)
    decided(cast, report)
    for viewer, many in ((cast.ada, 0), (cast.mona, 0), (cast.priya, 0), (cast.sara, 1)):
        with looking_as(viewer):
            assert SafeguardingDecision.objects.count() == many, viewer
    with looking_as(clear(cast, "mona")):
        assert SafeguardingDecision.objects.count() == 1
    with looking_as(cast.ada):
        assert SafeguardingReport.objects.get().decided_at is not None


def test_no_timeline_of_a_provider_and_of_the_uncleared_tells_of_it(cast: Cast, amina: Participant) -> None:
    report = worried(cast, amina)
    acknowledge(cast, report)
    decided(cast, report)
    for viewer, many in ((cast.ada, 0), (clear(cast, "mona"), 0), (cast.priya, 0), (cast.sara, 3)):
        with looking_as(viewer):
            told, _ = timeline.page(amina, viewer, group="Safety", number=1)
            assert len(told) == many, viewer
            assert AuditEntry.objects.filter(kind__startswith="safeguarding").count() == many, viewer


def test_it_is_looked_at_once_and_decided_once(cast: Cast, amina: Participant) -> None:
    report = acknowledge(cast, worried(cast, amina))
    assert report.acknowledged_by_id == cast.users["sara"].pk
    with pytest.raises(safeguarding.LookedAtBefore):
        acknowledge(cast, report)
    decided(cast, report)
    with pytest.raises(safeguarding.DecidedBefore):
        decided(cast, report)
    with looking_as(cast.system()):
        kinds = list(DomainEvent.objects.filter(subject_id=report.pk).order_by("pk").values_list("kind"))
        assert [kind for (kind,) in kinds] == [
            "safeguarding.raised",
            "safeguarding.acknowledged",
            "safeguarding.decided",
        ]


def test_whoever_decides_at_once_has_looked_at_it(cast: Cast, amina: Participant) -> None:
    decided(cast, worried(cast, amina), outcome="nothing", words="Misheard.")
    with looking_as(cast.system()):
        report = SafeguardingReport.objects.get()
        assert report.acknowledged_by_id == cast.users["sara"].pk
        assert report.acknowledged_at == report.decided_at


def test_nobody_answers_who_is_not_cleared(cast: Cast, amina: Participant) -> None:
    report = worried(cast, amina)
    with looking_as(cast.ada) as ada:
        for act in (
            lambda: safeguarding.acknowledge(report=report, by=ada, at=ada.now()),
            lambda: safeguarding.decide(report=report, outcome="nothing", words="No", by=ada, at=ada.now()),
        ):
            with pytest.raises(safeguarding.NotCleared):
                act()


@pytest.mark.parametrize(
    ("wrong", "error"),
    [({"outcome": "nothing", "words": ""}, safeguarding.ReasonNeeded), ({"outcome": "forget"}, ValueError)],
)
def test_a_decision_has_an_outcome_and_a_reason(
    cast: Cast, amina: Participant, wrong: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        decided(cast, worried(cast, amina), **wrong)


def test_where_somebody_is_in_danger_it_is_said_what_was_done(cast: Cast, amina: Participant) -> None:
    with pytest.raises(safeguarding.SayWhatYouDid):
        worried(cast, amina, in_danger=True, did="")
    assert worried(cast, amina, in_danger=True, did="Called 999.").acknowledge_by == cast.ada.today


def test_nobody_changes_what_was_raised(cast: Cast, amina: Participant) -> None:
    report = worried(cast, amina)
    with looking_as(cast.system()):
        for change in (
            {"words": "Nothing"},
            {"raised_by": cast.users["col"]},
            {"decide_by": date(2030, 1, 1)},
        ):
            with pytest.raises(ProgrammingError), transaction.atomic():
                SafeguardingReport.objects.filter(pk=report.pk).update(**change)


@pytest.mark.parametrize(
    ("raised_on", "in_danger", "acknowledge_by", "decide_by"),
    [
        (date(2026, 11, 23), False, date(2026, 11, 24), date(2026, 11, 30)),
        # From Maundy Thursday: Good Friday and Easter Monday are none.
        (date(2026, 4, 2), False, date(2026, 4, 7), date(2026, 4, 13)),
        # A Saturday before Christmas, in danger: the same day, and five days past both holidays.
        (date(2026, 12, 19), True, date(2026, 12, 19), date(2026, 12, 29)),
    ],
)
def test_the_days_are_working_days_of_england(
    raised_on: date, in_danger: bool, acknowledge_by: date, decide_by: date
) -> None:
    found = deadlines(raised_on, in_danger=in_danger)
    assert (found.acknowledge_by, found.decide_by) == (acknowledge_by, decide_by)


def test_the_list_is_by_the_day_on_which_the_next_step_is_due(cast: Cast, amina: Participant) -> None:
    today = date(2026, 11, 25)
    monday = datetime(2026, 11, 23, 12, tzinfo=UTC)
    late = worried(cast, amina, at=monday, words="late")
    looked_at = worried(cast, amina, at=monday, words="looked at")
    acknowledge(cast, looked_at)
    done = worried(cast, amina, at=monday, words="done")
    decided(cast, done)
    urgent = worried(cast, amina, at=datetime(2026, 11, 25, 12, tzinfo=UTC), words="urgent", in_danger=True)
    wanted = {
        "open": [late, urgent, looked_at],
        "raised": [late, urgent],
        "acknowledged": [looked_at],
        "overdue": [late],
        "decided": [done],
        "all": [late, urgent, looked_at, done],
    }
    with looking_as(cast.sara):
        for state, expected in wanted.items():
            found = [one.words for one in reports(today, state=state)]
            assert found == [one.words for one in expected], state
        assert not reports(today, state="open", kind="child").exists()
