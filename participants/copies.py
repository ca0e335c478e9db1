"""A copy of everything that is held about a participant (UK GDPR Article 15): what stands in it, and as which files.

Staff appear by role and organisation, and nobody else's rows are in it. Sections that were withheld are left out
whole; that something was withheld is said, what it was is not.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import BinaryField, Field, Model, QuerySet

from participants import records
from participants.models import Document, Participant, SectionReview, SubjectRequest
from partners import files
from partners.models import ApiKey, DomainEvent, Membership, Organisation, Tenant
from partners.permissions import Role
from programmes.models import Contract
from programmes.privacy import Privacy, privacy_of

# Not of the person but of the database.
TECHNICAL = frozenset({"tenant", "participant", "participant_id"})
LAW = (
    "You have the right to this copy under Article 15 of the UK GDPR. You may ask for what is wrong to be put right,"
    " object to how your information is used, or complain to the Information Commissioner's Office at ico.org.uk."
)


@dataclass(frozen=True)
class Section:
    """One table of a copy: its rows as plain values, and what the table and its fields mean."""

    code: str
    label: str
    meaning: str
    fields: Mapping[str, Any]
    rows: list[dict[str, Any]]


def document(request: SubjectRequest, at: datetime) -> dict[str, Any]:
    """Everything as plain values, ready for JSON. Runs as the system, which sees all rows; moments are in UTC."""
    reviews = {review.section: review for review in SectionReview.objects.filter(request=request)}
    withheld = {code: review for code, review in reviews.items() if review.exemption}
    found = list(sections(request.participant, leave_out=withheld.keys()))
    left_out = [
        {"records": records.label(model), "why": records.of(model).left_out}
        for model in records.tables()
        if records.of(model).left_out
    ]
    return {
        "about": {
            "workspace": Tenant.objects.get(pk=request.tenant_id).name,
            "participant": request.participant.reference,
            "request": request.reference,
            "made_at": at.isoformat(),
            "law": LAW,
        },
        "contracts": [plain_privacy(privacy) for privacy in privacy_of(contracts_of(request.participant))],
        "sections": [vars(section) for section in found],
        "left_out": left_out,
        "withheld": sorted({review.get_exemption_display() for review in withheld.values()}),
    }


def contracts_of(participant: Participant) -> list[Contract]:
    """The contracts on which the person is or was, by any row that names one."""
    ids: set[UUID] = set()
    for model in records.tables():
        if any(column.attname == "contract_id" for column in model._meta.concrete_fields):
            ids |= set(records.rows_of(model, participant.pk).values_list("contract_id", flat=True))
    return list(Contract.objects.filter(pk__in=ids).order_by("name"))


def plain_privacy(privacy: Privacy) -> dict[str, Any]:
    """Who answers for the data of a contract, why it is used and how long it is kept, as words."""
    return {
        "contract": privacy.contract.name,
        "stated": privacy.is_stated,
        "who": [f"{party.who}: {party.get_role_display().lower()}" for party in privacy.parties],
        "why": [
            {
                "purpose": one.sentence,
                "basis": one.get_lawful_basis_display(),
                "condition": one.condition_in_words,
            }
            for one in privacy.purposes
        ],
        "kept": [f"{rule.get_records_display()}: {rule}" for rule in privacy.retention],
    }


def sections(participant: Participant, leave_out: Iterable[str] = ()) -> Iterator[Section]:
    """The tables that hold anything about the participant, but for those to leave out (labels of models)."""
    skipped = set(leave_out)
    found = {
        model: list(about(model, participant, skipped))
        for model in records.tables()
        if model._meta.label_lower not in skipped and not records.of(model).left_out
    }
    read = {model: [plain_row(row) for row in rows] for model, rows in found.items() if rows}
    names = Names.of(value for rows in read.values() for row in rows for value in values_in(row))
    for model, rows in read.items():
        yield Section(
            code=model._meta.label_lower,
            label=records.label(model),
            meaning=" ".join((model.__doc__ or "").split("\n\n")[0].split()),
            fields={field.name: meaning_of(field) for field in shown_fields(model)},
            rows=[{name: names.named(value) for name, value in row.items()} for row in rows],
        )


def about(model: type[Model], participant: Participant, skipped: Iterable[str]) -> QuerySet[Any]:
    """The rows of a table that a copy gives out: what is told of left-out tables would tell what was left out."""
    rows = records.rows_of(model, participant.pk)
    if not any(column.name == "subject_type" for column in model._meta.concrete_fields):
        return rows
    unsaid = {one._meta.model_name for one in records.tables() if records.of(one).left_out}
    unsaid |= {label.partition(".")[2] for label in skipped}
    rows = rows.exclude(subject_type__in=unsaid)
    return rows.exclude(wall=DomainEvent.Wall.SAFEGUARDING) if skipped else rows


def shown_fields(model: type[Model]) -> list[Field]:
    """The columns that a copy gives out."""
    hidden = TECHNICAL | set(records.of(model).hidden)
    return [column for column in model._meta.concrete_fields if column.name not in hidden]


def meaning_of(column: Field) -> Any:
    """What a column says, and what its codes stand for."""
    words = str(column.verbose_name).capitalize()
    return (
        {"meaning": words, "codes": {str(k): str(v) for k, v in column.flatchoices}}
        if column.choices
        else words
    )


def plain_row(row: Model) -> dict[str, Any]:
    """The columns of a row by name, and what is shown of it besides."""
    values = {column.name: getattr(row, column.attname) for column in shown_fields(type(row))}
    assert not any(isinstance(column, BinaryField) for column in shown_fields(type(row))), type(row)
    return {**values, **records.of(type(row)).shown(row)}


def values_in(value: Any) -> Iterator[Any]:
    """The value and, of a table or a list, everything in it."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from values_in(part)
    else:
        yield value


@dataclass(frozen=True)
class Names:
    """What ids in a copy stand for: staff by role and organisation, organisations and contracts by name."""

    by_id: Mapping[str, str]

    @classmethod
    def of(cls, values: Iterable[Any]) -> Names:
        ids = {found for value in values if (found := as_id(value))}
        places = (
            Membership.objects.filter(user_id__in=ids).select_related("organisation").order_by("started_on")
        )
        staff = {place.user_id: f"{Role(place.role).label}, {place.organisation.name}" for place in places}
        keys = ApiKey.objects.filter(pk__in=ids).select_related("organisation")
        machines = {key.pk: f"System of {key.organisation.name}" for key in keys}
        organisations = dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "name"))
        contracts = dict(Contract.objects.filter(pk__in=ids).values_list("pk", "name"))
        named = {**staff, **machines, **organisations, **contracts}
        return cls({str(pk): name for pk, name in named.items()})

    def named(self, value: Any) -> Any:
        """The value as JSON has it, with names for the ids that have one."""
        if isinstance(value, dict):
            return {name: self.named(part) for name, part in value.items()}
        if isinstance(value, list):
            return [self.named(part) for part in value]
        if value is None or (isinstance(value, bool | int | str) and not as_id(value)):
            return value
        if isinstance(value, datetime | date):
            return value.isoformat()
        return self.by_id.get(str(value), str(value))


def as_id(value: Any) -> UUID | None:
    """The value as an id, where it is one."""
    if isinstance(value, UUID):
        return value
    if not isinstance(value, str) or len(value) != 36:
        return None
    try:
        return UUID(value)
    except ValueError:
        return None


def archive(found: dict[str, Any], participant: Participant) -> bytes:
    """A ZIP of data.json and of the person's documents, as they were kept."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("data.json", json.dumps(found, indent=2, ensure_ascii=False))
        has_documents = any(section["code"] == "participants.document" for section in found["sections"])
        for one in Document.objects.filter(participant=participant) if has_documents else ():
            try:
                made.writestr(f"documents/{one.pk}", files.read(one.stored_as, tenant_id=one.tenant_id))
            except files.NoSuchFile:  # removed by mistake or on purpose; the row tells so
                continue
    return content.getvalue()
