"""The facts that dashboards read. Written by outcomes.performance alone."""

from django.db import models

from partners.models import TenantModel
from partners.models.base import Generated
from partners.walls import ALL, OWN, PERSON, tenant_key, walled


class Cell(TenantModel):
    """An amount of one thing, and where it counts.

    cohort_month is the first day of the month of referral; elapsed_month the difference of calendar months between it
    and the event, 0 for an event before it; month follows from both. organisation is the provider it counts for: none
    while no provider has accepted. area is that of the referral, empty where it is not known. amount is a number of
    things, of money pence. days is how many working days after the referral it happened, where a measure asks for that;
    so a histogram is kept, and percentiles can be added up.
    """

    contract = tenant_key("programmes.Contract", db_index=False)
    organisation = tenant_key("partners.Organisation", null=True, blank=True, db_index=False)
    payment_group = models.CharField(max_length=20)
    area = models.CharField(max_length=40, blank=True, default="", db_default="")
    cohort_month = models.DateField()
    elapsed_month = models.PositiveIntegerField()
    month = Generated(
        expression=models.Func(
            "cohort_month",
            "elapsed_month",
            template="(%(expressions)s)::date",
            arg_joiner=" + interval '1 month' * ",
        ),
        output_field=models.DateField(),
        db_persist=True,
    )
    code = models.CharField(max_length=40)
    days = models.PositiveSmallIntegerField(null=True, blank=True)
    amount = models.BigIntegerField()

    class Meta:
        abstract = True


class PerformanceFact(Cell):
    """What all participants together add to one cell: the sum of their contributions."""

    class Meta:
        constraints = [
            *walled(
                "outcomes_performancefact",
                "contract",
                "organisation",
                prime=ALL,
                provider=OWN,
                update=("amount",),
                delete=True,
            ),
            models.UniqueConstraint(
                fields=[
                    "tenant",
                    "contract",
                    "code",
                    "cohort_month",
                    "elapsed_month",
                    "organisation",
                    "payment_group",
                    "area",
                    "days",
                ],
                nulls_distinct=False,
                name="outcomes_performancefact_cell",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant"], condition=models.Q(amount=0), name="fact_of_nothing"),
            models.Index(
                fields=["tenant", "contract", "organisation", "code", "month"],
                include=["amount"],
                name="fact_of_provider",
            ),
        ]


class CaseMixFact(Cell):
    """The same of last night, split by what is known of people's health and time out of work; of nobody in particular.

    months is a band of months, empty as health is where it is not known. Counted in outcomes.performance.case_mix, and
    shown to nobody as it stands.
    """

    class Health(models.TextChoices):
        YES = "yes", "Yes"
        NO = "no", "No"
        UNKNOWN = "", "Not known"

    health = models.CharField(max_length=3, blank=True, choices=Health)
    months = models.CharField(max_length=10, blank=True)
    counted_at = models.DateTimeField()

    class Meta:
        constraints = walled(
            "outcomes_casemixfact", "contract", "organisation", prime=ALL, provider=OWN, delete=True
        )
        indexes = [models.Index(fields=["tenant", "contract", "code"], name="case_mix_of_code")]


class Addition(Cell):
    """One thing that one participant adds to the facts.

    source_id is the row it follows from: a referral, a milestone or a journal. added_at is when the facts came to have
    it; none where that was before anybody kept it.
    """

    participant = tenant_key("participants.Participant", db_index=False)
    source_id = models.UUIDField()
    happened_on = models.DateField()
    added_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True


class Contribution(Addition):
    """What counts at present, so that a change adds only the difference."""

    class Meta:
        constraints = walled(
            "outcomes_contribution",
            "contract",
            "organisation",
            "participant",
            prime=ALL,
            provider=OWN,
            delete=True,
            apart=PERSON,
        )
        indexes = [
            models.Index(fields=["tenant", "participant", "contract"], name="contribution_of_person"),
            models.Index(
                fields=["tenant", "contract", "code", "month", "happened_on", "id"],
                name="contribution_listed",
            ),
            models.Index(fields=["tenant", "contract", "added_at"], name="contribution_added"),
            models.Index(
                fields=["tenant", "contract", "organisation", "code", "month"],
                name="contribution_of_provider",
            ),
        ]


class FormerContribution(Addition):
    """What counted once and does not any more, so that the facts of any past moment can be asked for."""

    removed_at = models.DateTimeField()

    class Meta:
        constraints = walled(
            "outcomes_formercontribution",
            "contract",
            "organisation",
            "participant",
            prime=ALL,
            provider=OWN,
            apart=PERSON,
        )
        indexes = [
            models.Index(fields=["tenant", "contract", "removed_at"], name="former_removed"),
            models.Index(fields=["tenant", "participant", "contract"], name="former_of_person"),
        ]


class DirtyMark(TenantModel):
    """This participant's contribution on this contract may have changed. Written in the transaction of the change."""

    contract = tenant_key("programmes.Contract")
    participant = tenant_key("participants.Participant")

    class Meta:
        constraints = walled("outcomes_dirtymark", "contract", "participant", delete=True, apart=PERSON)


class Refresh(TenantModel):
    """When the facts of a contract were last computed."""

    contract = tenant_key("programmes.Contract")
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [
            *walled(
                "outcomes_refresh",
                "contract",
                prime=ALL,
                provider="contract_id in (select c.id from programmes_contract c)",
                commissioner="contract_id in (select c.id from programmes_contract c)",
                update=("computed_at",),
            ),
            models.UniqueConstraint(fields=["tenant", "contract"], name="outcomes_refresh_once"),
        ]
