"""Jobs, earnings, evidence, milestones, the ledger, statements and the facts of performance."""

from outcomes.models.benefit import BenefitSpell
from outcomes.models.billing import Paper, SelfBillingAgreement, VatStatus
from outcomes.models.charges import Charge
from outcomes.models.claims import Claim, ClaimSum, Unclaimed
from outcomes.models.commitments import Commitment, CommittedPerson
from outcomes.models.costs import ActualCost
from outcomes.models.evidence import Earning, Evidence
from outcomes.models.facts import (
    CaseMixFact,
    Contribution,
    DirtyMark,
    FormerContribution,
    PerformanceFact,
    Refresh,
)
from outcomes.models.figure_queries import FigureQuery, FigureRemark
from outcomes.models.forecast import Forecast, InSight
from outcomes.models.imports import ImportColumns, ImportLine, ImportRun
from outcomes.models.ineligibility import Ineligibility
from outcomes.models.ledger import Entry, Journal
from outcomes.models.packs import Pack
from outcomes.models.profiles import ProfileLine, ProfileVersion
from outcomes.models.published import PublishedFigure, Restatement
from outcomes.models.samples import AuditGrant, Recovery, Sample, SampleItem
from outcomes.models.shared import ClosedCount, SharedMeasure
from outcomes.models.statements import Adjustment, LineQuery, Statement, StatementLine
from outcomes.models.work import Job, Milestone, Standing

__all__ = [
    "ActualCost",
    "Adjustment",
    "AuditGrant",
    "BenefitSpell",
    "CaseMixFact",
    "Charge",
    "Claim",
    "ClaimSum",
    "ClosedCount",
    "Commitment",
    "CommittedPerson",
    "Contribution",
    "DirtyMark",
    "Earning",
    "Entry",
    "Evidence",
    "FigureQuery",
    "FigureRemark",
    "Forecast",
    "FormerContribution",
    "ImportColumns",
    "ImportLine",
    "ImportRun",
    "InSight",
    "Ineligibility",
    "Job",
    "Journal",
    "LineQuery",
    "Milestone",
    "Pack",
    "Paper",
    "PerformanceFact",
    "ProfileLine",
    "ProfileVersion",
    "PublishedFigure",
    "Recovery",
    "Refresh",
    "Restatement",
    "Sample",
    "SampleItem",
    "SelfBillingAgreement",
    "SharedMeasure",
    "Standing",
    "Statement",
    "StatementLine",
    "Unclaimed",
    "VatStatus",
]
