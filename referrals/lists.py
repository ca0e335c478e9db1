"""The lists of referrals: what a person asks to see, and the rows that answer."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import OuterRef, QuerySet, Subquery

from partners.models import Organisation
from programmes.models import Contract
from referrals.models import Allocation, Referral

ANY = ("", "Any")
# What a list may be sorted by, and the column that does it.
SORTS = {
    "received": "received_at",
    "status": "status",
    "contract": "contract__name",
    "referrer": "organisation__name",
    "provider": "provider_name",
}
NEWEST_FIRST = "-received"


class ReferralFilter(forms.Form):
    """Which referrals are shown; a filter that makes no sense is left out and said beside its field."""

    status = forms.ChoiceField(label="Status", choices=[ANY, *Referral.Status.choices], required=False)
    contract = forms.ChoiceField(label="Contract", required=False)
    month = forms.DateField(
        label="Month received",
        input_formats=["%B %Y", "%b %Y", "%m/%Y", "%Y-%m"],
        required=False,
        help_text="For example March 2026 or 03/2026.",
        # Some browsers have nothing for choosing a month, and one for choosing a day asks for too much.
        widget=forms.TextInput,
    )

    def __init__(self, data: Any, *, contracts: Iterable[Contract]) -> None:
        super().__init__(data)
        self.choose("contract", [(contract.code, contract.name) for contract in contracts])

    def choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Give a filter its choices."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [ANY, *choices]

    @property
    def wanted(self) -> dict[str, Any]:
        """What is asked for."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def active(self) -> int:
        """How many filters are in use."""
        return len(self.wanted)

    def narrow(self, rows: QuerySet[Referral]) -> QuerySet[Referral]:
        """The rows that the filters let through."""
        wanted = self.wanted
        if "status" in wanted:
            rows = rows.filter(status=wanted["status"])
        if "contract" in wanted:
            rows = rows.filter(contract__code=wanted["contract"])
        if "month" in wanted:
            first = wanted["month"]
            rows = rows.filter(received_on__gte=first, received_on__lt=month_after(first))
        return rows


class PrimeFilter(ReferralFilter):
    """The prime's filters: of all referrers and providers."""

    provider = forms.ChoiceField(label="Provider", required=False)
    referrer = forms.ChoiceField(label="Referrer", required=False)

    def __init__(
        self, data: Any, *, contracts: Iterable[Contract], organisations: Iterable[Organisation]
    ) -> None:
        super().__init__(data, contracts=contracts)
        for kind in ("provider", "referrer"):
            self.choose(kind, [(one.slug, one.name) for one in organisations if one.kind == kind])

    def narrow(self, rows: QuerySet[Referral]) -> QuerySet[Referral]:
        found: Any = super().narrow(rows)
        if provider := self.wanted.get("provider"):
            found = found.filter(provider_slug=provider)
        if referrer := self.wanted.get("referrer"):
            found = found.filter(organisation__slug=referrer)
        return found


def month_after(first: date) -> date:
    """The first day of the next month."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def all_rows() -> QuerySet[Referral]:
    """Every referral that the viewer sees, with the provider to whom it was offered last."""
    newest = Allocation.objects.filter(referral=OuterRef("pk")).order_by("-allocated_at", "-id")
    return Referral.objects.select_related("contract", "organisation", "participant").annotate(
        provider_name=Subquery(newest.values("organisation__name")[:1]),
        provider_slug=Subquery(newest.values("organisation__slug")[:1]),
    )


def in_order(rows: QuerySet[Referral], sort: str) -> tuple[QuerySet[Referral], str]:
    """The rows sorted as asked ("received", "-received" ...), and by what they are sorted: newest first otherwise."""
    column = SORTS.get(sort.removeprefix("-"))
    if column is None or (column == "provider_name" and column not in rows.query.annotations):
        sort, column = NEWEST_FIRST, SORTS["received"]
    down = "-" if sort.startswith("-") else ""
    return rows.order_by(down + column, f"{down}id"), sort


def names_of(ids: Iterable[Any]) -> dict[str, str]:
    """The names of organisations, by their ids as text."""
    found = Organisation.objects.filter(pk__in=[UUID(str(one)) for one in ids])
    return {str(pk): name for pk, name in found.values_list("pk", "name")}
