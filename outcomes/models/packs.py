"""Monthly performance packs, each kept as it was made."""

from django.db import models
from django.db.models import F, Q

from partners.models import TenantModel
from partners.walls import ALL, OWN, tenant_key, walled

# What is written once, when both files are there.
MADE = ("made_at", "pdf_as", "pdf_size", "pdf_sha256", "xlsx_as", "xlsx_size", "xlsx_sha256")


class Pack(TenantModel):
    """The figures of one month as two files, of a whole contract or of one provider.

    month is a first day. done: how many of STEPS a worker has taken. The files lie sealed (partners.files) under the
    names in pdf_as and xlsx_as; both are there once made_at is, and are never made again under the same row: who asks
    again gets another pack. Without asked_by it was made because its month closed.
    """

    STEPS = 4

    contract = tenant_key("programmes.Contract", db_index=False)
    organisation = tenant_key("partners.Organisation", null=True, blank=True)
    month = models.DateField()
    asked_by = models.ForeignKey(
        "partners.User", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    done = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField(null=True, blank=True)
    pdf_as = models.CharField(max_length=120, blank=True)
    pdf_size = models.PositiveIntegerField(default=0)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    xlsx_as = models.CharField(max_length=120, blank=True)
    xlsx_size = models.PositiveIntegerField(default=0)
    xlsx_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            *walled(
                "outcomes_pack",
                "contract",
                "organisation",
                prime=ALL,
                provider=OWN,
                update=("done", *MADE),
            ),
            # One at a time of the same figures.
            models.UniqueConstraint(
                fields=["tenant", "contract", "month", "organisation"],
                condition=Q(made_at=None),
                nulls_distinct=False,
                name="outcomes_pack_once",
            ),
            models.CheckConstraint(
                condition=Q(made_at=None, pdf_as="", xlsx_as="")
                | (Q(made_at__isnull=False, made_at__gte=F("asked_at")) & ~Q(pdf_as="") & ~Q(xlsx_as="")),
                name="outcomes_pack_made",
            ),
        ]
        indexes = [models.Index(fields=["tenant", "-month", "-asked_at", "id"], name="pack_newest")]
