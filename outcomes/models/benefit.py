"""Days on benefit: a fact, by which a programme may say which weeks in work count."""

from django.db import models
from django.db.models import F, Q

from partners.models import TenantModel
from partners.walls import ALL, PERSON, case_when, tenant_key, walled


class BenefitSpell(TenantModel):
    """Days on one benefit, from the first to the last, both inclusive; without a last day it is still received.

    Only what ends a run by the contract's terms belongs here. A correction is a new row that replaces this one.
    """

    class Benefit(models.TextChoices):
        """The same codes as the eligibility fact `benefit` has."""

        UNIVERSAL_CREDIT = "universal_credit", "Universal Credit"
        JOBSEEKERS_ALLOWANCE = "jobseekers_allowance", "Jobseeker’s Allowance"
        EMPLOYMENT_AND_SUPPORT_ALLOWANCE = (
            "employment_and_support_allowance",
            "Employment and Support Allowance",
        )
        INCAPACITY_BENEFIT = "incapacity_benefit", "Incapacity Benefit"
        INCOME_SUPPORT = "income_support", "Income Support"
        CARERS_ALLOWANCE = "carers_allowance", "Carer’s Allowance"
        PENSION_CREDIT = "pension_credit", "Pension Credit"

    class Source(models.TextChoices):
        PARTICIPANT = "participant", "The participant said so"
        LETTER = "letter", "A letter about the benefit"
        COMMISSIONER = "commissioner", "The commissioner said so"
        FILE = "file", "An imported file"

    class VoidReason(models.TextChoices):
        CORRECTED = "corrected", "It was corrected"
        MISTAKE = "mistake", "It was noted by mistake"
        OTHER_PERSON = "other_person", "It belongs to somebody else"
        NOT_PAID = "not_paid", "The benefit was not paid for these days"

    participant = tenant_key("participants.Participant", related_name="benefit_spells")
    enrolment = tenant_key("participants.Enrolment", related_name="benefit_spells")
    # The contract of the enrolment, by which the wall goes.
    contract = tenant_key("programmes.Contract")
    # The provider that noted it.
    organisation = tenant_key("partners.Organisation")
    benefit = models.CharField(max_length=40, choices=Benefit)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=20, choices=Source)
    # What tells an imported row from every other; blank for one that was typed in.
    row_key = models.CharField(max_length=120, blank=True)
    noted_at = models.DateTimeField()
    replaces = tenant_key("outcomes.BenefitSpell", null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.CharField(max_length=20, choices=VoidReason, blank=True)

    class Meta:
        constraints = [
            *walled(
                "outcomes_benefitspell",
                "participant",
                "enrolment",
                "contract",
                "organisation",
                "replaces",
                prime=ALL,
                provider=case_when("starts_on"),
                apart=PERSON,
                update=("voided_at", "void_reason"),
            ),
            models.UniqueConstraint(
                fields=["tenant", "row_key"],
                condition=Q(voided_at=None) & ~Q(row_key=""),
                name="outcomes_benefitspell_imported_once",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="outcomes_benefitspell_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(
                fields=["tenant", "participant"], condition=Q(voided_at=None), name="benefit_of_person"
            )
        ]
