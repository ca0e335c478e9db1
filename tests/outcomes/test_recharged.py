"""What was charged by the month against its facts: equal for every kind, and whatever somebody changes is found."""

from datetime import timedelta
from io import StringIO
from threading import Event, Thread
from time import sleep

import pytest
from django.core.management import call_command
from django.db import connection

from outcomes.actions import adjustment as adjustments
from outcomes.actions.charge import charge_contract
from outcomes.known import earlier
from outcomes.models import Adjustment, Charge, Journal, Recovery
from outcomes.recharged import recharge
from partners import outbox
from partners.models import DomainEvent
from programmes.models import Contract, Fee, SupplyAgreement
from tests.cast import Cast, looking_as
from tests.outcomes.claiming import WORTH, settle
from tests.outcomes.sampling import claimed_before, draw, items, judge, paid_before, recover
from tests.outcomes.settling import ended, of_month, sealed
from tests.outcomes.test_charging import term
from tests.outcomes.test_cost_action import by_cost, claim, withdraw
from tests.outcomes.test_replay import tampered, verified
from tests.outcomes.test_sample_action import withdraw_work
from tests.outcomes.working import correct, end, started_person, work
from tests.participants.people import ago

pytestmark = pytest.mark.django_db(transaction=True)


def of(kind: str, side: str = "provider") -> str:
    """The charges of a kind on one side."""
    return f"(select id from outcomes_charge where kind = '{kind}' and side = '{side}')"


def altered(kind: str) -> str:
    """Make every charge of a kind a penny more, on its journal and its entries too, so that all of them agree."""
    charges = f"in (select id from outcomes_charge where kind = '{kind}')"
    return (
        f"update outcomes_charge set pence = pence + 1 where kind = '{kind}';"
        f" update outcomes_entry e set pence = e.pence + (case when e.pence = j.pence then 1 else -1 end)"
        f" from outcomes_journal j where j.id = e.journal_id and j.charge_id {charges};"
        f" update outcomes_journal set pence = pence + 1 where charge_id {charges}"
    )


JOURNAL, GONE = "update outcomes_journal set", of("delivery_fee", "commissioner")
CHANGES = {
    "another amount on the journal": f"{JOURNAL} pence = pence + 1 where charge_id in {of('delivery_fee')}",
    "entries that balance": "update outcomes_entry set pence = pence * 2 where account = 'retention_held'",
    "another account": "update outcomes_entry set account = 'x' where account = 'management_fee_income'",
    "another statement": f"{JOURNAL} statement_id = null where charge_id in {of('cap')}",
    "another day": f"{JOURNAL} claimable_from = claimable_from - 1 where charge_id in {of('volume_band')}",
    "other words": f"{JOURNAL} why = 'Because.' where charge_id in {of('recovery')}",
    "another cost": "update outcomes_actualcost set pence = pence - 1",
    "another adjustment": "update outcomes_adjustment set pence = pence - 1",
    "another error": "update outcomes_claimsum set paid_pence = paid_pence - 1",
    "another provider": "update outcomes_charge set organisation_id = null where kind = 'adjustment'",
    "a journal taken out": f"delete from outcomes_journal where charge_id in {of('actual_cost', 'commissioner')}",
    "a charge taken out": "delete from outcomes_entry where journal_id in"
    f" (select id from outcomes_journal where charge_id in {GONE});"
    f" delete from outcomes_journal where charge_id in {GONE};"
    " delete from outcomes_charge where kind = 'delivery_fee' and side = 'commissioner'",
    "a charge of nobody's": "delete from partners_domainevent where kind = 'charge.made' and subject_id in"
    f" {of('recovery', 'commissioner')}",
}


def story(cast: Cast) -> None:
    """Every way in which money is charged, with people whose milestones were reached and taken back."""
    terms(cast)
    by_cost(cast)
    for days in (100, 70, 40):
        sealed(cast, ended(cast, days=days))
    cost = claim(cast)
    withdraw(cast, cost)
    adjusted(cast)
    paid_before(cast, 3)
    sample = draw(cast, 2)
    wrong, sound = items(cast, sample)
    judge(cast, wrong)
    judge(cast, sound, "sound")
    recover(cast, sample)
    withdraw_work(cast, wrong)
    end(cast, work(cast, started_person(cast)[1], since=150), days=30)
    correct(cast, work(cast, started_person(cast)[1], since=120), since=110)
    nightly(cast)


def terms(cast: Cast) -> None:
    """All kinds of terms, on the sides that they have."""
    term(cast, side="commissioner", kind="delivery_fee", pence=1_200_000, months=60)
    term(cast, side="provider", kind="delivery_fee", share_basis_points=8_000, months=60)
    term(cast, side="provider", kind="management_fee", share_basis_points=1_000)
    term(cast, side="provider", kind="retention", share_basis_points=500, months=1)
    term(cast, side="provider", kind="cap", pence=1_000_00, per="contract")
    for side in ("commissioner", "provider"):
        band = {"milestone": "start", "above": 1, "pence": 50_00, "per": "contract"}
        term(cast, side=side, kind="volume_band", **band)


def adjusted(cast: Cast) -> Adjustment:
    with looking_as(cast.frank) as frank:
        asked = adjustments.ask(
            statement=of_month(cast, ago(40)),
            pence=-1_234,
            reason="audit",
            words="Twice.",
            by=frank,
            at=frank.now(),
        )
    with looking_as(cast.cleo) as cleo:
        return adjustments.approve(adjustment=asked, by=cleo, at=cleo.now())


def nightly(cast: Cast, later: timedelta = timedelta()) -> None:
    with looking_as(cast.system()) as system:
        charge_contract(contract=cast.contract, by=system, at=system.now() + later)


def test_every_journal_of_every_kind_is_compared_and_equal(cast: Cast) -> None:
    story(cast)
    printed, code = verified()
    with looking_as(cast.system()):
        whole = Journal.objects.count()
        kinds = set(Charge.objects.values_list("side", "kind"))
        assert set(Journal.objects.values_list("kind", flat=True)) == set(Journal.Kind.values)
    assert code == 0, printed
    assert f"serco: {whole:,} of {whole:,} journals compared, 0 of enrolments that are due" in printed
    assert {kind for _, kind in kinds} == set(Charge.Kind.values)
    assert {kind for side, kind in kinds if side == "commissioner"} == {
        "delivery_fee",
        "volume_band",
        "actual_cost",
        "recovery",
    }


def newly_found(cast: Cast, change: str, before: set[str]) -> set[str]:
    """What is found once somebody whom nothing binds has changed something, and was not before."""
    tampered(change)
    with looking_as(cast.system()):
        found = {finding.words for finding in recharge(cast.contract).findings}
    new = found - before
    before |= found
    return new


def test_a_charge_of_each_kind_that_was_altered_with_its_journal_is_found(cast: Cast) -> None:
    story(cast)
    before: set[str] = set()
    for kind in Charge.Kind:
        found = newly_found(cast, altered(kind), before)
        assert any(words.startswith(kind.label) for words in found), kind


def test_whatever_somebody_changed_in_the_books_is_found(cast: Cast) -> None:
    story(cast)
    before: set[str] = set()
    for what, change in CHANGES.items():
        assert newly_found(cast, change, before), what
    printed, code = verified("--tenant", "serco")
    assert code == 1
    assert f"serco contract {cast.contract.pk}: " in printed


def test_terms_that_came_or_went_later_leave_what_was_charged_before(cast: Cast) -> None:
    old = term(cast, side="provider", kind="management_fee", share_basis_points=1_000)
    term(cast, side="commissioner", kind="delivery_fee", pence=1_200_000, months=60)
    sealed(cast, ended(cast, days=70))
    nightly(cast)
    with looking_as(cast.system()) as system:
        Fee.objects.filter(pk=old.pk).update(withdrawn_at=system.now())
    term(cast, side="provider", kind="management_fee", share_basis_points=700)
    term(cast, side="commissioner", kind="delivery_fee", pence=2_400_000, months=60)
    assert sealed(cast, ended(cast, days=40)).total_pence == 600_00 * 93 // 100
    assert verified() == (verified()[0], 0)


def test_first_days_that_were_moved_leave_what_was_charged_before(cast: Cast) -> None:
    for side in ("commissioner", "provider"):
        term(cast, side=side, kind="delivery_fee", pence=1_200_000, months=60)
    sealed(cast, ended(cast, days=70))
    nightly(cast)
    with looking_as(cast.system()):
        SupplyAgreement.objects.update(starts_on=ago(200))
        Contract.objects.update(starts_on=ago(230))
    assert verified() == (verified()[0], 0)


def test_an_agreement_whose_end_was_noted_later_leaves_what_was_charged_before(cast: Cast) -> None:
    term(cast, side="provider", kind="delivery_fee", pence=1_200_000, months=60)
    before = sealed(cast, ended(cast, days=130))
    with looking_as(cast.system()):
        SupplyAgreement.objects.update(ends_on=ago(170))
    assert verified() == (verified()[0], 0)
    # What was charged for the month after the end is made good on the next statement.
    after = sealed(cast, ended(cast, days=95))
    assert (before.total_pence or 0) > (after.total_pence or 0)
    with looking_as(cast.system()):
        [made_good] = Charge.objects.filter(month=after.month)
        assert made_good.pence < 0
    # After that there is nothing to charge, and that is as it should be.
    sealed(cast, ended(cast, days=60))
    assert verified() == (verified()[0], 0)


def test_a_line_that_comes_late_leaves_what_a_night_charged_before(cast: Cast) -> None:
    term(
        cast, side="commissioner", kind="volume_band", milestone="start", above=0, pence=50_00, per="contract"
    )
    started_person(cast, days=40)
    nightly(cast)
    started_person(cast, days=70)
    assert verified()[1] == 0


def test_a_line_that_was_being_written_while_a_night_charged_is_no_finding(cast: Cast) -> None:
    term(
        cast, side="commissioner", kind="volume_band", milestone="start", above=0, pence=50_00, per="contract"
    )
    started_person(cast, days=40)
    nightly(cast, timedelta(minutes=5))
    # Recorded before the night's moment, and committed after it.
    started_person(cast, days=40)
    assert verified()[1] == 0
    tampered(altered("volume_band"))
    assert verified()[1] == 1


def test_a_line_of_a_long_page_is_no_finding_beside_one_of_a_quick_page(cast: Cast) -> None:
    """What was recorded first was committed last: the night knew the later line, and not the earlier one."""
    band = {"milestone": "start", "above": 0, "pence": 50_00, "per": "contract"}
    term(cast, side="commissioner", kind="volume_band", **band)
    started_person(cast, days=40)
    nightly(cast, timedelta(minutes=5))
    tampered("update outcomes_journal set recorded_at = recorded_at + interval '2 minutes'")
    started_person(cast, days=40)
    assert verified()[1] == 0
    tampered(altered("volume_band"))
    assert verified()[1] == 1


def wiped(charges: str) -> None:
    """Take charges out with everything that tells of them, as if nobody had ever charged."""
    journals = f"(select id from outcomes_journal where charge_id in {charges})"
    tampered(
        f"delete from outcomes_entry where journal_id in {journals};"
        f" delete from partners_domainevent where kind = 'charge.made' and subject_id in {charges};"
        f" delete from outcomes_journal where charge_id in {charges};"
        f" delete from outcomes_charge where id in {charges}"
    )


def found_in(cast: Cast) -> list[str]:
    with looking_as(cast.system()):
        return [one.words for one in recharge(cast.contract).findings]


def test_a_sealed_statement_that_nobody_charged_is_found(cast: Cast) -> None:
    sealed(cast, ended(cast, days=100))
    term(cast, side="provider", kind="management_fee", share_basis_points=1_000)
    sealed(cast, ended(cast, days=40))
    assert found_in(cast) == []
    wiped(of("management_fee"))
    [words] = found_in(cast)
    assert words.endswith("60.00 by the facts; in the ledger: nothing."), words


def test_an_agreement_that_is_moved_makes_no_sealed_statement_lack_a_charge(cast: Cast) -> None:
    term(cast, side="provider", kind="delivery_fee", pence=1_200_000, months=12)
    with looking_as(cast.system()):
        SupplyAgreement.objects.update(starts_on=ago(0))
    sealed(cast, ended(cast, days=70))
    with looking_as(cast.system()):
        SupplyAgreement.objects.update(starts_on=ago(200))
    assert found_in(cast) == []


def nights_work(cast: Cast) -> None:
    """What the clock asks for is done, some hours ago."""
    outbox.tick()
    outbox.work_off()
    tampered("update partners_scheduledrun set at = at - interval '3 hours'")


def test_a_night_that_charged_nothing_is_found_where_something_was_due(cast: Cast) -> None:
    term(cast, side="commissioner", kind="delivery_fee", pence=1_200_000, months=60)
    started_person(cast, days=40)
    nights_work(cast)
    assert found_in(cast) == []
    wiped(of("delivery_fee", "commissioner"))
    found = found_in(cast)
    assert found
    assert all("by the facts; in the ledger: nothing." in words for words in found)


def test_what_came_after_a_night_was_not_forgotten_by_it(cast: Cast) -> None:
    """A line of a month that ended, and a term: both wait for the next night."""
    band = {"milestone": "start", "above": 0, "pence": 50_00, "per": "contract"}
    term(cast, side="commissioner", kind="volume_band", **band)
    nights_work(cast)
    started_person(cast, days=70)
    term(cast, side="commissioner", kind="delivery_fee", pence=1_200_000, months=60)
    assert found_in(cast) == []


@pytest.mark.usefixtures("patience")
@pytest.mark.parametrize("waits", [True, False])
def test_a_night_waits_for_whoever_writes_a_line(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, waits: bool
) -> None:
    """So that it charges the lines before it, and no others; the control does not wait, and misses one of them."""
    band = {"milestone": "start", "above": 0, "pence": 50_00, "per": "contract"}
    term(cast, side="commissioner", kind="volume_band", **band)
    written, failures = Event(), []

    def write() -> None:
        try:
            with looking_as(cast.system()):
                started_person(cast, days=40)
                written.set()
                sleep(0.5)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    if not waits:
        monkeypatch.setattr("outcomes.actions.charge.hold", lambda *names: None)
    writer = Thread(target=write)
    writer.start()
    assert written.wait(20)
    nightly(cast)
    writer.join()
    assert failures == []
    with looking_as(cast.system()):
        assert Charge.objects.count() == (1 if waits else 0)


def paid_beside(cast: Cast, before: timedelta) -> Recovery:
    """A sample's errors are taken back while a payment is on its way that was written so long before."""
    paid_before(cast, 3)
    # Long before all this, by the ids of their events.
    tampered(
        "update partners_domainevent set id = ('00000000' || substr(id::text, 9))::uuid where kind = 'claim.paid'"
    )
    sample = draw(cast, 2)
    [waiting] = claimed_before(cast, 1)
    for one, finding in zip(items(cast, sample), ("error", "sound"), strict=True):
        judge(cast, one, finding)
    [recovery] = recover(cast, sample)
    settle(cast, waiting, "paid", pence=WORTH)
    then = earlier(recovery.pk, before)
    tampered(
        f"update partners_domainevent set id = '{then}' where kind = 'claim.paid' and subject_id = '{waiting.pk}'"
    )
    return recovery


def test_a_payment_that_was_committed_after_a_recovery_is_no_finding(cast: Cast) -> None:
    paid_beside(cast, timedelta(seconds=1))
    assert found_in(cast) == []
    tampered("update outcomes_recovery set population_pence = population_pence * 2")
    assert any("is not what its claims were paid" in words for words in found_in(cast))


def test_a_payment_that_a_recovery_left_out_is_found(cast: Cast) -> None:
    paid_beside(cast, timedelta(hours=2))
    assert any("is not what its claims were paid" in words for words in found_in(cast))


def test_every_night_looks_at_every_contract_and_an_alarm_is_an_event(cast: Cast) -> None:
    story(cast)

    def alarms() -> list[DomainEvent]:
        with looking_as(cast.system()) as system:
            outbox.enqueue("replay_charges", system)
        outbox.work_off()
        with looking_as(cast.system()):
            return list(DomainEvent.objects.filter(kind="ledger.differs"))

    outbox.work_off()
    assert alarms() == []
    tampered("update outcomes_charge set pence = pence - 1 where kind = 'recovery'")
    [alarm] = alarms()
    assert (alarm.facts["first_of"], alarm.facts["first"]) == ("contract", str(cast.contract.pk))


def test_the_check_writes_nothing(cast: Cast) -> None:
    story(cast)
    with looking_as(cast.system()):
        before = [model.objects.count() for model in (Charge, Journal, DomainEvent)]
        found = recharge(cast.contract)
        assert (found.findings, found.journals) == ([], Journal.objects.filter(kind="charge").count())
        assert before == [model.objects.count() for model in (Charge, Journal, DomainEvent)]
    call_command("verify_ledger", stdout=StringIO())
