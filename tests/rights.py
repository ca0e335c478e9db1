"""What data protection law adds about somebody: requests, a copy, a hold, and what allows data to be carried."""

from datetime import timedelta
from typing import Any

from participants.models import LegalHold, Participant, SharingBasis, SubjectCopy, SubjectRequest
from partners import files
from partners.identifiers import uuid7
from partners.viewer import Viewer
from programmes.models import Contract
from tests.cast import Cast, looking_as

# The section of a copy that everybody has.
SECTION = "participants.participant"
WORDS = b"{}"


def rights_of(cast: Cast, person: Participant, mark: str) -> dict[str, list[tuple[str, ...]]]:
    """A request for a copy with the copy made, a request for erasure and a hold; mark makes references unlike."""
    with looking_as(Viewer.system(person.tenant_id, "test")) as system:
        access, erasure = (
            request_of(cast, system, person, kind, f"DR-{mark}{letter}-22")
            for kind, letter in (("access", "A"), ("erasure", "B"))
        )
        within: dict[str, Any] = {"tenant_id": person.tenant_id, "participant": person}
        copy = SubjectCopy.objects.create(
            **within,
            request=access,
            asked_by=cast.users["sara"],
            asked_at=system.now(),
            made_at=system.now(),
            expires_at=system.now() + timedelta(days=14),
            data_stored_as=files.keep(WORDS, tenant_id=person.tenant_id),
            letter_stored_as=files.keep(WORDS, tenant_id=person.tenant_id),
        )
        hold = LegalHold.objects.create(
            **within,
            reason=f"A claim of {person.family_name}",
            review_on=system.today + timedelta(days=90),
            placed_by=cast.users["sara"],
            placed_at=system.now(),
        )
    return {
        "request": [(access.reference,), (erasure.reference,)],
        "section": [(access.reference, SECTION)],
        "copy": [(str(copy.pk), kind) for kind in ("data", "letter")],
        "hold": [(str(hold.pk),)],
    }


def request_of(cast: Cast, system: Viewer, person: Participant, kind: str, reference: str) -> SubjectRequest:
    """An open request, asked for on the person's behalf by an administrator who is not the one of the test."""
    return SubjectRequest.objects.create(
        tenant_id=person.tenant_id,
        reference=reference,
        participant=person,
        kind=kind,
        received_on=system.today,
        due_on=system.today + timedelta(days=30),
        opened_by=cast.users["priya"],
        opened_at=system.now(),
    )


def basis_on(cast: Cast, contract: Contract) -> str:
    """A basis recorded in the contract's workspace, for carrying data from it to another one; its id."""
    with looking_as(Viewer.system(contract.tenant_id, "test")) as system:
        other = Contract.objects.get(pk=contract.pk)
        other.pk, other.code, other.name = uuid7(), f"{contract.code}-2", f"{contract.name} 2"
        other.save(force_insert=True)
        basis = SharingBasis.objects.create(
            tenant_id=contract.tenant_id,
            from_contract=contract,
            to_contract=other,
            basis="sharing_agreement",
            agreement="Agreement 7",
            starts_on=system.today,
            recorded_by=cast.users["sara"],
            recorded_at=system.now(),
        )
    return str(basis.pk)
