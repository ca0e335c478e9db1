"""The forms of performance packs: the list's filters, and which pack is asked for."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from outcomes.forms import ANY, Choosing, Refusable
from outcomes.models import Pack
from outcomes.performance.periods import month_of, months_between, shift
from partners.models import Organisation
from partners.viewer import Viewer
from programmes.models import Contract, SupplyAgreement

# What stands for the whole contract in an address.
WHOLE = "all"
TOGETHER = "All providers together"


class PacksFilter(Choosing):
    """Which packs are shown. What is not known is replaced, by every contract, month and provider."""

    contract = forms.ChoiceField(label="Contract", required=False)
    month = forms.ChoiceField(label="Month", required=False)
    provider = forms.ChoiceField(label="Of", required=False)

    def __init__(self, data: Any, *, packs: QuerySet[Pack], is_prime: bool) -> None:
        super().__init__(data)
        contracts = packs.order_by("contract__name").values_list("contract__code", "contract__name")
        self.choose("contract", [ANY, *contracts.distinct()])
        months = packs.order_by("-month").values_list("month", flat=True).distinct()
        self.choose("month", [ANY, *((month.isoformat(), f"{month:%B %Y}") for month in months)])
        if is_prime:
            found = packs.exclude(organisation=None).order_by("organisation__name")
            names = found.values_list("organisation__slug", "organisation__name").distinct()
            self.choose("provider", [ANY, (WHOLE, TOGETHER), *names])
        else:
            del self.fields["provider"]

    def narrow(self, packs: QuerySet[Pack]) -> QuerySet[Pack]:
        """The packs that the filters let through."""
        self.is_valid()
        wanted = self.cleaned_data
        if code := wanted.get("contract"):
            packs = packs.filter(contract__code=code)
        if month := wanted.get("month"):
            packs = packs.filter(month=month)
        slug = wanted.get("provider")
        if slug == WHOLE:
            return packs.filter(organisation=None)
        return packs.filter(organisation__slug=slug) if slug else packs

    @property
    def active(self) -> int:
        """How many filters are in use."""
        self.is_valid()
        return sum(bool(value) for value in self.cleaned_data.values())


class AskPackForm(Refusable):
    """Of which contract, of which month that is over and, for the prime, of everybody together or of one provider."""

    FIELD_OF = {"not_over": "month"}

    contract = forms.ChoiceField(label="Contract")
    month = forms.ChoiceField(label="Month")
    provider = forms.ChoiceField(label="Of")

    def __init__(self, data: Any, *, viewer: Viewer) -> None:
        super().__init__(data)
        contracts = list(Contract.objects.order_by("name"))
        self.contracts = {one.code: one for one in contracts}
        self.choose("contract", [(one.code, one.name) for one in contracts])
        now = month_of(viewer.today)
        begin = min((month_of(one.starts_on) for one in contracts), default=now)
        over = [shift(now, -back) for back in range(1, months_between(begin, now) + 1)]
        self.choose("month", [(month.isoformat(), f"{month:%B %Y}") for month in over])
        if viewer.kind == "provider":
            del self.fields["provider"]
            own = Organisation.objects.get(pk__in=[viewer.organisation_id])
            self.known: dict[str, Organisation | None] = {WHOLE: own}
        else:
            agreed = SupplyAgreement.objects.values("organisation")
            found = Organisation.objects.filter(pk__in=agreed).order_by("name")
            self.known = {WHOLE: None, **{one.slug: one for one in found}}
            self.choose(
                "provider", [(slug, one.name if one else TOGETHER) for slug, one in self.known.items()]
            )

    def clean(self) -> dict[str, Any]:
        """A provider is one of the contract."""
        wanted = super().clean() or self.cleaned_data
        whose, contract = self.known.get(wanted.get("provider", WHOLE)), wanted.get("contract")
        agreed = SupplyAgreement.objects.filter(organisation=whose, contract__code=contract)
        if whose and contract and not agreed.exists():
            self.add_error(
                "provider" if "provider" in self.fields else "contract",
                f"{whose.name} has no agreement on this contract.",
            )
        return wanted

    @property
    def asked(self) -> dict[str, Any]:
        """The contract, the month and the organisation, as the action takes them; none for everybody together."""
        said = self.cleaned_data
        return {
            "contract": self.contracts[said["contract"]],
            "month": date.fromisoformat(said["month"]),
            "organisation": self.known[said.get("provider", WHOLE)],
        }
