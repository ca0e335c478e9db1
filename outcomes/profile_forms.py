"""The forms of a profile: which one is read, a file of one, and the numbers of a year."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import Http404

from outcomes.forms import Choosing, Refusable
from outcomes.imports.columns import missing
from outcomes.imports.limits import LIMITS
from outcomes.performance.forms import NoContract
from outcomes.performance.periods import month_of, months_between, shift
from outcomes.performance.profile_file import PROFILE, WHOLE
from outcomes.performance.profiles import LABELS, Bands, Promise
from partners.models import Organisation
from programmes.models import Contract

MEGABYTES = LIMITS.most_bytes // 1_000_000


def contract_asked(data: Any) -> tuple[Contract, list[Contract]]:
    """The contract that is asked for, and all that there are. Raises NoContract and Http404 as BoardForm does."""
    contracts = list(Contract.objects.select_related("programme").order_by("name"))
    if not contracts:
        raise NoContract
    code = data.get("contract") or contracts[0].code
    found = next((one for one in contracts if one.code == code), None)
    if found is None:
        raise Http404
    return found, contracts


def years_of(contract: Contract) -> list[tuple[date, str]]:
    """The contract years, each by its first month, in words."""
    begin, last = month_of(contract.starts_on), month_of(contract.ends_on)
    firsts = [shift(begin, 12 * n) for n in range(months_between(begin, last) // 12 + 1)]
    return [
        (first, f"Year {n}, {first:%B %Y} to {min(shift(first, 11), last):%B %Y}")
        for n, first in enumerate(firsts, 1)
    ]


class ProfileForm(Choosing):
    """Which contract, which year of it, and in force on which day. What is not known is replaced: by today."""

    contract = forms.ChoiceField(label="Contract")
    year = forms.ChoiceField(label="Contract year")
    on = forms.DateField(label="In force on", required=False, widget=forms.DateInput())

    def __init__(self, data: Any, *, today: date) -> None:
        """Raises NoContract and Http404 as BoardForm does."""
        super().__init__()
        self.asked, contracts = contract_asked(data)
        years = years_of(self.asked)
        codes = {f"{first:%Y-%m}": first for first, _ in years}
        usual = max((first for first, _ in years if first <= today), default=years[0][0])
        self.first = codes.get(data.get("year", ""), usual)
        self.last = min(shift(self.first, 11), month_of(self.asked.ends_on))
        try:
            self.day = min(date.fromisoformat(data.get("on", "")), today)
        except ValueError:
            self.day = today
        self.choose("contract", [(one.code, one.name) for one in contracts])
        self.choose("year", [(f"{first:%Y-%m}", words) for first, words in years])
        self.initial = {"contract": self.asked.code, "year": f"{self.first:%Y-%m}", "on": self.day}

    @property
    def months(self) -> list[date]:
        """The months of the year, by their first days."""
        return [shift(self.first, n) for n in range(months_between(self.first, self.last) + 1)]


class VersionForm(Refusable):
    """What a new version is called, why it is made, from when on it counts and how it judges."""

    FIELD_OF = {
        "bands_out_of_order": "red_below",
        "outside_contract": "effective_from",
    }

    name = forms.CharField(label="Name of this version", max_length=80, help_text="Such as: Variation 3.")
    why = forms.CharField(
        label="Why it is made",
        max_length=300,
        help_text="Providers and the commissioner can read it.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    effective_from = forms.DateField(
        label="In force from",
        help_text="From this day all figures are compared with this version.",
        widget=forms.DateInput(),
    )
    amber_below = forms.IntegerField(label="Amber below, % of profile", min_value=1, max_value=200)
    red_below = forms.IntegerField(label="Red below, % of profile", min_value=1, max_value=200)

    @property
    def said(self) -> dict[str, Any]:
        """What the action takes, besides the lines."""
        found = self.cleaned_data
        names = "name", "why", "effective_from"
        return {
            **{name: found[name] for name in names},
            "bands": Bands(found["amber_below"], found["red_below"]),
        }


class ProfileFileForm(forms.Form):
    """A file with a whole profile."""

    file = forms.FileField(
        label="File",
        help_text=(
            f"CSV or Excel (.xlsx), {MEGABYTES} MB at most, with headings in the first line and a row for each"
            " provider, month and measure."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )


class LoadForm(VersionForm):
    """A file that was read, carried along as text, with its columns. Nothing of it is written before it is loaded."""

    content = forms.CharField(widget=forms.HiddenInput, strip=False)

    def __init__(
        self,
        data: Any = None,
        *,
        headings: Sequence[str],
        initial: dict[str, Any],
    ) -> None:
        super().__init__(data, initial=initial)
        choices = [("", "Not in the file"), *((one, one) for one in headings if one)]
        for field in PROFILE.fields:
            self.fields[f"column_{field.code}"] = forms.ChoiceField(
                label=f"Column of “{field.label}”",
                help_text=field.hint,
                choices=choices,
                required=field.required,
            )
        self.order_fields([name for name in self.fields if name.startswith("column_")])

    @property
    def columns(self) -> dict[str, str]:
        """The heading by the code of a field, as chosen or as guessed."""
        source = self.data if self.is_bound else self.initial
        known = {one.code: source.get(f"column_{one.code}") or "" for one in PROFILE.fields}
        offered = {value for value, _ in self.fields["column_month"].choices}  # type: ignore[attr-defined]
        return {code: heading for code, heading in known.items() if heading and heading in offered}

    @property
    def lacking(self) -> list[str]:
        """What still needs a column, as sentences."""
        return missing(PROFILE, self.columns)


class ChangeForm(VersionForm):
    """The numbers of one provider, or of the whole contract, for one measure in one contract year."""

    def __init__(self, data: Any, *, months: Iterable[date], initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        self.months = list(months)
        for month in self.months:
            self.fields[f"in_{month:%Y_%m}"] = forms.IntegerField(
                label=f"{month:%B %Y}", min_value=0, max_value=9_999, required=False
            )
        self.order_fields([f"in_{month:%Y_%m}" for month in self.months])

    def changed(self, lines: Iterable[Promise], whose: Organisation | None, measure: str) -> list[Promise]:
        """The lines with these numbers in place of those of the same months; an empty month promises nothing."""
        owner = whose.pk if whose else None
        before = {(one.organisation_id, one.measure, one.month): one for one in lines}
        for month in self.months:
            amount = self.cleaned_data[f"in_{month:%Y_%m}"]
            old = before.pop((owner, measure, month), None)
            if amount is not None:
                kept = old if old and old.amount == amount else Promise(owner, measure, month, amount)
                before[owner, measure, month] = kept
        return list(before.values())


class WhichForm(Choosing):
    """Whose numbers of what are changed, in which contract year."""

    contract = forms.CharField(widget=forms.HiddenInput)
    provider = forms.ChoiceField(label="Whose", required=False)
    measure = forms.ChoiceField(label="Measure")
    year = forms.ChoiceField(label="Contract year")

    def __init__(self, data: Any, *, contract: Contract, providers: Iterable[Organisation], first: date):
        """What is not known is replaced: by the whole contract and the first measure."""
        super().__init__()
        by_slug = {one.slug: one for one in providers}
        self.whose = by_slug.get(data.get("provider", ""))
        asked = data.get("measure", "")
        self.counted = asked if asked in LABELS else next(iter(LABELS))
        self.choose("provider", [("", WHOLE), *((slug, one.name) for slug, one in by_slug.items())])
        self.choose("measure", list(LABELS.items()))
        self.choose("year", [(f"{month:%Y-%m}", words) for month, words in years_of(contract)])
        self.initial = {
            "contract": contract.code,
            "provider": self.whose.slug if self.whose else "",
            "measure": self.counted,
            "year": f"{first:%Y-%m}",
        }
