"""Assessments for tests: what is asked, and somebody who answered."""

from contextlib import suppress

from participants.actions import assessment as assessments
from participants.actions.assessment import Said
from participants.models import Assessment, Assignment, Participant
from programmes.actions import assessment as templates
from programmes.actions.programme import NothingNew
from programmes.assessing import Question
from programmes.assessment_files import AssessmentTerms
from programmes.models import AssessmentTemplate
from tests.cast import Cast, looking_as
from tests.participants.people import ago, hold

SURE = ("Not at all", "A little", "Mostly", "Completely")
IN_THE_WAY = ("Stops me working", "Makes it harder", "Not in the way")
CV = Question("cv", "Looking for work", "My CV shows what I can do", SURE)
CHILDCARE = Question("childcare", "What may stand in the way", "Childcare", IN_THE_WAY, is_barrier=True)
HEALTH = Question("health", "Health", "Health or pain", IN_THE_WAY, is_barrier=True, is_health=True)


def asked(cast: Cast, *questions: Question, code: str = "steps", programme: str = "") -> AssessmentTemplate:
    """A programme asks these, and by default about a CV, childcare and health: in 20 days, and every 84."""
    with looking_as(cast.system()) as system:
        terms = AssessmentTerms(
            code=code,
            title="Steps to work",
            programmes=(programme or cast.contract.programme.code,),
            first_within_days=20,
            again_after_days=84,
            licence="",
            source="Made up",
            questions=questions or (CV, CHILDCARE, HEALTH),
        )
        with suppress(NothingNew):
            templates.load(terms=terms, by=system, at=system.now())
        return AssessmentTemplate.objects.get(code=code, withdrawn_at=None)


def assessed(
    cast: Cast,
    person: Participant,
    template: AssessmentTemplate,
    *,
    by: str = "ada",
    days: int = 0,
    words: str = "",
    **steps: int,
) -> Assessment:
    """What the person said so many days ago: steps by the code of the question, and words to each."""
    with looking_as(getattr(cast, by)) as viewer:
        return assessments.assess(
            participant=person,
            contract=cast.contract,
            template=template,
            answers={code: Said(step, words) for code, step in steps.items()},
            made_on=ago(days),
            by=viewer,
            at=viewer.now(),
        )


def moved_on(cast: Cast, person: Participant) -> None:
    """Since today i2i works with the person, in place of whoever did."""
    with looking_as(cast.system()):
        Assignment.objects.filter(participant=person).update(ends_on=ago(1))
    hold(cast, person, provider="i2i", adviser="ivo", since=0)
