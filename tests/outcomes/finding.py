"""Findings for the tests that somebody was not eligible, made and taken back by the real actions."""

from datetime import date

from outcomes.actions import ineligibility as findings
from outcomes.models import Ineligibility
from participants.models import Enrolment
from tests.cast import Cast, looking_as
from tests.participants.people import ago


def find(
    cast: Cast,
    enrolment: Enrolment,
    *,
    by: str = "frank",
    criterion: str = "area",
    on: date | None = None,
    words: str = "The council tax bill",
) -> Ineligibility:
    """Found today, unless it is said, by the rule about the area."""
    with looking_as(getattr(cast, by)) as viewer:
        return findings.find(
            enrolment=enrolment,
            criterion=criterion,
            found_on=on or ago(0),
            words=words,
            by=viewer,
            at=viewer.now(),
        )


def withdraw(cast: Cast, found: Ineligibility, why: str = "It was a neighbour's") -> Ineligibility:
    """Take it back."""
    with looking_as(cast.cleo) as cleo:
        return findings.withdraw(found=found, why=why, by=cleo, at=cleo.now())
