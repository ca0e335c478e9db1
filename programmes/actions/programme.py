"""Loading the terms of a contract: what is new is added, what changed is replaced, what was paid by stays."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from partners import events
from partners.acting import ActionError, action
from partners.models import DomainEvent
from partners.viewer import Viewer
from programmes.models import Area, Contract, PaymentGroup, Programme, RuleSet, SupplyAgreement
from programmes.terms import (
    DataRow,
    EvidenceRow,
    FeeRow,
    LevelRow,
    PartyRow,
    PriceRow,
    ProfileRow,
    Published,
    PurposeRow,
    RateRow,
    RetentionRow,
    Row,
    StandardRow,
    Terms,
)
from programmes.usage import InUse, in_use

# What was paid by it stays in the books, so such a row is withdrawn and never removed.
MONEY = (PriceRow, FeeRow)


class NothingNew(ActionError):
    """The terms are loaded already."""

    code = "nothing_new"


class StillInUse(ActionError):
    """The terms leave out or move what people or providers depend on; the message has a sentence for each."""

    code = "still_in_use"


@action
def load(*, terms: Terms, by: Viewer, at: datetime) -> Contract:
    """Bring a contract in line with the terms of one file, published or illustrative; the other kind is untouched.

    A price is withdrawn and added, never edited; changed eligibility rules are a new version. Raises StillInUse, or
    NothingNew where nothing differs.
    """
    loading = Loading(by, at)
    if terms.published is None:
        contract = Contract.objects.select_for_update(no_key=True).get(code=terms.contract)
    else:
        contract = loading.contract(terms.published)
    stored = {"illustrative": terms.illustrative}
    loading.rows(contract, contract.prices.filter(withdrawn_at=None, **stored), terms.prices, PriceRow)
    loading.rows(contract, contract.fees.filter(withdrawn_at=None, **stored), terms.fees, FeeRow)
    loading.rows(contract, contract.evidence_rules.filter(**stored), terms.evidence, EvidenceRow)
    loading.rows(contract, contract.standards.filter(**stored), terms.standards, StandardRow)
    loading.rows(contract, contract.profile.filter(**stored), terms.profile, ProfileRow)
    loading.agreements(contract, terms)
    if not terms.illustrative:
        loading.rows(contract, contract.rates.all(), terms.rates, RateRow)
        loading.rows(contract, contract.minimum_levels.all(), terms.levels, LevelRow)
        for kind in (DataRow, PartyRow, PurposeRow, RetentionRow):
            said = [row for row in terms.data if isinstance(row, kind)]
            loading.rows(contract, kind.model._default_manager.filter(contract=contract), said, kind)
    if loading.refused:
        raise StillInUse(" ".join(loading.refused))
    if not loading.changes:
        raise NothingNew(f"{contract.name} is loaded already as the file says.")
    changes: dict[str, Any] = dict(loading.changes)
    events.record(
        "programme.loaded",
        contract,
        by,
        at=at,
        wall=DomainEvent.Wall.WORKSPACE,
        contract=contract.pk,
        illustrative=terms.illustrative,
        **changes,
    )
    return contract


@dataclass
class Loading:
    """One load on its way: what it changed so far, by name, and what it had to refuse."""

    by: Viewer
    at: datetime
    changes: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)

    def contract(self, published: Published) -> Contract:
        """The programme and the contract as the file says, with their areas, groups and rules."""
        programme = self.put(Programme.objects, {"code": published.programme["code"]}, published.programme)
        values = published.contract
        before = Contract.objects.select_for_update(no_key=True).filter(code=values["code"]).first()
        used = in_use(before) if before else InUse()
        if before:
            self.check_fixed(before, {**values, "programme_id": programme.pk}, used)
        contract = self.put(
            Contract.objects, {"code": values["code"]}, {**values, "programme_id": programme.pk}
        )
        self.put_all(contract, Area, published.areas, used.areas, "area")
        self.put_all(contract, PaymentGroup, published.groups, used.groups, "payment group")
        self.rules(contract, published)
        return contract

    def check_fixed(self, before: Contract, values: Mapping[str, Any], used: InUse) -> None:
        """What a contract never changes, and what it cannot change once people are on it."""
        for name, word in (("programme_id", "programme"), ("commissioner_id", "commissioner")):
            if getattr(before, name) != values[name]:
                raise StillInUse(f"{before.name} cannot change its {word}.")
        if used.people and before.starts_on != values["starts_on"]:
            self.refused.append(
                f"People are on {before.name}, which begins on {before.starts_on} here:"
                f" load its file with --starting {before.starts_on}."
            )

    def put(self, rows: Any, key: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
        """The row of this key with these values: found, brought in line, or made."""
        row = rows.filter(**key).first()
        if row is None:
            row = rows.model(tenant_id=self.by.tenant_id, **{**key, **values})
            row.save(force_insert=True)
            self.count(row, "added")
            return row
        differing = [name for name, value in values.items() if getattr(row, name) != value]
        for name in differing:
            setattr(row, name, values[name])
        if differing:
            row.save(update_fields=differing)
            self.count(row, "changed")
        return row

    def put_all(
        self,
        contract: Contract,
        model: type[Area] | type[PaymentGroup],
        wanted: Mapping[str, Mapping[str, Any]],
        used: frozenset[str],
        word: str,
    ) -> None:
        """The areas or groups of the contract: those left out go, unless somebody is in them."""
        rows = model._default_manager.filter(contract=contract)
        gone = rows.exclude(code__in=wanted)
        for row in gone:
            if row.code in used:
                self.refused.append(
                    f"The {word} {row.code} ({row.name}) cannot be left out: people are in it."
                )
            self.count(row, "removed")
        gone.exclude(code__in=used).delete()
        for code, values in wanted.items():
            self.put(rows, {"code": code, "contract": contract}, values)

    def rules(self, contract: Contract, published: Published) -> None:
        """The newest version of the eligibility rules says what the file says; earlier ones stay as they were."""
        newest = contract.rule_sets.order_by("-version").first()
        wanted = {"rules": published.rules, "source": published.rules_source}
        if newest is None or {"rules": newest.rules, "source": newest.source} != wanted:
            version = newest.version + 1 if newest else 1
            rule_set = RuleSet(
                tenant_id=self.by.tenant_id, contract=contract, version=version, made_at=self.at, **wanted
            )
            rule_set.save(force_insert=True)
            self.count(rule_set, "added")

    def rows(
        self, contract: Contract, stored: models.QuerySet, wanted: Iterable[Row], kind: type[Row]
    ) -> None:
        """Add what is new and take away what is left out. A price or fee is withdrawn: what it priced stays priced."""
        standing = {kind.of(row): row for row in stored}
        gone = [row for content, row in standing.items() if content not in set(wanted)]
        if kind in MONEY:
            stored.filter(pk__in=[row.pk for row in gone]).update(withdrawn_at=self.at)
        else:
            stored.filter(pk__in=[row.pk for row in gone]).delete()
        new = [
            kind.model(tenant_id=self.by.tenant_id, contract=contract, **row.values())
            for row in wanted
            if row not in standing
        ]
        kind.model._default_manager.bulk_create(new)
        for row in gone:
            self.count(row, "withdrawn" if kind in MONEY else "removed")
        for row in new:
            self.count(row, "added")

    def agreements(self, contract: Contract, terms: Terms) -> None:
        """Agreements change with what the file says; one that ends is given its last month, not left out."""
        standing = contract.agreements.filter(illustrative=terms.illustrative)
        for row in terms.agreements:
            key = {"contract": contract, "organisation_id": row.organisation_id}
            self.put(SupplyAgreement.objects, key, row.values())
        kept = [row.organisation_id for row in terms.agreements]
        for agreement in standing.exclude(organisation__in=kept).select_related("organisation"):
            name = agreement.organisation.name
            self.refused.append(f"The agreement with {name} cannot be left out: give it a last_month.")

    def count(self, row: models.Model, what: str) -> None:
        self.changes[f"{row._meta.model_name}_{what}"] += 1
