"""Jobs, milestones, the ledger, statements and the facts of performance."""

from outcomes.models.facts import Contribution, DirtyMark, PerformanceFact, Refresh
from outcomes.models.ledger import Entry, Journal, Statement
from outcomes.models.shared import ClosedCount, SharedMeasure
from outcomes.models.work import Job, Milestone

__all__ = [
    "ClosedCount",
    "Contribution",
    "DirtyMark",
    "Entry",
    "Job",
    "Journal",
    "Milestone",
    "PerformanceFact",
    "Refresh",
    "SharedMeasure",
    "Statement",
]
