"""What each role may do: the closed list of permissions and the one table that grants them."""

from django.db import models

from partners.viewer import Viewer


class Permission(models.TextChoices):
    """Everything that a view, an action or a page can ask for."""

    SEE_PERFORMANCE = "see_performance", "See measures and the people behind them"
    SEE_PEOPLE = "see_people", "See participants"
    SEE_REFERRALS = "see_referrals", "See referrals"
    SUBMIT_REFERRAL = "submit_referral", "Send a referral"
    ANSWER_REFERRAL = "answer_referral", "Accept a referral or hand it back"
    KEEP_CASE = "keep_case", "Log contacts, starts and jobs"
    SEE_MONEY = "see_money", "See statements"
    SEE_TERMS = "see_terms", "See contracts, prices and their sources"


class Role(models.TextChoices):
    """The roles of a membership; each belongs to one kind of organisation."""

    ADMINISTRATOR = "administrator", "Administrator"
    PERFORMANCE_MANAGER = "performance_manager", "Performance manager"
    FINANCE = "finance", "Finance manager"
    CONTRACT_MANAGER = "contract_manager", "Contract manager"
    VIEWER = "viewer", "Viewer"
    MANAGER = "manager", "Manager"
    ADVISER = "adviser", "Adviser"
    SUBMITTER = "submitter", "Submitter"


P = Permission
# (kind of organisation, role) to what it may do. A pair that is not here may do nothing.
GRANTS: dict[tuple[str, str], frozenset[Permission]] = {
    ("prime", Role.ADMINISTRATOR): frozenset(
        {P.SEE_PERFORMANCE, P.SEE_PEOPLE, P.SEE_REFERRALS, P.SEE_MONEY, P.SEE_TERMS}
    ),
    ("prime", Role.PERFORMANCE_MANAGER): frozenset(
        {P.SEE_PERFORMANCE, P.SEE_PEOPLE, P.SEE_REFERRALS, P.SEE_MONEY, P.SEE_TERMS}
    ),
    ("prime", Role.FINANCE): frozenset({P.SEE_PERFORMANCE, P.SEE_MONEY, P.SEE_TERMS}),
    ("prime", Role.CONTRACT_MANAGER): frozenset(
        {P.SEE_PERFORMANCE, P.SEE_REFERRALS, P.SEE_MONEY, P.SEE_TERMS}
    ),
    ("prime", Role.VIEWER): frozenset({P.SEE_PERFORMANCE}),
    ("provider", Role.MANAGER): frozenset(
        {P.SEE_PERFORMANCE, P.SEE_PEOPLE, P.SEE_REFERRALS, P.ANSWER_REFERRAL, P.KEEP_CASE, P.SEE_MONEY}
    ),
    ("provider", Role.ADVISER): frozenset({P.SEE_PEOPLE, P.SEE_REFERRALS, P.ANSWER_REFERRAL, P.KEEP_CASE}),
    ("provider", Role.ADMINISTRATOR): frozenset({P.SEE_PEOPLE, P.SEE_REFERRALS, P.ANSWER_REFERRAL}),
    ("referrer", Role.SUBMITTER): frozenset({P.SUBMIT_REFERRAL, P.SEE_REFERRALS}),
    ("commissioner", Role.VIEWER): frozenset({P.SEE_PERFORMANCE}),
}


def can(viewer: Viewer | None, permission: Permission) -> bool:
    """Whether the viewer's role in its organisation carries the permission. API keys go by scopes, not by this."""
    return viewer is not None and permission in GRANTS.get((viewer.kind, viewer.role), frozenset())
