"""The forms of statements: filters, the steps to payment, questions, adjustments, and who is billed how."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.db.models import Q, QuerySet

from outcomes.actions.earning import MOST_PENCE
from outcomes.actions.statement import Expected
from outcomes.fact_forms import PoundsField
from outcomes.forms import ANY, SIDE_BY_SIDE, Choosing, Refusable
from outcomes.models import Adjustment, LineQuery, Statement, VatStatus
from outcomes.statements.reading import months, months_paid, queried
from programmes.months import shifted

QUERIED: Final = "queried"


class StatementFilter(Choosing):
    """Which statements are shown. A filter that makes no sense is left out and said beside its field."""

    contract = forms.ChoiceField(label="Contract", required=False)
    provider = forms.ChoiceField(label="Provider", required=False)
    month = forms.ChoiceField(label="Month", required=False)
    status = forms.ChoiceField(
        label="Status",
        choices=[("", "Any"), *Statement.Status.choices, (QUERIED, "With a question to answer")],
        required=False,
    )
    paid_in = forms.ChoiceField(label="Paid in", required=False)

    def __init__(self, data: Any, *, statements: QuerySet[Statement], is_prime: bool) -> None:
        super().__init__(data)
        contracts = statements.order_by("contract__name").values_list("contract__code", "contract__name")
        self.choose("contract", [ANY, *contracts.distinct()])
        for name, found in (("month", months()), ("paid_in", months_paid())):
            self.choose(name, [ANY, *((f"{month:%Y-%m}", f"{month:%B %Y}") for month in found)])
        if is_prime:
            providers = statements.order_by("organisation__name")
            names = providers.values_list("organisation__slug", "organisation__name").distinct()
            self.choose("provider", [ANY, *names])
        else:
            del self.fields["provider"]

    def narrow(self, statements: QuerySet[Statement]) -> QuerySet[Statement]:
        """The statements that the filters let through."""
        self.is_valid()
        wanted = self.cleaned_data
        if code := wanted.get("contract"):
            statements = statements.filter(contract__code=code)
        if slug := wanted.get("provider"):
            statements = statements.filter(organisation__slug=slug)
        if month := wanted.get("month"):
            statements = statements.filter(month=date.fromisoformat(f"{month}-01"))
        if paid_in := wanted.get("paid_in"):
            first = date.fromisoformat(f"{paid_in}-01")
            statements = statements.filter(paid_on__gte=first, paid_on__lt=shifted(first, 1))
        if status := wanted.get("status"):
            statements = statements.filter(queried() if status == QUERIED else Q(status=status))
        return statements

    @property
    def active(self) -> int:
        """How many filters are in use."""
        self.is_valid()
        return sum(bool(value) for value in self.cleaned_data.values())


class ProposeForm(Refusable):
    """Nothing to fill in: the page says what is proposed."""


class SealForm(Refusable):
    """What whoever seals has read; see actions.statement.Expected."""

    count = forms.IntegerField(widget=forms.HiddenInput())
    pence = forms.IntegerField(widget=forms.HiddenInput())

    @property
    def expected(self) -> Expected:
        return Expected(**self.cleaned_data)


class PayForm(Refusable):
    """That the money has left."""

    FIELD_OF = {"paid_out_of_time": "paid_on", "invoice_missing": "invoice"}
    paid_on = forms.DateField(label="Paid on", widget=forms.DateInput())
    reference = forms.CharField(
        label="Payment reference", max_length=60, help_text="As the provider reads it on the bank statement."
    )
    invoice = forms.CharField(
        label="The provider's invoice number",
        max_length=60,
        required=False,
        help_text="Where the provider sends its own invoice.",
    )

    def __init__(self, data: Any, *, today: date, is_self_billed: bool) -> None:
        super().__init__(data, initial={"paid_on": today})
        if is_self_billed:
            del self.fields["invoice"]


class QueryForm(Refusable):
    """What the provider asks."""

    words = forms.CharField(
        label="What do you want to know, or what is wrong?",
        max_length=1000,
        help_text="Name nobody: the line says whom it is about.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AnswerForm(Refusable):
    """What the prime answers."""

    outcome = forms.ChoiceField(label="Who is right?", choices=LineQuery.Outcome.choices, widget=SIDE_BY_SIDE)
    words = forms.CharField(
        label="Answer",
        max_length=1000,
        help_text="The provider reads this. Where money has to change, ask for an adjustment as well.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AdjustmentForm(Refusable):
    """More or less money, and why."""

    FIELD_OF = {"nothing": "pence"}
    direction = forms.ChoiceField(
        label="The provider is paid", choices=[("more", "More"), ("less", "Less")], widget=SIDE_BY_SIDE
    )
    pence = PoundsField(
        label="Amount",
        help_text="In pounds, without VAT, such as 412.50.",
        min_value=Decimal("0.01"),
        max_value=Decimal(MOST_PENCE) / 100,
        max_digits=9,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
    )
    reason = forms.ChoiceField(label="Reason", choices=Adjustment.Reason.choices)
    words = forms.CharField(
        label="In words",
        max_length=300,
        help_text="The provider reads this on the statement. Name nobody.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @property
    def asked(self) -> dict[str, Any]:
        """What was typed, for the action."""
        typed = self.cleaned_data
        sign = -1 if typed["direction"] == "less" else 1
        return {"pence": sign * typed["pence"], "reason": typed["reason"], "words": typed["words"]}


class DecisionForm(Refusable):
    """Yes or no to an adjustment; a no says why."""

    decision = forms.ChoiceField(
        label="Your decision",
        choices=[("approve", "Approve: it goes on the statement"), ("refuse", "Refuse")],
        widget=forms.RadioSelect,
    )
    because = forms.CharField(label="Why not, where you refuse", max_length=300, required=False)

    def clean(self) -> dict[str, Any]:
        """A refusal without a reason is sent back."""
        typed = self.cleaned_data
        if typed.get("decision") == "refuse" and not typed.get("because"):
            self.add_error("because", "Say why you refuse it.")
        return typed


class VatStatusForm(Refusable):
    """As whom an organisation trades from a day on."""

    FIELD_OF = {"no_vat_number": "vat_number"}
    from_on = forms.DateField(label="From", widget=forms.DateInput())
    legal_name = forms.CharField(label="Name on invoices", max_length=120)
    address = forms.CharField(
        label="Address on invoices", widget=forms.Textarea(attrs={"rows": 3}), max_length=400
    )
    vat_number = forms.CharField(
        label="VAT number",
        max_length=16,
        required=False,
        help_text="GB and 9 digits. Leave this empty if it is not registered for VAT.",
    )

    def __init__(self, data: Any, *, today: date, known: VatStatus | None, name: str) -> None:
        usual: Mapping[str, Any] = {"from_on": today, "legal_name": name}
        if known:
            names = ("legal_name", "address", "vat_number")
            usual = {"from_on": today, **{field: getattr(known, field) for field in names}}
        super().__init__(data, initial=dict(usual))


class AgreementForm(Refusable):
    """A signed agreement to self-billing."""

    FIELD_OF = {"out_of_order": "ends_on"}
    signed_on = forms.DateField(label="Signed on", widget=forms.DateInput())
    signed_by = forms.CharField(label="Who signed for the provider", max_length=120)
    starts_on = forms.DateField(label="First day", widget=forms.DateInput())
    ends_on = forms.DateField(
        label="Last day",
        help_text="Usually 12 months later, or the end of the contract.",
        widget=forms.DateInput(),
    )
