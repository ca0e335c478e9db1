"""Jobs, milestones, the ledger, statements and the facts of performance."""

from outcomes.models.facts import Contribution, DirtyMark, PerformanceFact, Refresh
from outcomes.models.ledger import Entry, Journal, Statement
from outcomes.models.work import Job, Milestone

__all__ = [
    "Contribution",
    "DirtyMark",
    "Entry",
    "Job",
    "Journal",
    "Milestone",
    "PerformanceFact",
    "Refresh",
    "Statement",
]
