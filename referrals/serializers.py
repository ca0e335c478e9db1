"""A referral as partners send and read it in JSON."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from partners.api.bodies import Code, Day, StrictSerializer, Text, Whole, YesNo
from partners.api.problems import FieldError, pointer
from programmes.eligibility import FACTS
from referrals.actions.referral import NotAcceptable, SentReferral
from referrals.models import Referral

LISTED = 20
# May be left out or null: not known.
UNKNOWN: dict[str, Any] = {"required": False, "allow_null": True}


def one_of(fact: str) -> Code:
    """One of the codes that a fact may have."""
    return Code(FACTS[fact].choices, help_text=FACTS[fact].question, **UNKNOWN)


def some_of(fact: str) -> serializers.ListField:
    """A list of the codes that a fact may have; empty says that none applies."""
    question = f"{FACTS[fact].question} An empty list says that none does."
    child = Code(FACTS[fact].choices)
    return serializers.ListField(child=child, max_length=LISTED, help_text=question, **UNKNOWN)


class ContactSent(StrictSerializer):
    """How and where to reach the person. Leave out what must not be known."""

    address = Text(max_length=200, **UNKNOWN)
    postcode = Text(max_length=12, help_text="A full UK postcode.", **UNKNOWN)
    local_authority = Text(
        max_length=80,
        help_text="The GSS code, the name of one of the contract's areas, or `elsewhere`. Without it the district of"
        " the postcode answers where only one area has it.",
        **UNKNOWN,
    )
    phone = Text(max_length=30, help_text="A UK number, or another with its country's code.", **UNKNOWN)
    email = Text(max_length=254, **UNKNOWN)
    safe_contact = Text(
        max_length=200, help_text="How the person may safely be contacted, in a sentence.", **UNKNOWN
    )


class PersonSent(StrictSerializer):
    """Whom the referral is about."""

    given_name = Text(max_length=80)
    family_name = Text(max_length=80)
    date_of_birth = Day(help_text="From 1900-01-01 to today.")
    national_insurance_number = Text(
        max_length=20,
        help_text="Two letters, six digits and, where known, a letter; spaces are fine.",
        **UNKNOWN,
    )
    contact = ContactSent(**UNKNOWN)
    contact_withheld = YesNo(
        help_text="True where you keep to yourself how to reach the person, as DWP does under MAPPA. Then `address`,"
        " `postcode`, `phone` and `email` are refused; `local_authority` still says where the person lives. Staff"
        " make contact through you, and the person's record is restricted.",
        **UNKNOWN,
    )


class CircumstancesSent(StrictSerializer):
    """What the rules may ask about. What is left out or null is not known, and the answer says whether it matters."""

    employment_status = one_of("employment_status")
    benefit = some_of("benefit")
    months_on_benefit = Whole(
        min_value=0, max_value=1200, help_text=FACTS["months_on_benefit"].question, **UNKNOWN
    )
    concerns = some_of("concerns")
    right_to_work = YesNo(help_text=FACTS["right_to_work"].question, **UNKNOWN)
    adults_working = Whole(min_value=0, max_value=50, help_text=FACTS["adults_working"].question, **UNKNOWN)
    health_conditions = Text(max_length=200, help_text="The person's own health, in a sentence.", **UNKNOWN)


class ReferralSent(StrictSerializer):
    """A referral as it is sent."""

    contract = Text(max_length=50, help_text="The code of the contract.")
    person = PersonSent()
    circumstances = CircumstancesSent(**UNKNOWN)
    payment_group = Text(
        max_length=20, help_text="The code of the payment group, where the contract has several.", **UNKNOWN
    )
    external_reference = Text(max_length=60, help_text="Your own reference for the case.", **UNKNOWN)


class AnswersSent(StrictSerializer):
    """What a decision said was missing, or a part of it."""

    circumstances = CircumstancesSent(**UNKNOWN)
    local_authority = Text(max_length=80, help_text="As in the referral.", **UNKNOWN)
    payment_group = Text(max_length=20, help_text="As in the referral.", **UNKNOWN)


class ReasonGiven(serializers.Serializer):
    """What one rule came to."""

    code = serializers.CharField()
    result = serializers.ChoiceField(["met", "not_met", "missing"])
    sentence = serializers.CharField()


class MissingFact(serializers.Serializer):
    """What is not known yet and could still change the outcome."""

    fact = serializers.CharField()
    question = serializers.CharField()


class DecisionGiven(serializers.Serializer):
    """The answer of the contract's eligibility rules."""

    outcome = serializers.ChoiceField(["eligible", "not_eligible", "need_to_know"])
    reasons = ReasonGiven(many=True)
    missing = MissingFact(many=True)


class Links(serializers.Serializer):
    """Where to go from here."""

    self = serializers.URLField()


class ReferralGiven(serializers.Serializer):
    """A referral as its referrer reads it: what was decided and how far it has come, never the person."""

    reference = serializers.CharField()
    id = serializers.UUIDField()
    status = serializers.ChoiceField(Referral.Status.values)
    contract = serializers.CharField(source="contract.code")
    external_reference = serializers.CharField()
    received_at = serializers.DateTimeField(default_timezone=UTC)
    decision = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()

    @extend_schema_field(DecisionGiven)
    def get_decision(self, referral: Referral) -> dict[str, Any]:
        newest = max(referral.decisions.all(), key=lambda decision: (decision.decided_at, decision.pk))
        return dict(DecisionGiven(newest).data)

    @extend_schema_field(Links)
    def get_links(self, referral: Referral) -> dict[str, str]:
        return {"self": self.context["address_of"](referral)}


class ListAsked(StrictSerializer):
    """Which referrals a list shows."""

    status = Code(Referral.Status.values, required=False)
    external_reference = Text(required=False, max_length=60)
    cursor = Text(required=False, max_length=400, help_text="From the links `next` and `previous` of a page.")
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=200)


PLACES: dict[str, tuple[str, ...]] = {
    "given_name": ("person", "given_name"),
    "family_name": ("person", "family_name"),
    "born_on": ("person", "date_of_birth"),
    "contact_withheld": ("person", "contact_withheld"),
    "number": ("person", "national_insurance_number"),
    **{str(name): ("person", "contact", str(name)) for name in ContactSent().fields},
    "contract": ("contract",),
    "payment_group": ("payment_group",),
    "external_reference": ("external_reference",),
}


ANSWER_PLACES = {name: (name,) for name in ("local_authority", "payment_group", "contract")}


def as_sent(body: dict[str, Any]) -> SentReferral:
    """What was sent, from the validated data of ReferralSent."""
    person = body["person"]
    contact = {name: value or "" for name, value in (person.get("contact") or {}).items()}
    circumstances = dict(body.get("circumstances") or {})
    return SentReferral(
        given_name=person["given_name"],
        family_name=person["family_name"],
        born_on=person["date_of_birth"],
        number=person.get("national_insurance_number") or "",
        contact_withheld=bool(person.get("contact_withheld")),
        health_conditions=circumstances.pop("health_conditions", None) or "",
        circumstances=circumstances,
        payment_group=body.get("payment_group") or "",
        external_reference=body.get("external_reference") or "",
        **contact,
    )


def field_errors(error: NotAcceptable, places: Mapping[str, tuple[str, ...]] = PLACES) -> list[FieldError]:
    """What the action could not take, at its places in the body; what has no other place is a circumstance."""
    return [
        FieldError(pointer(places.get(one.field, ("circumstances", one.field))), one.code, one.sentence)
        for one in error.problems
    ]
