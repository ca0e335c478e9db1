"""Days on benefit from a file: tried out, written by the action that the page uses, and nothing twice."""

from typing import Any

import pytest

from outcomes.models import BenefitSpell
from participants.models import Participant
from tests.cast import Cast, looking_as
from tests.outcomes.benefiting import ask_for_weeks_off_benefit, claim_benefit, correct, withdraw
from tests.outcomes.importing import as_csv, as_xlsx, checked, imported, outcomes, said
from tests.outcomes.test_import_second_start import started_twice
from tests.outcomes.working import reached, started_person, work
from tests.participants.people import ago

BENEFITS = ("Participant reference", "Benefit", "First day", "Last day")
WITH_KEY = (*BENEFITS, "Row key")


def row(person: Participant, since: int, until: int | None = None, *more: Any) -> list[Any]:
    return [person.reference, "JSA", ago(since), "" if until is None else ago(until), *more]


def in_force(cast: Cast) -> list[tuple[Any, Any, str]]:
    with looking_as(cast.system()):
        found = BenefitSpell.objects.filter(voided_at=None).order_by("starts_on", "pk")
        return [(one.starts_on, one.ends_on, one.source) for one in found]


def test_every_row_is_tried_out_before_anything_is_written(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    claim_benefit(cast, enrolment, since=30, until=25)
    content = as_csv(
        BENEFITS,
        row(person, 20),
        row(person, 30, 25),
        row(person, 15, 16),
        row(person, -1),
        ["PT-2222-22", "JSA", ago(3), ""],
        [person.reference, "Lottery", ago(3), ""],
        row(person, 20),
    )
    run = checked(cast, "benefits", content)
    assert run.counts == {"new": 1, "same": 2, "error": 4}
    told = said(cast, run)
    assert told[:5] == [
        (2, "new", ""),
        (3, "same", ""),
        (4, "error", "The last day cannot be before the first day."),
        (5, "error", "The first day cannot be in the future. Note it when it has come."),
        (
            6,
            "error",
            "Nobody is known to you by this reference or number. Check it, or have the referral loaded first.",
        ),
    ]
    assert "is not known here. Write one of: universal credit," in told[5][2]
    assert in_force(cast) == [(ago(30), ago(25), "letter")]


@pytest.mark.parametrize("as_file", [as_csv, as_xlsx])
def test_they_are_written_move_milestones_and_the_same_file_again_changes_nothing(
    cast: Cast, as_file: Any
) -> None:
    ask_for_weeks_off_benefit(cast)
    person, enrolment = started_person(cast)
    work(cast, enrolment, since=34)
    assert "sustainment" in reached(cast, enrolment)
    content = as_file(BENEFITS, row(person, 17, 17))
    assert imported(cast, "benefits", content).counts == {"new": 1}
    assert in_force(cast) == [(ago(17), ago(17), "file")]
    assert "sustainment" not in reached(cast, enrolment)
    assert checked(cast, "benefits", content).counts == {"same": 1}


def test_a_last_day_that_is_known_by_now_corrects_and_an_empty_one_says_nothing(cast: Cast) -> None:
    person, _ = started_person(cast)
    imported(cast, "benefits", as_csv(BENEFITS, row(person, 30)))
    run = imported(cast, "benefits", as_csv(BENEFITS, row(person, 30, 20)))
    assert said(cast, run) == [(2, "changed", f"Last day {ago(20).day} {ago(20):%B %Y} instead of none.")]
    assert in_force(cast) == [(ago(30), ago(20), "file")]
    assert checked(cast, "benefits", as_csv(BENEFITS, row(person, 30))).counts == {"same": 1}


def test_by_its_key_the_first_day_is_corrected_as_well(cast: Cast) -> None:
    person, _ = started_person(cast)
    imported(cast, "benefits", as_csv(WITH_KEY, row(person, 30, 20, "A1")))
    assert outcomes(cast, imported(cast, "benefits", as_csv(WITH_KEY, row(person, 28, 20, "A1")))) == [
        "changed"
    ]
    assert in_force(cast) == [(ago(28), ago(20), "file")]


def test_a_key_is_one_persons_and_a_first_day_moves_from_the_time_of_one_start_to_another(cast: Cast) -> None:
    person, _, _ = started_twice(cast)
    other, _ = started_person(cast)
    imported(cast, "benefits", as_csv(WITH_KEY, row(person, 250, 240, "A1")))
    [[_, outcome, words]] = said(cast, checked(cast, "benefits", as_csv(WITH_KEY, row(other, 50, 40, "A1"))))
    assert (outcome, words[:37]) == ("error", "This row was imported for somebody el")
    moved = as_csv(WITH_KEY, row(person, 50, 40, "A1"))
    assert outcomes(cast, imported(cast, "benefits", moved)) == ["changed"]
    assert in_force(cast) == [(ago(50), ago(40), "file")]
    assert checked(cast, "benefits", moved).counts == {"same": 1}


def test_what_was_corrected_or_withdrawn_here_stays(cast: Cast) -> None:
    person, _ = started_person(cast)
    content = as_csv(BENEFITS, row(person, 30, 20))
    imported(cast, "benefits", content)
    with looking_as(cast.system()):
        noted = BenefitSpell.objects.select_related("enrolment__participant").get()
    new = correct(cast, noted, since=30, until=21)
    run = checked(cast, "benefits", content)
    assert said(cast, run)[0][1:] == (
        "left",
        "Corrected here since. Correct it here again if the file is right.",
    )
    withdraw(cast, new)
    assert said(cast, checked(cast, "benefits", content))[0][2].startswith("Withdrawn here on")
    assert in_force(cast) == []


def test_what_was_corrected_here_stays_while_the_rest_of_the_row_corrects(cast: Cast) -> None:
    person, _ = started_person(cast)
    content = as_csv(WITH_KEY, row(person, 30, None, "A1"))
    imported(cast, "benefits", content)
    with looking_as(cast.system()):
        noted = BenefitSpell.objects.select_related("enrolment__participant").get()
    correct(cast, noted, since=28, until=21)
    # Without a last day, and with another one: the first day that was corrected here stays.
    assert outcomes(cast, checked(cast, "benefits", content)) == ["left"]
    later = as_csv(WITH_KEY, row(person, 30, 19, "A1"))
    assert outcomes(cast, imported(cast, "benefits", later)) == ["changed"]
    assert in_force(cast) == [(ago(28), ago(19), "file")]
    assert outcomes(cast, checked(cast, "benefits", later)) == ["left"]


def test_days_of_a_benefit_that_is_noted_for_some_of_them_are_asked_about(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    claim_benefit(cast, enrolment, since=30, until=20)
    run = checked(cast, "benefits", as_csv(BENEFITS, row(person, 28, 10), row(person, 19, 15)))
    day = f"{ago(30).day} {ago(30):%B %Y}"
    assert said(cast, run) == [
        (
            2,
            "error",
            f"Days on this benefit are noted from {day}. Correct those here, or give the row key that they came with.",
        ),
        (3, "new", ""),
    ]
    # An open one is asked about as well; two keys say themselves that they are two.
    assert outcomes(cast, checked(cast, "benefits", as_csv(BENEFITS, row(person, 40)))) == ["error"]
    keyed = as_csv(WITH_KEY, row(person, 12, 8, "A1"), row(person, 10, 5, "A2"))
    assert outcomes(cast, imported(cast, "benefits", keyed)) == ["new", "new"]
    assert outcomes(cast, checked(cast, "benefits", as_csv(BENEFITS, row(person, 6)))) == ["error"]


def test_a_provider_imports_for_those_whom_it_holds_and_the_prime_for_everybody(cast: Cast) -> None:
    person, _ = started_person(cast)
    content = as_csv(BENEFITS, row(person, 30))
    assert outcomes(cast, checked(cast, "benefits", content, by="ines")) == ["error"]
    assert outcomes(cast, checked(cast, "benefits", content, by="priya")) == ["new"]
