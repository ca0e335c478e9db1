"""Files that were sent to be imported: what became of them and of each of their lines, for as long as they are kept.

Nothing here is about a person: the file lies sealed (partners.files), and of a line only what was done is said.
"""

from django.db import models
from django.db.models import Q

from partners.models import TenantModel
from partners.walls import OWN, tenant_key, walled


class ImportRun(TenantModel):
    """One file on its way in: its columns are chosen, it is tried out, and then written or discarded.

    columns: from the code of a field to the heading of its column. at_line: the last line that was worked on, of the
    trial and then of the writing; done: how many were. counts: how many lines came to what (ImportLine.Outcome).
    """

    class Kind(models.TextChoices):
        JOBS = "jobs", "Jobs"
        EARNINGS = "earnings", "Earnings"
        BENEFITS = "benefits", "Days on benefit"
        RESULTS = "results", "Validation results"
        PAYMENTS = "payments", "Payments"
        REFERRALS = "referrals", "Referrals"

    class State(models.TextChoices):
        SENT = "sent", "Choose the columns"
        CHECKING = "checking", "Being checked"
        CHECKED = "checked", "Checked"
        WRITING = "writing", "Being imported"
        WRITTEN = "written", "Imported"
        REFUSED = "refused", "Not imported"
        DISCARDED = "discarded", "Discarded"

    class Mode(models.TextChoices):
        WHOLE = "whole", "All or nothing"
        GOOD = "good", "Good rows only"

    contract = tenant_key("programmes.Contract")
    # The organisation of whoever sent it.
    organisation = tenant_key("partners.Organisation")
    # Whose referrals they are; of a file of anything else none.
    referrer = tenant_key("partners.Organisation", null=True, blank=True)
    kind = models.CharField(max_length=12, choices=Kind)
    state = models.CharField(max_length=12, choices=State, default=State.SENT)
    mode = models.CharField(max_length=8, choices=Mode, blank=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    rows = models.PositiveIntegerField()
    stored_as = models.CharField(max_length=120, blank=True)
    columns = models.JSONField(default=dict)
    at_line = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    # Why nothing was imported, as a sentence.
    refused_because = models.CharField(max_length=300, blank=True)
    sent_by = models.ForeignKey("partners.User", on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    # The first London day on which the file and its lines may no longer be kept.
    expires_on = models.DateField()

    class Meta:
        constraints = [
            *walled(
                "outcomes_importrun",
                "contract",
                "organisation",
                "referrer",
                prime=OWN,
                provider=OWN,
                update=(
                    *("state", "mode", "stored_as", "columns", "at_line", "done", "counts"),
                    *("refused_because", "finished_at"),
                ),
            ),
            models.CheckConstraint(
                condition=Q(refused_because="") | Q(state="refused"),
                name="outcomes_importrun_refused_because",
            ),
            models.CheckConstraint(
                condition=Q(kind="referrals", referrer__isnull=False)
                | (~Q(kind="referrals") & Q(referrer=None)),
                name="outcomes_importrun_referrer",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "sent_by", "-sent_at"], name="importrun_of_user")]

    @property
    def is_at_work(self) -> bool:
        """Whether a worker has something to do."""
        return self.state in (self.State.CHECKING, self.State.WRITING)

    @property
    def is_over(self) -> bool:
        """Whether nothing will happen to it any more."""
        return self.state in (self.State.WRITTEN, self.State.REFUSED, self.State.DISCARDED)

    @property
    def is_partly_written(self) -> bool:
        """Whether rows were written in pieces and others are still to come."""
        return self.state == self.State.WRITING and self.done > 0

    @property
    def unreached(self) -> int:
        """How many lines would have been written, had the writing not been stopped before them."""
        return self.rows - sum(self.counts.values()) if self.state == self.State.WRITTEN else 0

    @property
    def errors(self) -> int:
        """How many lines cannot be imported."""
        return int(self.counts.get(ImportLine.Outcome.ERROR, 0))

    @property
    def changing(self) -> int:
        """How many lines bring something new or change something."""
        return sum(self.counts.get(outcome, 0) for outcome in ImportLine.CHANGING)


class ImportLine(TenantModel):
    """What one line of a file would do, or did: never what stands in it, nor about whom it is."""

    class Outcome(models.TextChoices):
        NEW = "new", "New"
        CHANGED = "changed", "Changed"
        SAME = "same", "Same as before"
        LEFT = "left", "Left as it is here"
        ERROR = "error", "Error"

    CHANGING = (Outcome.NEW, Outcome.CHANGED)

    run = tenant_key("outcomes.ImportRun", related_name="lines")
    line = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome)
    says = models.CharField(max_length=500)

    class Meta:
        constraints = [
            *walled(
                "outcomes_importline",
                "run",
                prime="run_id in (select r.id from outcomes_importrun r)",
                provider="run_id in (select r.id from outcomes_importrun r)",
                update=("outcome", "says"),
                delete=True,
            ),
            models.UniqueConstraint(fields=["tenant", "run", "line"], name="outcomes_importline_once"),
        ]


class ImportColumns(TenantModel):
    """Which columns an organisation chose the last time for a kind of file."""

    organisation = tenant_key("partners.Organisation")
    kind = models.CharField(max_length=12, choices=ImportRun.Kind)
    columns = models.JSONField(default=dict)
    chosen_at = models.DateTimeField()

    class Meta:
        constraints = [
            *walled(
                "outcomes_importcolumns",
                "organisation",
                prime=OWN,
                provider=OWN,
                update=("columns", "chosen_at"),
            ),
            models.UniqueConstraint(
                fields=["tenant", "organisation", "kind"], name="outcomes_importcolumns_once"
            ),
        ]
