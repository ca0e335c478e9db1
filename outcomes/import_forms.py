"""The forms of imports: a file, its columns, and how much of it is written."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from outcomes.forms import Refusable
from outcomes.imports.columns import Kind
from outcomes.imports.kinds import ONE_BY_ONE
from outcomes.imports.limits import LIMITS
from outcomes.models import ImportRun
from partners.models import Organisation
from programmes.models import Contract

NO_REFERRALS = "none"
WHY_ONE_BY_ONE = (
    "Each referral is written by itself, so that whoever refers somebody meanwhile"
    " does not have to wait for the whole file."
)
MEGABYTES = LIMITS.most_bytes // 1_000_000


class SendForm(Refusable):
    """A file, what it holds, and the contract that it is about. With one contract there is nothing to choose."""

    FIELD_OF = {"not_a_sheet": "file", "referrer_missing": "referrer"}
    kind = forms.ChoiceField(label="What the file holds", widget=forms.RadioSelect)
    contract = forms.ChoiceField(label="Contract")
    referrer = forms.ChoiceField(
        label="Who made the referrals",
        help_text="The organisation by which the commissioner’s portal refers, such as the Jobcentre.",
    )
    file = forms.FileField(
        label="File",
        help_text=(
            f"CSV or Excel (.xlsx), {MEGABYTES} MB and {LIMITS.most_rows:,} rows at most, with headings in the first"
            " line."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )

    def __init__(
        self,
        data: Any,
        sent: Any,
        *,
        kinds: Sequence[str],
        contracts: Sequence[Contract],
        referrers: Sequence[Organisation],
    ) -> None:
        self.contracts = {one.code: one for one in contracts}
        self.referrers = {one.slug: one for one in referrers}
        first = {"kind": kinds[0], "contract": next(iter(self.contracts), "")}
        super().__init__(data, sent, initial=first)
        labels = dict(ImportRun.Kind.choices)
        self._choose("kind", [(kind, labels[kind]) for kind in kinds])
        self._choose("contract", [(code, one.name) for code, one in self.contracts.items()])
        if len(self.contracts) == 1:
            self.fields["contract"].widget = forms.HiddenInput()
        if ImportRun.Kind.REFERRALS in kinds:
            found = [(slug, one.name) for slug, one in self.referrers.items()]
            self._choose("referrer", [(NO_REFERRALS, "The file holds no referrals"), *found])
        else:
            del self.fields["referrer"]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def clean_contract(self) -> Contract:
        """The contract itself, for the action."""
        return self.contracts[self.cleaned_data["contract"]]

    def clean_referrer(self) -> Organisation | None:
        """The organisation itself, for the action."""
        return self.referrers.get(self.cleaned_data["referrer"])

    def clean_file(self) -> bytes:
        """What the file holds. Raises ValidationError where it was too large to be taken in."""
        upload = self.cleaned_data["file"]
        content: bytes = upload.read()
        if upload.size > LIMITS.most_bytes or len(content) != upload.size:
            raise forms.ValidationError(f"The file is too large. It can be {MEGABYTES} MB at most.")
        return content


class ColumnsForm(Refusable):
    """Which column is which field of the kind; what is not in the file stays without one."""

    def __init__(self, data: Any, *, kind: Kind, headings: Sequence[str], guess: Mapping[str, str]) -> None:
        super().__init__(data, initial=dict(guess))
        choices = [("", "Not in the file"), *((one, one) for one in headings if one)]
        for field in kind.fields:
            self.fields[field.code] = forms.ChoiceField(
                label=field.label, help_text=field.hint, choices=choices, required=field.required
            )

    def clean(self) -> dict[str, Any]:
        """No column says two things."""
        chosen: dict[str, str] = {}
        for code, heading in list(self.cleaned_data.items()):
            if heading and heading in chosen.values():
                self.add_error(
                    code, f"“{heading}” is chosen for something else already. Choose another column."
                )
            chosen[code] = heading
        return self.cleaned_data

    @property
    def columns(self) -> dict[str, str]:
        """The heading by the code of a field."""
        return {code: heading for code, heading in self.cleaned_data.items() if heading}


class StartForm(Refusable):
    """How much of a file is written."""

    mode = forms.ChoiceField(label="What to import", widget=forms.RadioSelect)

    def __init__(self, data: Any, *, run: ImportRun) -> None:
        good = f"Good rows only: {run.changing:,} would be written, {run.errors:,} with errors left out"
        whole = f"All or nothing: {run.changing:,} written together, or none of them"
        is_short = run.rows <= LIMITS.most_rows_as_a_whole and run.kind not in ONE_BY_ONE
        modes = ImportRun.Mode
        choices = [(modes.WHOLE.value, whole)] * (is_short and not run.errors) + [(modes.GOOD.value, good)]
        super().__init__(data, initial={"mode": choices[0][0]})
        field = self.fields["mode"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
        field.help_text = WHY_ONE_BY_ONE if run.kind in ONE_BY_ONE else ""
