"""The form by which a plan is agreed."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from participants.actions.plan import MOST_ACTIONS
from participants.forms import SIDE_BY_SIDE, CaseForm
from participants.models import Plan, PlanAction, Whose
from programmes.models import Contract

# After how many days a plan is looked at again, unless somebody says otherwise.
USUAL_REVIEW = 28


class PlanForm(CaseForm):
    """What the participant is working towards, what will be done by whom and when, and how it was agreed.

    Rows of actions left empty are none. A new version begins from what is not done of the last one. lasts: the version
    in force by the code of its contract, the newest first.
    """

    FIELD_OF = {
        "nothing_agreed": "what_0",
        "agreed_in_future": "agreed_on",
        "agreed_before_assignment": "agreed_on",
        "review_too_soon": "review_on",
    }

    goal = forms.CharField(label="What is the participant working towards?", max_length=300)
    agreed_on = forms.DateField(label="Agreed on", widget=forms.DateInput())
    how = forms.ChoiceField(label="How was it agreed?", choices=Plan.How.choices, widget=SIDE_BY_SIDE)
    review_on = forms.DateField(label="Look at it again on", widget=forms.DateInput())

    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any, *, contracts: Sequence[Contract], lasts: Mapping[str, Plan], today: date
    ) -> None:
        last = next(iter(lasts.values()), None)
        first: dict[str, Any] = {
            **({"contract": last.contract.code, "goal": last.goal} if last else {}),
            "agreed_on": today,
            "how": Plan.How.IN_PERSON,
            "review_on": today + timedelta(days=USUAL_REVIEW),
            "seen": self._states(lasts),
        }
        open_actions = [one for one in last.steps if one.done_on is None] if last else []
        for row, one in enumerate(open_actions):
            first |= {f"what_{row}": one.what, f"whose_{row}": one.whose, f"due_on_{row}": one.due_on}
        super().__init__(data, contracts=contracts, initial=first)
        for row in range(MOST_ACTIONS):
            self._add_row(row)

    @staticmethod
    def _states(lasts: Mapping[str, Plan]) -> str:
        return " ".join(f"{code}={plan.state}" for code, plan in lasts.items())

    def look_again(self, lasts: Mapping[str, Plan]) -> None:
        """What lies before the writer now is what the next attempt has seen."""
        self.data = {**{name: self.data.get(name) for name in self.data}, "seen": self._states(lasts)}

    def _add_row(self, row: int) -> None:
        number = row + 1
        what = {"required": False, "max_length": 200, "label": f"Action {number}"}
        self.fields[f"what_{row}"] = forms.CharField(**what)  # type: ignore[arg-type]
        self.fields[f"whose_{row}"] = forms.ChoiceField(
            label="Who does it", choices=Whose.choices, required=False
        )
        self.fields[f"due_on_{row}"] = forms.DateField(
            label="By when", required=False, widget=forms.DateInput()
        )

    @property
    def head(self) -> list[forms.BoundField]:
        """What stands before the actions."""
        return [self[name] for name in ("seen", "contract", "goal")]

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField, forms.BoundField]]:
        """The fields of each action."""
        return [
            (self[f"what_{row}"], self[f"whose_{row}"], self[f"due_on_{row}"]) for row in range(MOST_ACTIONS)
        ]

    @property
    def foot(self) -> list[forms.BoundField]:
        """What stands after them."""
        return [self[name] for name in ("how", "agreed_on", "review_on")]

    def clean(self) -> dict[str, Any]:
        """An action needs its day, and a day its action."""
        said = super().clean() or self.cleaned_data
        for row in range(MOST_ACTIONS):
            what, due = said.get(f"what_{row}"), said.get(f"due_on_{row}")
            if what and not due and f"due_on_{row}" not in self.errors:
                self.add_error(f"due_on_{row}", "Enter the day by which it will be done")
            if due and not what:
                self.add_error(f"what_{row}", "Enter what will be done by that day")
        return said

    @property
    def said(self) -> dict[str, Any]:
        """What was agreed, as the action takes it."""
        said = self.cleaned_data
        states = dict(one.partition("=")[::2] for one in said["seen"].split())
        return {
            "seen": states.get(said["contract"].code, ""),
            "actions": list(self._actions()),
            **{name: said[name] for name in ("contract", "goal", "how", "agreed_on", "review_on")},
        }

    def _actions(self) -> Iterator[PlanAction]:
        said = self.cleaned_data
        for row in range(MOST_ACTIONS):
            if said[f"what_{row}"]:
                whose = Whose(said[f"whose_{row}"] or Whose.PARTICIPANT)
                yield PlanAction(row, said[f"what_{row}"], whose, said[f"due_on_{row}"])
