"""What each role may do: the closed list of permissions and the one table that grants them."""

from django.db import models

from partners.viewer import Viewer


class Permission(models.TextChoices):
    """Everything that a view, an action or a page can ask for."""

    SEE_PERFORMANCE = "see_performance", "See measures and the people behind them"
    SEE_ADVISERS = "see_advisers", "See the figures of single advisers of a provider"
    SET_PROFILE = "set_profile", "Load what a contract and its providers promise, and change it"
    COMMIT = "commit", "Commit to starts, job starts and job outcomes in the forecast call"
    QUERY_FIGURE = "query_figure", "Say that a figure of one's own is wrong; of the prime, answer that"
    SEE_PEOPLE = "see_people", "See participants"
    SEE_REFERRALS = "see_referrals", "See referrals"
    SUBMIT_REFERRAL = "submit_referral", "Send a referral"
    ANSWER_REFERRAL = "answer_referral", "Accept a referral or hand it back"
    KEEP_CASE = "keep_case", "Log contacts, starts, jobs, earnings and evidence"
    IMPORT = "import", "Import files: work, pay, the commissioner's referrals, and what it says of claims"
    ACCEPT_EVIDENCE = "accept_evidence", "Accept or reject evidence that somebody else recorded"
    SEE_MONEY = "see_money", "See statements"
    QUERY_STATEMENT = "query_statement", "Ask about a statement or one of its lines"
    ANSWER_QUERY = "answer_query", "Answer what a provider asks about a statement"
    SEAL_STATEMENT = "seal_statement", "Propose, seal and adjust statements, each by two people"
    PAY_STATEMENT = "pay_statement", "Mark statements as paid, and keep VAT and self-billing"
    SEE_CLAIMS = "see_claims", "See what is due from the commissioner, and claims"
    CLAIM = "claim", "Claim from the commissioner, note what it answers, and whom it finds not eligible"
    SAMPLE = "sample", "Draw samples of claims for a second look, judge them and open them to an auditor"
    RECOVER = "recover", "Take back what the errors of a sample come to"
    READ_SAMPLE = "read_sample", "Read an audit sample that was opened to them"
    SEE_MARGIN = "see_margin", "See what remains for the prime"
    SEE_TERMS = "see_terms", "See contracts, prices and their sources"
    SEE_SHARED = "see_shared", "See shared totals with small numbers left out"
    HAND_OVER = "hand_over", "Give participants to another adviser"
    KEEP_DOCUMENTS = "keep_documents", "Add documents to a participant"
    UNMASK = "unmask", "Read a National Insurance number in full"
    RESTRICT = "restrict", "Restrict who sees a participant"
    RAISE_CONCERN = (
        "raise_concern",
        "Raise a concern for somebody's safety; with clearance, answer those of others",
    )
    LIFT_RESTRICTION = "lift_restriction", "Lower a restriction, together with a second person"
    SEE_LOOKS = "see_looks", "See who looked at a participant"
    SEE_AUDIT = "see_audit", "See the audit of the workspace"
    MANAGE_PEOPLE = "manage_people", "Invite people, change what they may do, end their access"
    GIVE_CLEARANCE = "give_clearance", "Give and take clearance for safeguarding"
    MANAGE_SIGN_IN = "manage_sign_in", "Set up an organisation's own sign-in"
    HANDLE_DATA_RIGHTS = "handle_data_rights", "Export, erase and hold a participant's data"


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
_PRIME_CASEWORK = {P.SEE_PERFORMANCE, P.SEE_PEOPLE, P.SEE_REFERRALS, P.SEE_MONEY, P.SEE_TERMS}
_PRIME_SAFETY = {P.UNMASK, P.RESTRICT, P.RAISE_CONCERN, P.LIFT_RESTRICTION, P.SEE_LOOKS, P.SEE_AUDIT}
_SETTLING = {P.SEAL_STATEMENT, P.ANSWER_QUERY}
_CLAIMING = {P.SEE_CLAIMS, P.CLAIM, P.SAMPLE}
_ADVISING = {
    P.SEE_PEOPLE,
    P.SEE_REFERRALS,
    P.ANSWER_REFERRAL,
    P.KEEP_CASE,
    P.KEEP_DOCUMENTS,
    P.UNMASK,
    P.RESTRICT,
    P.RAISE_CONCERN,
}
# (kind of organisation, role) to what it may do. A pair that is not here may do nothing.
GRANTS: dict[tuple[str, str], frozenset[Permission]] = {
    ("prime", Role.ADMINISTRATOR): frozenset(
        _PRIME_CASEWORK
        | _PRIME_SAFETY
        | {P.MANAGE_PEOPLE, P.GIVE_CLEARANCE, P.MANAGE_SIGN_IN, P.HANDLE_DATA_RIGHTS, P.ANSWER_QUERY}
        | {P.SEE_CLAIMS}
    ),
    ("prime", Role.PERFORMANCE_MANAGER): frozenset(
        _PRIME_CASEWORK
        | _PRIME_SAFETY
        | {P.ACCEPT_EVIDENCE, P.IMPORT, P.ANSWER_QUERY, P.SEE_CLAIMS, P.SAMPLE, P.SET_PROFILE}
        | {P.QUERY_FIGURE, P.SEE_ADVISERS}
    ),
    ("prime", Role.FINANCE): frozenset(
        _SETTLING
        | _CLAIMING
        | {P.SEE_PERFORMANCE, P.SEE_MONEY, P.SEE_MARGIN, P.SEE_TERMS, P.PAY_STATEMENT, P.RECOVER}
        | {P.IMPORT}
    ),
    ("prime", Role.CONTRACT_MANAGER): frozenset(
        _SETTLING
        | _CLAIMING
        | {P.IMPORT, P.SEE_PERFORMANCE, P.SEE_REFERRALS, P.SEE_MONEY, P.SEE_TERMS, P.QUERY_FIGURE}
    ),
    ("prime", Role.VIEWER): frozenset({P.SEE_PERFORMANCE}),
    ("provider", Role.MANAGER): frozenset(
        _ADVISING
        | {
            P.ACCEPT_EVIDENCE,
            P.IMPORT,
            P.SEE_PERFORMANCE,
            P.SEE_ADVISERS,
            P.SEE_MONEY,
            P.COMMIT,
            P.QUERY_STATEMENT,
            P.QUERY_FIGURE,
            P.SEE_CLAIMS,
            P.LIFT_RESTRICTION,
            P.SEE_LOOKS,
            P.MANAGE_PEOPLE,
            P.HAND_OVER,
        }
    ),
    ("provider", Role.ADVISER): frozenset(_ADVISING | {P.SEE_CLAIMS}),
    ("provider", Role.ADMINISTRATOR): frozenset(
        {P.SEE_PEOPLE, P.SEE_REFERRALS, P.ANSWER_REFERRAL, P.RAISE_CONCERN, P.MANAGE_PEOPLE}
    ),
    ("referrer", Role.SUBMITTER): frozenset({P.SUBMIT_REFERRAL, P.SEE_REFERRALS}),
    ("commissioner", Role.VIEWER): frozenset({P.SEE_SHARED, P.READ_SAMPLE}),
}
# What each role is for. The documentation page is made of these two tables.
PURPOSES: dict[tuple[str, str], str] = {
    (
        "prime",
        Role.ADMINISTRATOR,
    ): "Keeps the workspace: its people, its sign-in, its audit and participants' rights.",
    (
        "prime",
        Role.PERFORMANCE_MANAGER,
    ): "Follows every provider's measures down to the people behind a figure.",
    (
        "prime",
        Role.FINANCE,
    ): "Seals and pays what was earned, together with somebody else, by the terms behind it.",
    (
        "prime",
        Role.CONTRACT_MANAGER,
    ): "Follows contracts, referrals and money, and seals statements with somebody else.",
    ("prime", Role.VIEWER): "Reads the measures and nothing else.",
    (
        "provider",
        Role.MANAGER,
    ): "Runs the provider's work: its advisers, its caseload, its figures and statements.",
    ("provider", Role.ADVISER): "Works with participants from the first appointment to lasting work.",
    (
        "provider",
        Role.ADMINISTRATOR,
    ): "Answers referrals and keeps the provider's people, without keeping cases.",
    ("referrer", Role.SUBMITTER): "Sends referrals and follows what becomes of them, never the participant.",
    ("commissioner", Role.VIEWER): "Reads totals in which nobody can be recognised.",
}


def roles_of(kind: str) -> list[Role]:
    """The roles that an organisation of this kind can give, in the order of the table."""
    return [Role(role) for of_kind, role in GRANTS if of_kind == kind]


def can(viewer: Viewer | None, permission: Permission, thing: object = None) -> bool:
    """Whether the viewer's role carries the permission and, where a thing is given, reaches that thing.

    A thing of another tenant is out of reach; one that belongs to an organisation (organisation_id) is within reach
    of that organisation and of the prime. API keys go by scopes, not by this.
    """
    if viewer is None or permission not in GRANTS.get((viewer.kind, viewer.role), frozenset()):
        return False
    if getattr(thing, "tenant_id", viewer.tenant_id) != viewer.tenant_id:
        return False
    owner = getattr(thing, "organisation_id", None)
    return owner is None or viewer.kind == "prime" or owner == viewer.organisation_id
