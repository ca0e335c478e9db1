"""What people in the demo said when they were assessed: at the start, and how it moved since."""

from datetime import timedelta
from random import Random
from typing import Final

from config.demo.safety import viewer_at
from participants.actions import assessment as assessments
from participants.actions.assessment import Said
from participants.models import Assignment, Enrolment
from partners.models import Membership
from partners.viewer import Viewer
from programmes.assessing import Question, questions_of
from programmes.models import AssessmentTemplate

# Whose people, and how many of each were assessed: of the others the caseload asks for it.
ADVISERS: Final = ("amara.pickering", "kieran.matsuda")
MOST: Final = 24
# How often a step got better, and worse, from one time to the next.
BETTER, WORSE = 0.4, 0.1
IN_THEIR_WORDS: Final = {
    "childcare": "My mother can take the little one on two days",
    "travel": "The first bus goes at seven",
    "cv": "It stops at my last job, four years ago",
}


def assess(by: Viewer, seed: int) -> int:
    """Let the advisers assess their people by the real action, once at the start and again every twelve weeks. Returns
    how many assessments were made.
    """
    chance, made = Random(f"assessments {seed}"), 0
    places = Membership.objects.filter(ended_on=None).select_related("user", "organisation")
    for place in places.filter(user__email__in=[f"{name}@example.org" for name in ADVISERS]):
        held = Assignment.objects.in_force(by.today).filter(adviser=place.user_id, ends_on=None)
        started = Enrolment.objects.filter(
            participant__in=held.values("participant"), ended_on=None, started_on__lt=by.today
        )
        for enrolment in started.select_related("contract", "participant").order_by("pk")[:MOST]:
            template = AssessmentTemplate.objects.filter(
                programme=enrolment.contract.programme_id, withdrawn_at=None
            ).first()
            if template is not None:
                made += _over_time(enrolment, template, viewer_at(place, by), chance)
    return made


def _over_time(enrolment: Enrolment, template: AssessmentTemplate, adviser: Viewer, chance: Random) -> int:
    """From the start on, as long as the adviser's organisation works with the person."""
    held = Assignment.objects.filter(
        participant=enrolment.participant_id,
        contract=enrolment.contract_id,
        organisation=adviser.organisation_id,
    )
    steps: dict[str, int] = {}
    questions, made = questions_of(template.questions), 0
    on = enrolment.started_on + timedelta(days=chance.randint(0, template.first_within_days - 1))
    while on < adviser.today:
        steps = {one.code: _moved(one, steps.get(one.code), chance) for one in questions}
        if any(one.holds_on(on) for one in held):
            assessments.assess(
                participant=enrolment.participant,
                contract=enrolment.contract,
                template=template,
                answers={code: Said(step, IN_THEIR_WORDS.get(code, "")) for code, step in steps.items()},
                made_on=on,
                by=adviser,
                at=adviser.now() - timedelta(days=(adviser.today - on).days),
            )
            made += 1
        on += timedelta(days=template.again_after_days + chance.randint(-5, 10))
    return made


def _moved(question: Question, before: int | None, chance: Random) -> int:
    if before is None:
        return chance.choices(range(question.best + 1), [3, 4, *[2] * (question.best - 1)])[0]
    luck = chance.random()
    if luck < BETTER:
        return min(before + 1, question.best)
    return max(before - 1, 0) if luck > 1 - WORSE else before
