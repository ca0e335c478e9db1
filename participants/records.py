"""Every table that holds something about a participant, and what the duties of data protection do to it.

Which tables those are follows from their keys: whatever carries a participant, and whatever hangs on such a row by a
key of its own. What erasing does to each, and what a copy leaves out, the apps declare when they are ready; tests
hold both against PostgreSQL's catalogue and against the statements that wall.erase runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import ForeignKey, Model, Q, QuerySet

from participants.models import Participant
from partners.walls import walled_models


@dataclass(frozen=True)
class Records:
    """What is declared of one table.

    label: what its rows are called. emptied: the columns that erasing empties. removed: erasing removes the rows.
    stays: what is left of them and why. hidden: columns that a copy leaves out, being codes of the system alone.
    shown: what a copy adds of a row. reviewed: somebody must look before it is given out. left_out: why a copy has
    none of it.
    """

    label: str
    emptied: tuple[str, ...] = ()
    removed: bool = False
    stays: str = ""
    hidden: tuple[str, ...] = ()
    shown: Callable[[Any], Mapping[str, Any]] = field(default=lambda row: {})
    reviewed: bool = False
    left_out: str = ""


UNDECLARED = Records("", stays="Nobody has said what erasing does here.", reviewed=True)
_declared: dict[str, Records] = {}


def declare(model: str, label: str, **said: Any) -> None:
    """Called by the apps when they are ready; model is app.Name, the rest as in Records."""
    _declared[model.lower()] = Records(label, **said)


def of(model: type[Model]) -> Records:
    """What is declared of a table; a table of which nothing is declared is reviewed before it is given out."""
    return _declared.get(model._meta.label_lower, UNDECLARED)


def label(model: type[Model]) -> str:
    """What its rows are called."""
    return of(model).label or str(model._meta.verbose_name_plural).capitalize()


@cache
def ways() -> Mapping[type[Model], tuple[str, ...]]:
    """Each table with rows about participants, and the lookups that lead from a row to the participant's id."""
    walled = walled_models()
    found: dict[type[Model], tuple[str, ...]] = {Participant: ("id",)}
    for model in walled:
        if any(column.attname == "participant_id" for column in model._meta.concrete_fields):
            found[model] = ("participant_id",)
    while hanging := {
        model: through for model in walled if model not in found and (through := _through(model, found))
    }:
        found |= hanging
    return found


def _through(model: type[Model], found: Mapping[type[Model], tuple[str, ...]]) -> tuple[str, ...]:
    keys = [one for one in model._meta.concrete_fields if isinstance(one, ForeignKey)]
    return tuple(f"{key.name}__{way}" for key in keys for way in found.get(key.related_model, ()))


def tables() -> list[type[Model]]:
    """The tables in the order in which a copy tells of them: by app from the person upwards, then by name."""
    order = ["participants", "referrals", "outcomes", "programmes", "partners"]
    ranked = {
        app.label: order.index(app.label) if app.label in order else 99 for app in apps.get_app_configs()
    }
    return sorted(
        ways(), key=lambda one: (one is not Participant, ranked[one._meta.app_label], one._meta.model_name)
    )


def rows_of(model: type[Model], participant_id: UUID) -> QuerySet[Any]:
    """The rows of a table about one participant, as far as the viewer sees them, oldest first."""
    about = Q()
    for way in ways()[model]:
        about |= Q(**{way: participant_id})
    wanted = model._default_manager.filter(about).order_by()
    return model._default_manager.filter(pk__in=wanted.values("pk")).order_by("pk")


def counts(participant_id: UUID) -> dict[type[Model], int]:
    """How many rows of each table are about the participant, as far as the viewer sees them."""
    return {model: rows_of(model, participant_id).count() for model in tables()}
