"""Rows of days on benefit, written by the actions of a spell. It is known by its row key, or else by its person,
its benefit and its first day.
"""

from datetime import date, datetime
from typing import Any

from django.db.models import Q

from outcomes.actions import benefit as benefits
from outcomes.actions.benefit import OnBenefit
from outcomes.imports.writing import (
    CannotImport,
    Importer,
    Outcome,
    Told,
    Values,
    changes,
    spoken,
    unless_corrected,
)
from outcomes.models import BenefitSpell
from participants.models import Enrolment
from partners.viewer import Viewer, acting_as, london_date


def put(values: Values, importer: Importer) -> Told:
    """Note days on benefit, or correct those that are here. What was corrected or withdrawn here stays as it is.

    Raises ActionError where they cannot be noted.
    """
    enrolment = importer.enrolment_of(values, values["starts_on"])
    by = importer.on_behalf(enrolment)
    key = _key(values, enrolment, importer)
    known = _known(values, key, enrolment, importer)
    in_force = next((one for one in known if one.voided_at is None), None)
    if in_force is not None:
        return _again(in_force, known, values, by, importer.at)
    if known:
        withdrawn = max(one.voided_at for one in known if one.voided_at)
        return Told(Outcome.LEFT, f"Withdrawn here on {spoken(london_date(withdrawn))}, not brought back.")
    spell = OnBenefit(values["benefit"], values["starts_on"], values.get("ends_on"), BenefitSpell.Source.FILE)
    noted = benefits.note(enrolment=enrolment, spell=spell, row_key=key, by=by, at=importer.at)
    _check_overlaps(noted, "row_key" in values, importer)
    return Told(Outcome.NEW)


def _key(values: Values, enrolment: Enrolment, importer: Importer) -> str:
    """The key that the file gives is the organisation's own; one that follows from the row is anybody's."""
    if given := values.get("row_key"):
        return importer.key("benefits", importer.contract.pk, importer.viewer.organisation_id, given)
    said = (enrolment.participant_id, values["benefit"], values["starts_on"])
    return importer.key("benefits", importer.contract.pk, *said)


def _known(values: Values, key: str, enrolment: Enrolment, importer: Importer) -> list[BenefitSpell]:
    """The spell as it was noted before, by this file, another or a person: for whichever start on the contract.

    Raises CannotImport where the row is noted for somebody else.
    """
    same = Q(
        participant=enrolment.participant_id,
        contract=importer.contract,
        benefit=values["benefit"],
        starts_on=values["starts_on"],
    )
    with acting_as(importer.system):
        found = BenefitSpell.objects.filter(same | Q(row_key=key)).order_by("noted_at", "pk")
        known = list(found.select_related("enrolment__participant", "enrolment__contract"))
    theirs = [one for one in known if one.participant_id == enrolment.participant_id]
    if any(one.voided_at is None for one in known if one not in theirs):
        raise CannotImport("This row was imported for somebody else before. Withdraw those days first.")
    return theirs


def _check_overlaps(new: BenefitSpell, has_key: bool, importer: Importer) -> None:
    """Raises CannotImport where the same benefit was noted for some of the days: nobody receives it twice.

    Two rows with keys of their own say themselves that they are two.
    """
    same = BenefitSpell.objects.filter(
        Q(ends_on=None) | Q(ends_on__gte=new.starts_on),
        participant=new.participant_id,
        contract=new.contract_id,
        benefit=new.benefit,
        starts_on__lte=new.ends_on or date.max,
        voided_at=None,
    ).exclude(pk=new.pk)
    with acting_as(importer.system):
        noted = (same.filter(row_key="") if has_key else same).order_by("starts_on", "pk").first()
    if noted is not None:
        raise CannotImport(
            f"Days on this benefit are noted from {spoken(noted.starts_on)}. Correct those here, or give the row key"
            " that they came with."
        )


def _again(
    in_force: BenefitSpell, known: list[BenefitSpell], values: Values, by: Viewer, at: datetime
) -> Told:
    """The spell is here: nothing, or a correction. A file that names no last day says nothing about it."""
    here = _says(in_force)
    given = {name: values.get(name, here[name]) for name in here}
    if given == here:
        return Told(Outcome.SAME)
    said = unless_corrected(given, here, [_says(one) for one in known if one is not in_force])
    if said == here:
        return Told(Outcome.LEFT, "Corrected here since. Correct it here again if the file is right.")
    spell = OnBenefit(**said, source=BenefitSpell.Source.FILE)
    benefits.correct(noted=in_force, spell=spell, by=by, at=at)
    return Told(Outcome.CHANGED, _what_changes(in_force, spell))


def _says(noted: BenefitSpell) -> dict[str, Any]:
    return {"benefit": noted.benefit, "starts_on": noted.starts_on, "ends_on": noted.ends_on}


def _what_changes(old: BenefitSpell, new: OnBenefit) -> str:
    last = [spoken(day) if day else "none" for day in (old.ends_on, new.ends_on)]
    said = changes(
        {
            "first day": (spoken(old.starts_on), spoken(new.starts_on)),
            "last day": (last[0], last[1]),
        }
    )
    return said or "Another benefit."
