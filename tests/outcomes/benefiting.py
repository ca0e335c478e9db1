"""Days on benefit for the tests, noted and taken back by the real actions, dated so many days ago."""

from typing import Any

from outcomes.actions import benefit as benefits
from outcomes.actions.benefit import OnBenefit
from outcomes.models import BenefitSpell
from participants.models import Enrolment
from partners.viewer import Viewer
from programmes.models import Programme
from tests.cast import Cast, looking_as
from tests.participants.people import ago

OFF_BENEFIT = {
    "code": "sustainment",
    "rule": "sustainment",
    "label": "Sustainment",
    "follows": "job_start",
    "max": 1,
    "least_days": 1,
    "off_benefit": True,
    "claim_after_working_days": 0,
}


def ask_for_weeks_off_benefit(cast: Cast) -> None:
    """From now on four weeks in work after the first day in work are a sustainment, if none has a day on benefit."""
    with looking_as(cast.system()):
        [programme] = Programme.objects.all()
        Programme.objects.update(milestones=[*programme.milestones, OFF_BENEFIT])


def spell(since: int, until: int | None, **different: Any) -> OnBenefit:
    """Jobseeker's Allowance from and to so many days ago, but for what is different."""
    usual = {"benefit": "jobseekers_allowance", "source": "letter"}
    days = {"starts_on": ago(since), "ends_on": None if until is None else ago(until)}
    return OnBenefit(**{**usual, **days, **different})


def claim_benefit(
    cast: Cast,
    enrolment: Enrolment,
    *,
    since: int,
    until: int | None = None,
    by: str = "ada",
    row_key: str = "",
    **different: Any,
) -> BenefitSpell:
    """Note days on benefit."""
    with looking_as(getattr(cast, by)) as viewer:
        return benefits.note(
            enrolment=enrolment,
            spell=spell(since, until, **different),
            row_key=row_key,
            by=viewer,
            at=viewer.now(),
        )


def correct(cast: Cast, noted: BenefitSpell, *, since: int, until: int | None = None) -> BenefitSpell:
    """Say which days it really was."""
    with looking_as(cast.ada) as ada:
        return benefits.correct(noted=noted, spell=spell(since, until), by=ada, at=ada.now())


def withdraw(cast: Cast, noted: BenefitSpell, reason: str = "mistake") -> BenefitSpell:
    """Take the days back."""
    with looking_as(cast.ada) as ada:
        return benefits.withdraw(noted=noted, reason=reason, by=ada, at=ada.now())


def on_benefit(enrolment: Enrolment, organisation_id: Any) -> BenefitSpell:
    """The day of the start, as a row."""
    with looking_as(Viewer.system(enrolment.tenant_id, "test")) as system:
        return BenefitSpell.objects.create(
            tenant_id=enrolment.tenant_id,
            participant_id=enrolment.participant_id,
            enrolment_id=enrolment.pk,
            contract_id=enrolment.contract_id,
            organisation_id=organisation_id,
            benefit="universal_credit",
            starts_on=enrolment.started_on,
            ends_on=enrolment.started_on,
            source="letter",
            noted_at=system.now(),
        )
