"""The terms charge the months: on a provider's statement when it is sealed, and between commissioner and prime."""

from datetime import date
from typing import Any

import pytest

from outcomes import charging
from outcomes.actions.charge import charge_contract, charge_statement
from outcomes.charging import lacking_an_amount
from outcomes.ledger import Unbalanced, check_balance
from outcomes.models import Charge, Entry, Journal, Statement
from participants.retention import standings
from partners import outbox
from partners.models import DomainEvent
from partners.viewer import Viewer
from programmes.models import Contract, Fee, SupplyAgreement
from programmes.months import shifted
from tests.cast import Cast, looking_as
from tests.outcomes.working import correct, started_person, work
from tests.participants.people import ago

MONTH = ago(40).replace(day=1)


def term(cast: Cast, **said: Any) -> Fee:
    with looking_as(cast.system()) as system:
        return Fee.objects.create(
            tenant_id=system.tenant_id, contract=Contract.objects.get(), source="the agreement", **said
        )


def statement(system: Viewer, month: date = MONTH) -> Statement:
    return Statement.objects.get(month=month)


def charge(cast: Cast, month: date = MONTH) -> list[tuple[str, int]]:
    """Charge Renaisi's statement of a month, and say what it was charged."""
    with looking_as(cast.system()) as system:
        made = charge_statement(statement=statement(system, month), by=system, at=system.now())
        return [(one.kind, one.pence) for one in made]


def charge_the_commissioner(cast: Cast) -> list[tuple[date, str, int]]:
    with looking_as(cast.system()) as system:
        made = charge_contract(contract=Contract.objects.get(), by=system, at=system.now())
        return [(one.month, one.kind, one.pence) for one in made]


class TestAStatement:
    def test_is_charged_the_management_fee_of_its_lines(self, cast: Cast) -> None:
        started_person(cast, days=40)
        term(cast, side="provider", kind="management_fee", share_basis_points=1_000)
        assert charge(cast) == [("management_fee", -60_00)]
        with looking_as(cast.system()) as system:
            lines = statement(system).lines.order_by("kind")
            assert list(lines.values_list("kind", "pence")) == [("accrual", 600_00), ("charge", -60_00)]
            posted = Journal.objects.get(kind="charge")
            assert posted.why == "10% of £600.00."
            assert dict(Entry.objects.filter(journal=posted).values_list("account", "pence")) == {
                "management_fee_income": -60_00,
                "provider_payable": 60_00,
            }

    def test_is_charged_once(self, cast: Cast) -> None:
        started_person(cast, days=40)
        term(cast, side="provider", kind="management_fee", share_basis_points=1_000)
        charge(cast)
        assert charge(cast) == []

    def test_is_charged_nothing_without_terms(self, cast: Cast) -> None:
        started_person(cast, days=40)
        assert charge(cast) == []

    def test_follows_the_providers_own_terms_before_those_for_all(self, cast: Cast) -> None:
        started_person(cast, days=40)
        term(cast, side="provider", kind="management_fee", share_basis_points=1_000)
        term(
            cast,
            side="provider",
            kind="management_fee",
            share_basis_points=500,
            organisation_id=cast.organisation("renaisi"),
        )
        term(
            cast,
            side="provider",
            kind="management_fee",
            share_basis_points=900,
            organisation_id=cast.organisation("i2i"),
        )
        assert charge(cast) == [("management_fee", -30_00)]

    def test_leaves_a_month_that_earlier_terms_charged_as_it_was(self, cast: Cast) -> None:
        started_person(cast, days=75)
        started_person(cast, days=40)
        old = term(cast, side="provider", kind="management_fee", share_basis_points=1_000)
        charge(cast, ago(75).replace(day=1))
        with looking_as(cast.system()) as system:
            Fee.objects.filter(pk=old.pk).update(withdrawn_at=system.now())
        term(cast, side="provider", kind="management_fee", share_basis_points=500)
        assert charge(cast) == [("management_fee", -30_00)]

    def test_frees_a_retention_once_even_under_terms_that_ended(self, cast: Cast) -> None:
        for days in (100, 70, 40):
            started_person(cast, days=days)
        held = term(cast, side="provider", kind="retention", share_basis_points=500, months=1)
        first, second, third = (ago(days).replace(day=1) for days in (100, 70, 40))
        assert charge(cast, first) == [("retention", -30_00)]
        with looking_as(cast.system()) as system:
            Fee.objects.filter(pk=held.pk).update(withdrawn_at=system.now())
        assert charge(cast, second) == [("retention_release", 30_00)]
        assert charge(cast, third) == []

    def test_frees_what_a_general_term_held_back_from_a_provider_that_has_its_own_now(
        self, cast: Cast
    ) -> None:
        for days in (70, 40):
            started_person(cast, days=days)
        term(cast, side="provider", kind="retention", share_basis_points=500, months=1)
        charge(cast, ago(70).replace(day=1))
        own = {"organisation_id": cast.organisation("renaisi")}
        term(cast, side="provider", kind="retention", share_basis_points=1_000, months=9, **own)
        assert sorted(charge(cast)) == [("retention", -60_00), ("retention_release", 30_00)]

    def test_is_not_charged_for_months_that_were_sealed_before_the_term_came(self, cast: Cast) -> None:
        for days in (100, 70, 40):
            started_person(cast, days=days)
        term(cast, side="provider", kind="management_fee", share_basis_points=1_000)
        assert charge(cast) == [("management_fee", -60_00)]

    def test_shows_a_later_month_without_what_an_open_one_before_it_will_be_charged(self, cast: Cast) -> None:
        for days in (70, 40):
            started_person(cast, days=days)
        term(cast, side="provider", kind="cap", pence=500_00, per="contract")
        with looking_as(cast.system()) as system:
            shown = charging.of_statement(statement(system))
        assert [(one.kind, one.pence) for one in shown] == [("cap", -600_00)]

    def test_is_made_where_a_month_has_no_line_but_a_retention_comes_free(self, cast: Cast) -> None:
        started_person(cast, days=70)
        term(cast, side="provider", kind="retention", share_basis_points=500, months=1)
        charge(cast, ago(70).replace(day=1))
        with looking_as(cast.system()) as system:
            outbox.enqueue("charge", system)
            last = shifted(system.today.replace(day=1), -1)
            assert not Statement.objects.filter(month=last).exists()
        outbox.work_off()
        with looking_as(cast.system()):
            made = Statement.objects.get(month=last)
            assert [one.kind for one in charging.of_statement(made)] == ["retention_release"]

    def test_shares_the_commissioners_delivery_fee(self, cast: Cast) -> None:
        started_person(cast, days=40)
        with looking_as(cast.system()):
            starts_on = Contract.objects.get().starts_on.replace(day=1)
        term(cast, side="commissioner", kind="delivery_fee", pence=1_200_00, months=12)
        term(cast, side="provider", kind="delivery_fee", share_basis_points=8_000, months=12)
        [(kind, pence)] = charge(cast)
        assert kind == "delivery_fee"
        elapsed = (MONTH.year - starts_on.year) * 12 + MONTH.month - starts_on.month + 1
        assert pence == min(elapsed, 12) * 80_00

    @pytest.mark.parametrize(("per", "pence"), [("", 12 * 100_00), ("contract", 10 * 100_00)])
    def test_counts_a_delivery_fee_from_the_providers_own_first_day(
        self, cast: Cast, per: str, pence: int
    ) -> None:
        started_person(cast, days=40)
        months = (MONTH.year - 2024) * 12 + MONTH.month
        with looking_as(cast.system()):
            SupplyAgreement.objects.filter(organisation=cast.organisation("renaisi")).update(
                starts_on=shifted(MONTH, -11)
            )
        # The contract began in January 2024; its own fee is spread over all months up to the one before the last.
        spread = 24 if not per else months - 2
        term(cast, side="provider", kind="delivery_fee", pence=spread * 100_00, months=spread, per=per)
        assert charge(cast) == [("delivery_fee", pence)]

    @pytest.mark.parametrize("per", ["", "contract"])
    def test_is_charged_no_delivery_fee_after_the_last_month_of_its_agreement(
        self, cast: Cast, per: str
    ) -> None:
        started_person(cast, days=40)
        months = (MONTH.year - 2024) * 12 + MONTH.month
        with looking_as(cast.system()):
            SupplyAgreement.objects.filter(organisation=cast.organisation("renaisi")).update(
                ends_on=shifted(MONTH, -2)
            )
        term(cast, side="provider", kind="delivery_fee", pence=months * 100_00, months=months, per=per)
        assert charge(cast) == [("delivery_fee", (months - 2) * 100_00)]

    def test_is_charged_nothing_by_a_term_without_an_amount(self, cast: Cast) -> None:
        started_person(cast, days=40)
        unknown = term(cast, side="provider", kind="delivery_fee", months=12)
        assert charge(cast) == []
        with looking_as(cast.system()):
            assert lacking_an_amount(unknown.contract_id) == [unknown]


class TestTheCommissioner:
    def test_is_charged_a_delivery_fee_for_every_month_that_ended(self, cast: Cast) -> None:
        term(cast, side="commissioner", kind="delivery_fee", pence=1_200_00, months=12)
        made = charge_the_commissioner(cast)
        with looking_as(cast.system()) as system:
            first, last = (
                Contract.objects.get().starts_on.replace(day=1),
                shifted(system.today.replace(day=1), -1),
            )
        assert [month for month, _, _ in made] == [
            month for number in range(12) if (month := shifted(first, number)) <= last
        ]
        assert {pence for _, _, pence in made} == {100_00}
        assert charge_the_commissioner(cast) == []

    def test_is_charged_a_band_for_the_outcomes_above_it(self, cast: Cast) -> None:
        for _ in range(3):
            started_person(cast, days=40)
        term(
            cast,
            side="commissioner",
            kind="volume_band",
            milestone="start",
            above=1,
            pence=50_00,
            per="contract",
        )
        assert [(kind, pence) for _, kind, pence in charge_the_commissioner(cast)] == [
            ("volume_band", 100_00)
        ]

    def test_counts_a_corrected_outcome_once_in_the_year_in_which_it_was_claimable(self, cast: Cast) -> None:
        people = [started_person(cast, days=200)[1] for _ in range(2)]
        jobs = [work(cast, enrolment, since=190) for enrolment in people]
        band = {"milestone": "short_job_outcome", "above": 1, "pence": 50_00, "per": "contract"}
        term(cast, side="commissioner", kind="volume_band", **band)
        correct(cast, jobs[0], since=189)
        assert sum(pence for *_, pence in charge_the_commissioner(cast)) == 50_00

    def test_is_charged_the_bands_of_a_renegotiated_contract_less_what_it_paid(self, cast: Cast) -> None:
        for _ in range(3):
            started_person(cast, days=75)
        old = term(
            cast,
            side="commissioner",
            kind="volume_band",
            milestone="start",
            above=1,
            pence=50_00,
            per="contract",
        )
        with looking_as(cast.system()) as system:
            early = charging.of_contract(Contract.objects.get(), ago(75).replace(day=1))
            assert [one.pence for one in early] == [100_00]
            charge_contract(contract=Contract.objects.get(), by=system, at=system.now())
            Fee.objects.filter(pk=old.pk).update(withdrawn_at=system.now())
        term(
            cast,
            side="commissioner",
            kind="volume_band",
            milestone="start",
            above=2,
            pence=70_00,
            per="contract",
        )
        with looking_as(cast.system()) as system:
            due = charging.of_contract(Contract.objects.get(), shifted(system.today.replace(day=1), 0))
        assert sum(one.pence for one in due) == 70_00 - 100_00

    def test_is_charged_every_night(self, cast: Cast) -> None:
        term(cast, side="commissioner", kind="delivery_fee", pence=1_200_00, months=12)
        with looking_as(cast.system()) as system:
            outbox.enqueue("charge", system)
        outbox.work_off()
        with looking_as(cast.system()):
            assert Charge.objects.filter(kind="delivery_fee").exists()


class TestTheBooks:
    def test_every_charge_balances_and_is_told(self, cast: Cast) -> None:
        started_person(cast, days=40)
        term(cast, side="provider", kind="management_fee", share_basis_points=1_000)
        charge(cast)
        with looking_as(cast.system()):
            journal = Journal.objects.get(kind="charge")
            check_balance([journal.pk])
            event = DomainEvent.objects.get(kind="charge.made")
            assert event.organisation_id == cast.organisation("renaisi")
            assert "pence" not in event.facts

    def test_a_charge_keeps_nobodys_records(self, cast: Cast) -> None:
        person, _ = started_person(cast, days=40)
        term(cast, side="provider", kind="management_fee", share_basis_points=1_000)
        charge(cast)
        with looking_as(cast.system()):
            assert {one.participant_id for one in standings()} == {person.pk}

    def test_a_charge_without_entries_does_not(self, cast: Cast) -> None:
        with looking_as(cast.system()) as system, pytest.raises(Unbalanced):
            check_balance([system.tenant_id])

    def test_a_provider_sees_its_own_charges_alone(self, cast: Cast) -> None:
        started_person(cast, days=40)
        term(cast, side="provider", kind="management_fee", share_basis_points=1_000)
        charge(cast)
        with looking_as(cast.mona):
            assert Charge.objects.count() == 1
        with looking_as(cast.ines):
            assert Charge.objects.count() == 0
