"""Findings for the tests that somebody was not eligible, made and taken back by the real actions."""

from datetime import date

from outcomes.actions import ineligibility as findings
from outcomes.findings import GoesBack, goes_back
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
    expected: GoesBack | None = None,
) -> Ineligibility:
    """Found today, unless it is said, by the rule about the area, by somebody who has read what goes back."""
    with looking_as(cast.system()):
        goes = expected or goes_back([enrolment])[enrolment.pk]
    with looking_as(getattr(cast, by)) as viewer:
        return findings.find(
            enrolment=enrolment,
            criterion=criterion,
            found_on=on or ago(0),
            words=words,
            expected=goes,
            by=viewer,
            at=viewer.now(),
        )


def shown(cast: Cast, enrolment: Enrolment) -> dict[str, str]:
    """What the page sends with a finding: what goes back, as it was read."""
    with looking_as(cast.system()):
        back = goes_back([enrolment])[enrolment.pk]
    return {f"shown-{enrolment.pk}": f"{back.commissioner_pence} {back.provider_pence} {back.claims}"}


def withdraw(cast: Cast, found: Ineligibility, why: str = "It was a neighbour's") -> Ineligibility:
    """Take it back."""
    with looking_as(cast.cleo) as cleo:
        return findings.withdraw(found=found, why=why, by=cleo, at=cleo.now())
