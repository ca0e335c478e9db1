"""The forms of earnings, of evidence, and of somebody found not eligible."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django import forms

from outcomes.actions.earning import MOST_PENCE, Payment
from outcomes.actions.evidence import Proof
from outcomes.actions.ineligibility import criteria
from outcomes.findings import Findable, GoesBack
from outcomes.forms import SIDE_BY_SIDE, OnAContract, Referring, Refusable
from outcomes.milestones import spoken
from outcomes.models import Earning, Evidence, Job
from outcomes.proof import named
from participants.models import Document, Enrolment

# A feed is imported, never typed in.
TYPED: Final = [pair for pair in Earning.Source.choices if pair[0] != Earning.Source.FEED]
PAY: Final = "pay"
# Pence of the commissioner's side and of the provider's, and how many claims.
SHOWN: Final = r"^-?\d{1,12} -?\d{1,12} \d{1,6}$"
# What may be evidenced in every programme; steps are for those whose rules ask for them.
EVERYWHERE: Final = (
    Evidence.Kind.PAYSLIP,
    Evidence.Kind.EMPLOYER_LETTER,
    Evidence.Kind.SELF_DECLARATION,
    Evidence.Kind.RIGHT_TO_WORK,
    Evidence.Kind.RESIDENCE,
    Evidence.Kind.EMPLOYMENT_STATUS,
    Evidence.Kind.CONCERN,
    Evidence.Kind.SIGNATURE,
    Evidence.Kind.REMOTE_DELIVERY,
)


class PoundsField(forms.DecimalField):
    """A sum as people write it, "£1,234.50", which comes out as whole pence."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = value.replace("£", "").replace(",", "")
        return super().to_python(value)

    def clean(self, value: Any) -> int | None:
        """None where nothing need be said. Raises ValidationError for what is no sum in pounds and pence."""
        pounds: Decimal | None = super().clean(value)
        return None if pounds is None else int(pounds * 100)


class EarningForm(OnAContract):
    """One payment, as its payslip says."""

    FIELD_OF = {
        "paid_in_future": "paid_on",
        "paid_before_birth": "paid_on",
        "nothing_paid": "gross_pence",
        "more_than_pay": "gross_pence",
        "period_ends_before_it_begins": "period_to",
        "already_recorded": "gross_pence",
    }
    employer = forms.CharField(label="Employer", max_length=120)
    paid_on = forms.DateField(label="Pay date", widget=forms.DateInput())
    gross_pence = PoundsField(
        label="Gross pay",
        help_text="In pounds, before tax, such as 412.50.",
        min_value=Decimal("0.01"),
        max_value=Decimal(MOST_PENCE) / 100,
        max_digits=9,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
    )
    source = forms.ChoiceField(label="Where it is from", choices=TYPED, widget=SIDE_BY_SIDE)
    not_qualifying_because = forms.TypedChoiceField(
        label="Does it count?",
        choices=[
            (PAY, "Yes, it is pay"),
            *((code, f"No: {words}") for code, words in Earning.NotPay.choices),
        ],
        coerce=lambda code: "" if code == PAY else code,
    )
    period_from = forms.DateField(label="First day paid for", required=False, widget=forms.DateInput())
    period_to = forms.DateField(label="Last day paid for", required=False, widget=forms.DateInput())

    def __init__(
        self, data: Any, *, enrolments: Sequence[Enrolment], initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(
            data, enrolments=enrolments, initial={"source": Earning.Source.PAYSLIP, **(initial or {})}
        )
        self.fields["paid_on"].help_text = f"Payments before the start on {self.started} do not count."

    @property
    def payment(self) -> Payment:
        """What was typed, for the action."""
        return Payment(**{name: value for name, value in self.cleaned_data.items() if name != "enrolment"})


def as_typed(earning: Earning) -> dict[str, Any]:
    """A payment as the form shows it."""
    names = ("employer", "paid_on", "source", "period_from", "period_to")
    return {
        **{name: getattr(earning, name) for name in names},
        "not_qualifying_because": earning.not_qualifying_because or PAY,
        "gross_pence": Decimal(earning.gross_pence) / 100,
    }


class WithdrawEarningForm(Refusable):
    """Why a payment is taken back."""

    reason = forms.ChoiceField(
        label="Why it is withdrawn",
        choices=[pair for pair in Earning.VoidReason.choices if pair[0] != Earning.VoidReason.CORRECTED],
        widget=forms.RadioSelect,
    )


class EvidenceForm(OnAContract):
    """Something that proves what happened."""

    FIELD_OF = {
        "happened_in_future": "happened_on",
        "happened_before_birth": "happened_on",
        "no_definition": "definition",
        "concern_told": "kind",
        "not_of_this_case": "about",
        "already_recorded": "kind",
    }
    kind = forms.ChoiceField(label="Kind of evidence")
    definition = forms.ChoiceField(label="Which progress measure", required=False)
    happened_on = forms.DateField(
        label="Date", help_text="The day of what it proves, such as the pay date.", widget=forms.DateInput()
    )
    about = forms.ChoiceField(label="What it proves", required=False)
    document = forms.ChoiceField(
        label="Document", help_text="One of the person's documents, if there is one.", required=False
    )
    words = forms.CharField(
        label="Note", help_text="What whoever decides must know.", max_length=200, required=False
    )

    def __init__(
        self,
        data: Any,
        *,
        enrolments: Sequence[Enrolment],
        kinds: Iterable[str],
        definitions: Mapping[str, str] | None,
        facts: Sequence[Job | Earning],
        documents: Sequence[Document],
        initial: Mapping[str, Any],
    ) -> None:
        super().__init__(data, enrolments=enrolments, initial={"kind": Evidence.Kind.PAYSLIP, **initial})
        self.facts = {str(one.pk): one for one in facts}
        self.documents = {str(one.pk): one for one in documents}
        asked = set(kinds)
        self.choose("kind", [(kind.value, kind.label) for kind in Evidence.Kind if kind in asked])
        self._ask_which(definitions)
        self.choose(
            "about", [("", "No job and no payment"), *((pk, named(one)) for pk, one in self.facts.items())]
        )
        self.choose("document", [("", "None"), *((pk, one.title) for pk, one in self.documents.items())])
        for name, choices in (("about", facts), ("document", documents)):
            if not choices:
                del self.fields[name]

    def _ask_which(self, definitions: Mapping[str, str] | None) -> None:
        """Of the programme's own measures one is chosen; where it has no list, their code is typed in."""
        if definitions is None:
            del self.fields["definition"]
        elif definitions:
            self.choose("definition", [("", "None"), *definitions.items()])
        else:
            self.fields["definition"] = forms.CharField(
                label="Which progress measure", max_length=60, required=False
            )

    @property
    def proof(self) -> Proof:
        """What was typed, for the action."""
        typed = self.cleaned_data
        about = self.facts.get(typed.get("about", ""))
        return Proof(
            kind=typed["kind"],
            happened_on=typed["happened_on"],
            definition=typed.get("definition", ""),
            job=about if isinstance(about, Job) else None,
            earning=about if isinstance(about, Earning) else None,
            document=self.documents.get(typed.get("document", "")),
            words=typed["words"],
        )


def suggested(fact: Job | Earning) -> dict[str, Any]:
    """What usually proves a job or a payment."""
    if isinstance(fact, Earning):
        kind, day = Evidence.Kind.PAYSLIP, fact.paid_on
    elif fact.kind == Job.Kind.SELF_EMPLOYED:
        kind, day = Evidence.Kind.SELF_DECLARATION, fact.starts_on
    else:
        kind, day = Evidence.Kind.EMPLOYER_LETTER, fact.starts_on
    return {"about": str(fact.pk), "kind": kind, "happened_on": day}


def as_put_forward(evidence: Evidence, about: Job | Earning | None) -> dict[str, Any]:
    """Evidence as the form shows it; about is what in force it proves."""
    return {
        "kind": evidence.kind,
        "definition": evidence.definition,
        "happened_on": evidence.happened_on,
        "about": str(about.pk) if about else "",
        "document": str(evidence.document_id or ""),
        "words": evidence.words,
    }


class DecideForm(Refusable):
    """Whether evidence shows what it is said to."""

    FIELD_OF = {"document_gone": "decision", "own_evidence": "decision", "already_decided": "decision"}
    decision = forms.ChoiceField(
        label="Does it show what it is said to?",
        choices=[
            (Evidence.Decision.ACCEPTED, "Yes, accept it"),
            *(
                (code, f"Reject it: {words[0].lower()}{words[1:]}")
                for code, words in Evidence.RejectionReason.choices
            ),
        ],
        widget=forms.RadioSelect,
    )


class WithdrawEvidenceForm(Refusable):
    """Why evidence is taken back."""

    reason = forms.ChoiceField(
        label="Why it is withdrawn",
        choices=[pair for pair in Evidence.VoidReason.choices if pair[0] != Evidence.VoidReason.REPLACED],
        widget=forms.RadioSelect,
    )


class AboutAStart(OnAContract):
    """A form about one of the person's starts, of which there may be several on one contract."""

    def __init__(
        self, data: Any, *, starts: Sequence[Enrolment], initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(data, enrolments=starts, initial=initial)
        self.fields["enrolment"].label = "Start"
        self.choose(
            "enrolment", [(str(one.pk), f"{one.contract.name}, {spoken(one.started_on)}") for one in starts]
        )


class NotEligibleForm(AboutAStart):
    """By which rule somebody should never have started, and what showed it."""

    FIELD_OF = {
        "no_such_rule": "criterion",
        "found_before_start": "found_on",
        "found_in_future": "found_on",
        "already_found": "enrolment",
    }
    criterion = forms.ChoiceField(label="Which rule is not met", widget=forms.RadioSelect)
    found_on = forms.DateField(label="Found on", widget=forms.DateInput())
    words = forms.CharField(
        label="What showed it",
        help_text="The provider reads it. Write nothing about health or safety.",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, data: Any, *, starts: Sequence[Enrolment], shown: Mapping[UUID, GoesBack], today: date
    ) -> None:
        super().__init__(data, starts=starts, initial={"found_on": today})
        # What whoever finds has read, in the form itself: of each start, since one is chosen.
        for start in starts:
            back = shown[start.pk]
            self.fields[f"shown-{start.pk}"] = forms.RegexField(
                SHOWN,
                initial=f"{back.commissioner_pence} {back.provider_pence} {back.claims}",
                required=False,
                widget=forms.HiddenInput(),
            )
        rules = [criteria(contract_id) for contract_id in dict.fromkeys(one.contract_id for one in starts)]
        self.choose("criterion", {code: says for each in rules for code, says in each.items()}.items())

    @property
    def finding(self) -> dict[str, Any]:
        """What was typed and read, for the action."""
        names = ("enrolment", "criterion", "found_on", "words")
        typed = {name: self.cleaned_data[name] for name in names}
        read = self.cleaned_data[f"shown-{typed['enrolment'].pk}"] or "0 0 0"
        commissioner, provider, claims = (int(one) for one in read.split())
        return {**typed, "expected": GoesBack(commissioner, provider, claims)}


class FindingForm(Referring):
    """Whose reference it is that somebody was told, and whether a finding is made or taken back."""

    NOTHING = "Nothing can be recorded under this reference."
    FIND, TAKE_BACK = "find", "take_back"
    step = forms.ChoiceField(
        label="What to record",
        choices=[(FIND, "Found not eligible"), (TAKE_BACK, "A finding is taken back")],
        initial=FIND,
        widget=forms.RadioSelect,
    )

    def is_possible(self, found: Findable) -> bool:
        """Whether there is a start, or a finding, about which that could be recorded."""
        return bool(found.starts if self.cleaned_data["step"] == self.FIND else found.standing)


class EligibleForm(AboutAStart):
    """Why a finding is taken back."""

    FIELD_OF = {"already_withdrawn": "enrolment"}
    why = forms.CharField(
        label="Why it is taken back", max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
