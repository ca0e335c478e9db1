"""Concerns for somebody's safety in tests, by the real actions."""

from typing import Any

from participants.actions import safeguarding
from participants.models import Participant, SafeguardingDecision, SafeguardingReport
from partners.actions import membership
from partners.viewer import Viewer
from tests.cast import Cast, looking_as

WORDS = "Said that she does not want to wake up."


def clear(cast: Cast, name: str) -> Viewer:
    """Sara clears somebody for safeguarding; returns them as the walls see them from now on."""
    place = cast.memberships[name]
    with looking_as(cast.sara) as sara:
        cast.memberships[name] = membership.change_clearance(
            membership=place, cleared=True, reason="needed", by=sara, at=sara.now()
        )
    viewer: Viewer = getattr(cast, name)
    return viewer


def worried(cast: Cast, person: Participant, who: str = "ada", **different: Any) -> SafeguardingReport:
    """A concern that somebody of the cast raises; that somebody may harm themselves, but for what is different."""
    usual: dict[str, Any] = {"kind": "self_harm", "words": WORDS, "did": "Rang her GP.", "in_danger": False}
    with looking_as(getattr(cast, who)) as viewer:
        said = {**usual, "at": viewer.now(), **different}
        return safeguarding.raise_concern(participant=person, **said, by=viewer)


def decided(cast: Cast, report: SafeguardingReport, **different: Any) -> SafeguardingDecision:
    """What Sara, who is cleared, decides."""
    usual = {"outcome": "adults", "words": "Told the council's duty desk."}
    with looking_as(cast.sara) as viewer:
        return safeguarding.decide(report=report, **{**usual, **different}, by=viewer, at=viewer.now())


def planted_report(cast: Cast, person: Participant, slug: str) -> SafeguardingReport:
    """A concern that Ada raised for the person at an organisation, in any workspace."""
    with looking_as(Viewer.system(person.tenant_id, "test")) as system:
        report = SafeguardingReport(
            tenant_id=person.tenant_id,
            participant=person,
            organisation_id=cast.organisation(slug),
            kind="other",
            words=f"Something about {person.family_name}",
            in_danger=False,
            raised_by=cast.users["ada"],
            raised_at=system.now(),
            acknowledge_by=system.today,
            decide_by=system.today,
        )
        report.save(force_insert=True)
        return report
