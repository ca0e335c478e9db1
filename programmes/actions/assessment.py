"""Loading what is asked in an assessment: a change is a new version, by which earlier answers stay what they were."""

from collections import Counter
from datetime import datetime
from typing import Any

from partners import events
from partners.acting import action
from partners.models import DomainEvent
from partners.viewer import Viewer
from programmes.actions.programme import NothingNew
from programmes.assessment_files import AssessmentTerms
from programmes.models import AssessmentTemplate, Programme

KEPT = ("title", "first_within_days", "again_after_days", "licence", "source")


@action
def load(*, terms: AssessmentTerms, by: Viewer, at: datetime) -> list[AssessmentTemplate]:
    """Let the named programmes, and no others, use the assessment as the file says. Returns its versions in force.

    Raises NothingNew where they do already.
    """
    changes: Counter[str] = Counter()
    programmes = Programme.objects.select_for_update(no_key=True).order_by("code")
    found = [_bring_in_line(programme, terms, changes, by, at) for programme in programmes]
    in_force = [template for template in found if template]
    if not changes:
        raise NothingNew(f"{terms.title} is loaded already as the file says.")
    events.record(
        "assessment_template.loaded",
        in_force[0],
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        added=changes["added"],
        withdrawn=changes["withdrawn"],
        code=terms.code,
    )
    return in_force


def _bring_in_line(
    programme: Programme, terms: AssessmentTerms, changes: Counter[str], by: Viewer, at: datetime
) -> AssessmentTemplate | None:
    """The version that the programme uses from now on; None where it uses none."""
    wanted: dict[str, Any] = {name: getattr(terms, name) for name in KEPT}
    wanted["questions"] = [question.stored() for question in terms.questions]
    versions = AssessmentTemplate.objects.filter(programme=programme, code=terms.code)
    newest = versions.order_by("-version").first()
    uses = programme.code in terms.programmes
    if newest and newest.withdrawn_at is None:
        if uses and {name: getattr(newest, name) for name in wanted} == wanted:
            return newest
        versions.filter(withdrawn_at=None).update(withdrawn_at=at)
        changes["withdrawn"] += 1
    if not uses:
        return None
    template = AssessmentTemplate(
        tenant_id=by.tenant_id,
        programme=programme,
        code=terms.code,
        version=newest.version + 1 if newest else 1,
        made_at=at,
        **wanted,
    )
    template.save(force_insert=True)
    changes["added"] += 1
    return template
