"""Who answers for the personal data of a contract, why it is used, and how long it is kept; each with its source."""

from django.db import models

from partners.models import TenantModel
from partners.walls import ALL, tenant_key, walled
from programmes.models.contract import ON_AGREED_CONTRACT

ON_OWN_CONTRACT = "contract_id in (select c.id from programmes_contract c)"


class DataTerms(TenantModel):
    """What a contract says of erasing. A contract without this row has not stated who answers for its data."""

    class Erasure(models.TextChoices):
        ON_REQUEST = "on_request", "When the person asks and no duty to keep stands against it"
        NEVER_ATTENDED = "never_attended", "When the person asks, and only if they never attended"

    class RetentionRun(models.TextChoices):
        REVIEW = "review", "Listed for approval"
        AUTOMATIC = "automatic", "Erased by itself"

    contract = tenant_key("programmes.Contract", related_name="data_terms")
    erasure = models.CharField(max_length=16, choices=Erasure)
    # What happens when the time to keep is over.
    retention_run = models.CharField(max_length=12, choices=RetentionRun, default=RetentionRun.REVIEW)
    source = models.TextField()

    class Meta:
        constraints = [
            *walled(
                "programmes_dataterms",
                "contract",
                prime=ALL,
                provider=ON_AGREED_CONTRACT,
                commissioner=ON_OWN_CONTRACT,
                delete=True,
            ),
            models.UniqueConstraint(fields=["tenant", "contract"], name="programmes_dataterms_once"),
        ]


class DataParty(TenantModel):
    """Who controls the personal data of a contract, or handles it for those who do.

    organisation is None for every provider on the contract.
    """

    class Role(models.TextChoices):
        CONTROLLER = "controller", "Controller"
        JOINT_CONTROLLER = "joint_controller", "Joint controller"
        PROCESSOR = "processor", "Processor"
        SUB_PROCESSOR = "sub_processor", "Sub-processor"

    contract = tenant_key("programmes.Contract", related_name="data_parties")
    organisation = tenant_key("partners.Organisation", null=True, blank=True)
    role = models.CharField(max_length=16, choices=Role)
    source = models.TextField()

    class Meta:
        constraints = [
            *walled(
                "programmes_dataparty",
                "contract",
                "organisation",
                prime=ALL,
                provider=ON_AGREED_CONTRACT,
                commissioner=ON_OWN_CONTRACT,
                delete=True,
            ),
            models.UniqueConstraint(
                fields=["tenant", "contract", "organisation"],
                nulls_distinct=False,
                name="programmes_dataparty_once",
            ),
        ]

    @property
    def who(self) -> str:
        """The name of the organisation, or that it is every provider."""
        return self.organisation.name if self.organisation else "Every provider on the contract"


class ProcessingPurpose(TenantModel):
    """What the data of a contract is used for, and what allows it."""

    class LawfulBasis(models.TextChoices):
        CONSENT = "consent", "Consent: UK GDPR Article 6(1)(a)"
        CONTRACT = "contract", "Contract with the person: UK GDPR Article 6(1)(b)"
        LEGAL_OBLIGATION = "legal_obligation", "Legal obligation: UK GDPR Article 6(1)(c)"
        VITAL_INTERESTS = "vital_interests", "Vital interests: UK GDPR Article 6(1)(d)"
        PUBLIC_TASK = (
            "public_task",
            "Public task: UK GDPR Article 6(1)(e), Data Protection Act 2018 section 8",
        )
        LEGITIMATE_INTERESTS = "legitimate_interests", "Legitimate interests: UK GDPR Article 6(1)(f)"

    class Condition(models.TextChoices):
        NONE = "", "No special category data"
        EXPLICIT_CONSENT = "explicit_consent", "Explicit consent: UK GDPR Article 9(2)(a)"
        SOCIAL_PROTECTION = (
            "social_protection",
            (
                "Employment and social protection: UK GDPR Article 9(2)(b),"
                " Data Protection Act 2018 Schedule 1 paragraph 1"
            ),
        )
        GOVERNMENT_PURPOSES = (
            "government_purposes",
            (
                "Statutory and government purposes: UK GDPR Article 9(2)(g),"
                " Data Protection Act 2018 Schedule 1 paragraph 6"
            ),
        )
        SAFEGUARDING = (
            "safeguarding",
            "Safeguarding: UK GDPR Articles 9(2)(g) and 10, Data Protection Act 2018 Schedule 1 paragraph 18",
        )

    contract = tenant_key("programmes.Contract", related_name="purposes")
    code = models.CharField(max_length=40)
    sentence = models.CharField(max_length=200)
    lawful_basis = models.CharField(max_length=20, choices=LawfulBasis)
    special_condition = models.CharField(max_length=24, choices=Condition, blank=True)
    source = models.TextField()

    class Meta:
        constraints = [
            *walled(
                "programmes_processingpurpose",
                "contract",
                prime=ALL,
                provider=ON_AGREED_CONTRACT,
                commissioner=ON_OWN_CONTRACT,
                delete=True,
            ),
            models.UniqueConstraint(
                fields=["tenant", "contract", "code"], name="programmes_processingpurpose_code"
            ),
        ]

    @property
    def condition_in_words(self) -> str:
        """What allows special category data, or that there is none."""
        return str(self.Condition(self.special_condition).label)


class RetentionRule(TenantModel):
    """How long records of a kind are kept: so many months or weeks from something, or until a date.

    starts_from: for people whose live interest ended on or after that day; None for everybody.
    """

    class Records(models.TextChoices):
        SUPPORTING = "supporting", "Supporting records: who the person is, and what was done with them"
        EPHEMERAL = "ephemeral", "Ephemeral records: copies and working files"

    class CountedFrom(models.TextChoices):
        LIVE_INTEREST = "live_interest", "the end of live interest in the case"
        CONTRACT_END = "contract_end", "the last day of the contract"
        MADE = "made", "the day on which the record was made"

    class Unit(models.TextChoices):
        MONTHS = "months", "months"
        WEEKS = "weeks", "weeks"

    contract = tenant_key("programmes.Contract", related_name="retention_rules")
    records = models.CharField(max_length=12, choices=Records)
    length = models.PositiveIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=8, choices=Unit, blank=True)
    counted_from = models.CharField(max_length=16, choices=CountedFrom, blank=True)
    keep_until = models.DateField(null=True, blank=True)
    starts_from = models.DateField(null=True, blank=True)
    source = models.TextField()

    class Meta:
        constraints = [
            *walled(
                "programmes_retentionrule",
                "contract",
                prime=ALL,
                provider=ON_AGREED_CONTRACT,
                commissioner=ON_OWN_CONTRACT,
                delete=True,
            ),
            models.UniqueConstraint(
                fields=["tenant", "contract", "records", "starts_from"],
                nulls_distinct=False,
                name="programmes_retentionrule_once",
            ),
            models.CheckConstraint(
                condition=models.Q(length=None, unit="", counted_from="", keep_until__isnull=False)
                | (
                    models.Q(length__isnull=False, keep_until=None)
                    & ~models.Q(unit="")
                    & ~models.Q(counted_from="")
                ),
                name="programmes_retentionrule_one_end",
            ),
        ]

    def __str__(self) -> str:
        """The rule as people say it: 24 months from the end of live interest in the case."""
        if self.keep_until:
            return f"until {self.keep_until.day} {self.keep_until:%B %Y}"
        unit = self.get_unit_display()
        return (
            f"{self.length} {unit[:-1] if self.length == 1 else unit} from {self.get_counted_from_display()}"
        )
