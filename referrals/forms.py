"""The forms by which people send referrals and providers answer them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict

from partners.acting import ActionError
from partners.models import Membership
from programmes.eligibility import FACTS
from programmes.models import Contract
from referrals.actions.referral import NotAcceptable, SentReferral
from referrals.actions.sending import ELSEWHERE
from referrals.actions.start import DidNotStartReason
from referrals.models import HandBack
from referrals.questions import ABOUT_ONESELF, ABOUT_SOMEBODY, NONE, NONE_OF_THESE, Wording, asked_by

DAY = forms.DateInput(attrs={"type": "date"})
CIRCUMSTANCES = tuple(ABOUT_SOMEBODY)
NOT_KNOWN = ("", "I do not know")


def typed(request: HttpRequest) -> QueryDict | None:
    """What was filled in, be it nothing; None for a form that is only shown."""
    return request.POST if request.method == "POST" else None


class SeveralOf(forms.MultipleChoiceField):
    """Any of some codes: none ticked is None (not known), "None of these" alone is an empty list."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[str] | None:
        codes: list[str] = super().clean(value)
        if NONE in codes and len(codes) > 1:
            raise forms.ValidationError(
                f"Tick “{NONE_OF_THESE}” alone, or take that tick away.", "contradiction"
            )
        return [] if codes == [NONE] else codes or None


class YesNoOrNothing(forms.ChoiceField):
    """Yes, no or not known."""

    widget = forms.RadioSelect

    def clean(self, value: Any) -> bool | None:
        return {"yes": True, "no": False}.get(super().clean(value))


def question(name: str, wording: Wording) -> forms.Field:
    """The field that asks for a fact. Nothing that is asked has to be answered: the decision says what it needs."""
    common: dict[str, Any] = {"label": wording.question, "help_text": wording.help, "required": False}
    answers = list(wording.answers.items())
    match FACTS[name].kind:
        case "codes":
            return SeveralOf(choices=[*answers, (NONE, NONE_OF_THESE)], **common)
        case "code":
            return forms.ChoiceField(choices=[*answers, NOT_KNOWN], widget=forms.RadioSelect, **common)
        case "yes_no":
            return YesNoOrNothing(choices=[*answers, NOT_KNOWN], **common)
    return forms.IntegerField(min_value=0, max_value=1200, **common)


class FactsForm(forms.Form):
    """Asks for the facts that a contract's rules could need and that only people can tell."""

    wording = ABOUT_SOMEBODY

    def ask(self, names: Iterable[str], contract: Contract) -> None:
        """Add a field for each of these facts, save those that follow from other fields."""
        for name in names:
            if name == "lives_in":
                areas = contract.areas.order_by("name").values_list("code", "name")
                choices = [NOT_KNOWN, *areas, (ELSEWHERE, "Somewhere else")]
                self.fields["local_authority"] = forms.ChoiceField(
                    label="Borough or district", choices=choices, required=False
                )
            elif name in self.wording:
                self.fields[name] = question(name, self.wording[name])

    def ask_for_group(self, contract: Contract) -> None:
        """Add the payment group, where the contract has several."""
        groups = list(contract.groups.order_by("code").values_list("code", "name"))
        if len(groups) > 1:
            choices = [NOT_KNOWN, *((code, f"{code}: {name}") for code, name in groups)]
            self.fields["payment_group"] = forms.ChoiceField(
                label="Payment group", choices=choices, required=False
            )

    def circumstances(self) -> dict[str, Any]:
        """The facts that were answered."""
        given = {name: self.cleaned_data.get(name) for name in CIRCUMSTANCES if name in self.fields}
        return {name: value for name, value in given.items() if value not in (None, "")}

    def refuse(self, error: ActionError) -> None:
        """Say what the action could not take, beside the fields that it is about."""
        if not isinstance(error, NotAcceptable):
            self.add_error(None, str(error))
            return
        for problem in error.problems:
            self.add_error(problem.field if problem.field in self.fields else None, problem.sentence)


class ReferralForm(FactsForm):
    """A referral about somebody, by a referrer."""

    given_name = forms.CharField(label="Given name", max_length=80)
    family_name = forms.CharField(label="Family name", max_length=80)
    born_on = forms.DateField(label="Date of birth", widget=DAY)
    number = forms.CharField(
        label="National Insurance number",
        max_length=20,
        required=False,
        help_text="It is on payslips and letters about benefits, for example QQ 12 34 56 C.",
    )
    contact_withheld = forms.BooleanField(
        label="We do not pass on how to reach this person",
        required=False,
        help_text="For people under MAPPA, and wherever it would put somebody at risk. Leave the telephone number,"
        " e-mail, address and postcode empty, and choose the borough or district: the person is contacted through"
        " you, and their record is restricted.",
    )
    phone = forms.CharField(label="Telephone number", max_length=30, required=False)
    email = forms.CharField(label="E-mail address", max_length=254, required=False)
    address = forms.CharField(
        label="Address without the postcode",
        max_length=200,
        required=False,
        help_text="Leave it out where it must not be known.",
    )
    postcode = forms.CharField(label="Postcode", max_length=12, required=False)
    safe_contact = forms.CharField(
        label="How to make contact safely",
        max_length=200,
        required=False,
        help_text="For example: text first; never ring before 5pm; do not leave messages.",
    )
    health_conditions = forms.CharField(
        label="Health, in a few words",
        max_length=200,
        required=False,
        help_text="Only what helps to support them.",
    )
    external_reference = forms.CharField(
        label="Your own reference",
        max_length=60,
        required=False,
        help_text="By this you will find the referral again: after it is sent, the name is not shown to you.",
    )
    LAST: Sequence[str] = ("payment_group", "external_reference")

    def __init__(self, data: Any, *, contract: Contract, rules: Any) -> None:
        super().__init__(data)
        self.ask(asked_by(rules), contract)
        self.ask_for_group(contract)
        first = [
            name for name in self.fields if name not in (*CIRCUMSTANCES, "health_conditions", *self.LAST)
        ]
        self.order_fields([*first, *CIRCUMSTANCES, "health_conditions", *self.LAST])

    def as_sent(self) -> SentReferral:
        """What was filled in, for the action."""
        own = {
            name: self.cleaned_data[name] for name in SentReferral.__dataclass_fields__ if name in self.fields
        }
        return SentReferral(**own, circumstances=self.circumstances())


class SelfReferralForm(ReferralForm):
    """A referral by the person: only what the rules need, and how to reach them."""

    wording = ABOUT_ONESELF
    health_conditions = None  # type: ignore[assignment]
    external_reference = None  # type: ignore[assignment]
    contact_withheld = None  # type: ignore[assignment]
    address = None  # type: ignore[assignment]
    # An input of the page that people do not see; programs that fill in everything fill it in.
    TRAP = "website"

    def __init__(self, data: Any, *, contract: Contract, rules: Any) -> None:
        super().__init__(data, contract=contract, rules=rules)
        self.fields.pop("payment_group", None)
        for name, label in {
            "given_name": "Your first name",
            "family_name": "Your last name",
            "born_on": "Your date of birth",
            "number": "Your National Insurance number",
            "phone": "Your telephone number",
            "email": "Your e-mail address",
            "postcode": "Your postcode",
            "local_authority": "Where you live",
            "safe_contact": "Is there a safe time or way to reach you?",
        }.items():
            if name in self.fields:
                self.fields[name].label = label
        self.fields[
            "number"
        ].help_text = "If you have it to hand. It is on payslips and letters about benefits."

    def clean(self) -> dict[str, Any]:
        """There must be one way to reach the person, and the trap must be empty."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.data.get(self.TRAP):
            self.add_error(None, "We could not take this. Reload the page and fill it in by hand.")
        if not data.get("phone") and not data.get("email") and not self.errors:
            self.add_error("phone", "Give a telephone number or an e-mail address, so that we can reach you.")
        return data


class AnswersForm(FactsForm):
    """Asks for what a decision said is missing."""

    def __init__(self, data: Any, *, contract: Contract, missing: Iterable[str]) -> None:
        super().__init__(data)
        names = list(missing)
        self.ask(names, contract)
        if "payment_group" in names:
            self.ask_for_group(contract)

    def clean(self) -> dict[str, Any]:
        """At least one answer."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and all(value in (None, "") for value in data.values()):
            self.add_error(None, "Answer at least one of these.")
        return data


class SelfAnswersForm(AnswersForm):
    """The same, of people about themselves."""

    wording = ABOUT_ONESELF


class AcceptForm(forms.Form):
    """The provider takes the person on."""

    adviser = forms.ChoiceField(label="Adviser")
    first_appointment_on = forms.DateField(label="First appointment", widget=DAY)

    def __init__(self, data: Any, *, places: Iterable[Membership], chosen: Any) -> None:
        super().__init__(data, initial={"adviser": str(chosen or "")})
        people = [(str(place.user_id), place.user.name) for place in places]
        self.fields["adviser"].choices = [("", "Choose an adviser"), *people]  # type: ignore[attr-defined]

    def refuse(self, error: ActionError) -> None:
        """Say why the action refused, beside the field that it is about."""
        is_about_day = error.code.startswith("appointment")
        place = "first_appointment_on" if is_about_day else None
        self.add_error("adviser" if error.code == "not_an_adviser_here" else place, str(error))


class HandBackForm(forms.Form):
    """The provider gives the referral back."""

    reason = forms.ChoiceField(label="Reason", choices=HandBack.Reason.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label="Note for the prime contractor",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def refuse(self, error: ActionError) -> None:
        """Say why the action refused."""
        self.add_error(None, str(error))


class StartForm(forms.Form):
    """The day on which the person started."""

    started_on = forms.DateField(label="Date of the start", widget=DAY)

    def __init__(self, data: Any, *, today: date) -> None:
        super().__init__(data, initial={"started_on": today})

    def refuse(self, error: ActionError) -> None:
        """Say why the action refused: every refusal is about the date, or about what happened meanwhile."""
        self.add_error("started_on" if "start" in error.code else None, str(error))


class DidNotStartForm(forms.Form):
    """Why there will be no start."""

    reason = forms.ChoiceField(label="Reason", choices=DidNotStartReason.choices, widget=forms.RadioSelect)

    def refuse(self, error: ActionError) -> None:
        """Say why the action refused."""
        self.add_error(None, str(error))
