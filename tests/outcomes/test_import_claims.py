"""What the commissioner's system says of claims, from its files: settled, kept where nobody claimed, never twice."""

from typing import Any

from outcomes.actions import claim as claims
from outcomes.models import Claim, Unclaimed
from participants.models import Restriction
from tests.cast import Cast, looking_as
from tests.outcomes.claiming import WORTH, again, claim, settle, sums, with_outcome
from tests.outcomes.importing import as_csv, checked, imported, outcomes, said
from tests.participants.people import ago

RESULTS = ("Claim reference", "Result", "Date", "Reason", "Note")
PAYMENTS = ("Claim reference", "Date", "Pence")


def keyed(cast: Cast, reference: str) -> Claim:
    """A claim that was keyed in the commissioner's system."""
    _, milestone = with_outcome(cast)
    made = claim(cast, milestone)
    with looking_as(cast.frank) as frank:
        return claims.key(claim=made, reference=reference, by=frank, at=frank.now())


def there_only(cast: Cast) -> list[tuple[str, str, int | None]]:
    with looking_as(cast.system()):
        return list(Unclaimed.objects.order_by("reference").values_list("reference", "result", "pence"))


def frank(cast: Cast, kind: str, *rows: Any) -> Any:
    return imported(cast, kind, as_csv(RESULTS if kind == "results" else PAYMENTS, *rows), by="frank")


def test_results_settle_claims(cast: Cast) -> None:
    good, bad = keyed(cast, "C-1"), keyed(cast, "C-2")
    rows = (
        ["C-1", "Matched", ago(0), "", ""],
        ["C-2", "Rejected", ago(0), "wrong dates", "Starts in May"],
        ["C-9", "Matched", ago(0), "", ""],
    )
    run = frank(cast, "results", *rows)
    assert (run.state, run.counts) == ("written", {"new": 3})
    good, bad = again(cast, good), again(cast, bad)
    assert (good.state, good.validated_on) == ("validated", ago(0))
    assert (bad.state, bad.rejection_reason, bad.rejection_words) == (
        "rejected",
        "wrong_dates",
        "Starts in May",
    )
    assert there_only(cast) == [("C-9", "validated", None)]
    second = checked(cast, "results", as_csv(RESULTS, *rows), by="frank")
    assert second.counts == {"same": 3}
    assert there_only(cast) == [("C-9", "validated", None)]


def test_payments_settle_claims_in_pence_or_pounds(cast: Cast) -> None:
    first = keyed(cast, "C-1")
    second = keyed(cast, "C-2")
    run = frank(cast, "payments", ["C-1", ago(0), WORTH], ["C-9", ago(0), 500])
    assert run.counts == {"new": 2}
    assert (again(cast, first).state, sums(cast, first).paid_pence) == ("paid", WORTH)
    assert there_only(cast) == [("C-9", "paid", 500)]
    header = ("Claim", "Payment date", "Amount")
    imported(cast, "payments", as_csv(header, ["C-2", ago(0), "£1,125.00"]), by="frank")
    assert sums(cast, second).paid_pence == WORTH
    run = checked(cast, "payments", as_csv(header, ["C-2", ago(0), "1125"], ["C-2", ago(0), "9"]), by="frank")
    assert outcomes(cast, run) == ["same", "error"]
    assert said(cast, run)[1][2].endswith("The file says another day or sum. Look at the claim.")


def test_a_result_from_before_the_payment_is_the_same_as_before(cast: Cast) -> None:
    made = keyed(cast, "C-1")
    content = as_csv(RESULTS, ["C-1", "matched", ago(0), "", ""])
    imported(cast, "results", content, by="frank")
    settle(cast, made, "paid", pence=WORTH)
    assert checked(cast, "results", content, by="frank").counts == {"same": 1}


def test_a_claim_of_somebody_whom_the_importer_does_not_see_is_settled_like_any_other(cast: Cast) -> None:
    hidden, seen = keyed(cast, "C-1"), keyed(cast, "C-2")
    with looking_as(cast.system()) as system:
        Restriction(
            tenant_id=system.tenant_id,
            participant_id=hidden.participant_id,
            level=2,
            raised_by=cast.users["mona"],
            raised_at=system.now(),
        ).save(force_insert=True)
    run = imported(
        cast,
        "results",
        as_csv(RESULTS[:3], ["C-1", "matched", ago(0)], ["C-2", "matched", ago(0)]),
        by="frank",
    )
    [(_, *of_hidden), (_, *of_seen)] = said(cast, run)
    assert of_hidden == of_seen
    assert there_only(cast) == []
    assert again(cast, hidden).validated_on == again(cast, seen).validated_on == ago(0)


def test_wrong_rows_say_what_to_do(cast: Cast) -> None:
    keyed(cast, "C-1")
    run = checked(cast, "results", as_csv(RESULTS, ["C-1", "perhaps", ago(0), "", ""]), by="frank")
    assert said(cast, run)[0][2].startswith("Result is not known here. Write one of: validated, rejected.")
    run = checked(cast, "payments", as_csv(PAYMENTS, ["C-1", ago(900), 5], ["C-1", ago(0), 0]), by="frank")
    assert [words for _, _, words in said(cast, run)] == [
        "The day must lie between the day of the claim and today.",
        "Say what was paid.",
    ]
