"""The form of the forecast call."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from outcomes.actions.commitment import COUNTED
from outcomes.forms import Refusable
from outcomes.models import Commitment
from participants.caseload import held_by
from participants.models import Participant
from partners.viewer import Viewer
from programmes.measures import BY_CODE
from programmes.models import Contract
from programmes.months import shifted

BETWEEN = re.compile(r"[\s,;]+")
MOST_NAMED = 500


class CommitForm(Refusable):
    """How many of each count in which month, and of whom."""

    FIELD_OF = {"not_this_month": "month", **{f"too_many_{code}": f"people_{code}" for code in COUNTED}}

    month = forms.ChoiceField(label="Month")
    note = forms.CharField(
        label="What the call should know",
        required=False,
        max_length=300,
        help_text="The prime reads it. Do not name anybody here.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        data: Any,
        *,
        contract: Contract,
        viewer: Viewer,
        codes: Iterable[str],
        before: Commitment | None,
    ) -> None:
        self.contract, self.viewer = contract, viewer
        self.codes = [code for code in COUNTED if code in set(codes)]
        super().__init__(data, initial={code: getattr(before, code) for code in self.codes} if before else {})
        this = viewer.today.replace(day=1)
        self.choose("month", [(f"{one:%Y-%m}", f"{one:%B %Y}") for one in (this, shifted(this, 1))])
        for code in self.codes:
            label = BY_CODE[code].label
            self.fields[code] = forms.IntegerField(
                label=label,
                min_value=0,
                max_value=9_999,
                help_text="In the whole month, those reached already too.",
            )
            self.fields[f"people_{code}"] = forms.CharField(
                label=f"{label}: who is still expected",
                required=False,
                help_text="References from your caseload, such as PT-7K3M-92, one on each line.",
                widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
            )
        self.order_fields(
            ["month", *(name for code in self.codes for name in (code, f"people_{code}")), "note"]
        )

    def clean(self) -> dict[str, Any]:
        """The people, as the viewer may see them and holds them on the contract today."""
        asked = {code: self._references(code) for code in self.codes}
        wanted = {one for references in asked.values() for one in references}
        held = held_by(self.viewer).filter(contract=self.contract)
        found = Participant.objects.filter(reference__in=wanted, pk__in=held.values("participant_id"))
        known = {one.reference: one for one in found}
        self.people = {code: [known[one] for one in asked[code] if one in known] for code in self.codes}
        for code, references in asked.items():
            missing = [one for one in references if one not in known]
            if missing:
                self.add_error(
                    f"people_{code}", f"Not in your caseload on this contract: {', '.join(missing[:5])}."
                )
        return self.cleaned_data

    def _references(self, code: str) -> list[str]:
        words = BETWEEN.split(str(self.cleaned_data.get(f"people_{code}", "")).upper())
        return list(dict.fromkeys(one for one in words if one))[:MOST_NAMED]

    @property
    def said(self) -> dict[str, Any]:
        """What the action takes."""
        year, number = self.cleaned_data["month"].split("-")
        return {
            "contract": self.contract,
            "month": date(int(year), int(number), 1),
            "numbers": {code: self.cleaned_data[code] for code in self.codes},
            "people": self.people,
            "note": self.cleaned_data["note"],
        }
