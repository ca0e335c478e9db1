"""Which paper a sealed statement becomes, decided by the dated facts about whoever supplies it.

An agreement to self-billing in force on the day makes it an invoice, or a credit note where the total is below zero,
with VAT where the provider is registered that day; without one it is a remittance advice against the provider's own
invoice. Source: VAT Notice 700/62. Words, rates and their sources stand in paper.toml.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import Max

from outcomes.models import Paper, SelfBillingAgreement, Statement, VatStatus
from outcomes.pricing import share
from partners.models import Organisation

WORDS = Path(__file__).with_name("paper.toml")
Kind = Paper.Kind


@cache
def words() -> dict[str, Any]:
    """What paper.toml says."""
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Party:
    """As whom an organisation stands on a paper of one day; its VAT number is empty where it is not registered."""

    name: str
    address: str = ""
    vat_number: str = ""

    @classmethod
    def on(cls, organisation: Organisation, day: date) -> "Party":
        """The organisation by the newest of its dated rows; only by name where it has none yet."""
        status = status_on(organisation, day)
        if status is None:
            return cls(organisation.name)
        return cls(status.legal_name, status.address, status.vat_number)


def status_on(organisation: Organisation, day: date) -> VatStatus | None:
    """The organisation's VAT status of a day; None where nobody has recorded one."""
    return in_force(VatStatus.objects.filter(organisation=organisation, voided_at=None), day)


def agreement_on(organisation: Organisation, day: date) -> SelfBillingAgreement | None:
    """The agreement to self-billing that is in force on a day."""
    found = SelfBillingAgreement.objects.filter(organisation=organisation, voided_at=None)
    return agreed(found, day)


def in_force(statuses: Iterable[VatStatus], day: date) -> VatStatus | None:
    """Of one organisation's statuses the one of a day."""
    begun = [one for one in statuses if one.from_on <= day]
    return max(begun, key=lambda one: one.from_on, default=None)


def agreed(agreements: Iterable[SelfBillingAgreement], day: date) -> SelfBillingAgreement | None:
    """Of one organisation's agreements the one of a day; the latest where several hold."""
    holding = [one for one in agreements if one.starts_on <= day <= one.ends_on]
    return max(holding, key=lambda one: one.starts_on, default=None)


def kind_of(organisation: Organisation, pence: int, day: date) -> Paper.Kind:
    """What a statement of this total becomes when it is sealed on the day."""
    if agreement_on(organisation, day) is None:
        return Kind.REMITTANCE
    return Kind.INVOICE if pence >= 0 else Kind.CREDIT_NOTE


def vat_rate(day: date) -> dict[str, Any]:
    """The rate in force on a day: from, basis_points and source."""
    return max((rate for rate in words()["vat_rates"] if rate["from"] <= day), key=lambda rate: rate["from"])


def written(statement: Statement, pence: int, day: date) -> Paper:
    """The paper of a statement that comes to so many pence without VAT, ready to be saved. Runs as the system, with
    the workspace's numbers held."""
    organisation = statement.organisation
    customer = Organisation.objects.get(kind=Organisation.Kind.PRIME)
    kind = kind_of(organisation, pence, day)
    supplier, payer = Party.on(organisation, day), Party.on(customer, day)
    is_vat = kind != Kind.REMITTANCE and bool(supplier.vat_number)
    rate = vat_rate(day) if is_vat else None
    points = rate["basis_points"] if rate else None
    last = Paper.objects.filter(kind=kind).aggregate(last=Max("number"))["last"] or 0
    return Paper(
        tenant_id=statement.tenant_id,
        statement=statement,
        organisation=organisation,
        kind=kind,
        number=last + 1,
        issued_on=day,
        supplier_name=supplier.name,
        supplier_address=supplier.address,
        supplier_vat_number=supplier.vat_number,
        customer_name=payer.name,
        customer_address=payer.address,
        net_pence=pence,
        vat_basis_points=points,
        vat_pence=share(pence, points, words()["vat"]["rounding"]) if points else 0,
        wording=_wording(kind, last + 1, supplier, payer, rate),
    )


def _wording(
    kind: Kind, number: int, supplier: Party, customer: Party, rate: dict[str, Any] | None
) -> dict[str, str]:
    said = words()[kind]
    name = f"{said['prefix']}-{number:05}"
    filled = {"supplier": supplier.name, "customer": customer.name, "number": name}
    return {
        "number": name,
        "title": said["title"],
        "total": said["total"],
        "first": said["first"].format(**filled),
        "vat": (said["vat"] if rate else said["no_vat"]).format(**filled),
        "vat_source": rate["source"] if rate else "",
        "source": said["source"],
    }
