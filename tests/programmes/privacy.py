"""Contracts for the tests that say who answers for their data."""

from partners.models import Organisation
from programmes.models import Contract, DataParty, DataTerms, RetentionRule
from tests.cast import Cast, looking_as

TERMS = {"erasure": "on_request", "retention_run": "review", "source": "test"}


def state(cast: Cast, contract: Contract, *controllers: str, **terms: str) -> None:
    """Say that these organisations control the contract's data."""
    role = "joint_controller" if len(controllers) > 1 else "controller"
    with looking_as(cast.system()) as system:
        here = {"tenant_id": system.tenant_id, "contract": contract}
        DataTerms.objects.create(**here, **{**TERMS, **terms})
        for slug in controllers:
            organisation: Organisation = cast.organisations[slug]
            DataParty.objects.create(**here, organisation=organisation, role=role, source="test")


def keep_for(cast: Cast, contract: Contract, *, months: int, counted_from: str = "live_interest") -> None:
    """Say how long the contract's records are kept."""
    with looking_as(cast.system()) as system:
        RetentionRule.objects.create(
            tenant_id=system.tenant_id,
            contract=contract,
            records="supporting",
            length=months,
            unit="months",
            counted_from=counted_from,
            source="test",
        )


def another(cast: Cast, code: str = "second") -> Contract:
    """Another contract with the same areas, rules, agreements and prices as the cast's own."""
    with looking_as(cast.system()):
        first = Contract.objects.get(pk=cast.contract.pk)
        children = [
            *first.areas.all(),
            *first.groups.all(),
            *first.rule_sets.all(),
            *first.agreements.all(),
            *first.prices.all(),
        ]
        first.pk, first.code, first.name = None, code, f"The {code} contract"
        made = Contract.objects.create(
            **{name: value for name, value in vars(first).items() if name not in ("_state", "id")}
        )
        for row in children:
            values = {name: value for name, value in vars(row).items() if name not in ("_state", "id")}
            type(row)._default_manager.create(**{**values, "contract_id": made.pk})
        return made
