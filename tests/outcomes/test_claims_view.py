"""Claims as lists and pages: states, reasons, what is to be keyed, and how they stand against the other system."""

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from outcomes.actions import unclaimed as strays
from outcomes.models import Claim, ClaimSum, Unclaimed
from tests.cast import Cast, looking_as
from tests.outcomes.claiming import WORTH, again, claim, milestone_of, settle, with_outcome
from tests.outcomes.working import correct, started_person, work
from tests.participants.people import ago
from tests.participants.restricting import restrict


def get(cast: Cast, name: str, address: str) -> Any:
    response = cast.client(name).get(f"/serco/{address}")
    assert response.status_code == 200
    return response


def post(cast: Cast, name: str, address: str, **data: Any) -> Any:
    return cast.client(name).post(f"/serco/{address}", data)


def stray(cast: Cast, **more: Any) -> Unclaimed:
    said: dict[str, Any] = {"reference": "PRAP-9", "result": "paid", "on": ago(0), "pence": 50_000}
    with looking_as(cast.frank) as frank:
        return strays.keep(contract=cast.contract, **{**said, **more}, by=frank, at=frank.now())


class TestList:
    def test_states_and_reasons(self, cast: Cast) -> None:
        _, milestone = with_outcome(cast)
        made = claim(cast, milestone)
        settle(cast, made, "rejected", reason="wrong_dates")
        words = get(cast, "frank", "claims/all/").content.decode()
        assert "The dates do not match" in words
        assert "1,125.00" in words
        assert get(cast, "frank", "claims/all/?state=paid").context["lines"] == []

    def test_a_provider_reads_its_own_without_sums(self, cast: Cast) -> None:
        claim(cast, with_outcome(cast)[1])
        words = get(cast, "mona", "claims/all/").content.decode()
        assert "Short job outcome" in words
        assert "1,125.00" not in words
        assert get(cast, "ines", "claims/all/").context["lines"] == []

    def test_jobs_of_the_chain_are_told_apart(self, cast: Cast) -> None:
        claim(cast, with_outcome(cast)[1])
        declared = claim(cast, with_outcome(cast, related=True)[1])
        [line] = get(cast, "frank", "claims/all/?related=yes").context["lines"]
        assert line.claim.pk == declared.pk

    def test_jobs_of_the_chain_are_counted_apart_by_provider_with_what_they_are_worth(
        self, cast: Cast
    ) -> None:
        for related in (False, True, True):
            claim(cast, with_outcome(cast, related=related)[1])
        claim(cast, with_outcome(cast, related=True, provider="i2i", adviser="ivo", by="ivo")[1])
        rejected = claim(cast, with_outcome(cast, related=True)[1])
        settle(cast, rejected, "rejected", reason="wrong_dates")
        answer = get(cast, "frank", "claims/all/?contract=inspiring-families")
        assert [
            (one.provider, one.count, one.pence, one.related, one.related_pence)
            for one in answer.context["apart"]
        ] == [("i2i", 1, WORTH, 1, WORTH), ("Renaisi", 3, 3 * WORTH, 2, 2 * WORTH)]
        link = "?contract=inspiring-families&provider=renaisi&state=standing&related=yes"
        assert link.replace("&", "&amp;") in answer.content.decode()
        behind = get(cast, "frank", f"claims/all/{link}").context
        assert (behind["count"], behind["hidden"]) == (2, 0)
        narrowed = get(cast, "frank", "claims/all/?provider=i2i&related=yes").context["apart"]
        assert [one.slug for one in narrowed] == ["i2i"]

    def test_a_provider_counts_its_own_apart_without_sums(self, cast: Cast) -> None:
        claim(cast, with_outcome(cast, related=True)[1])
        claim(cast, with_outcome(cast, related=True, provider="i2i", adviser="ivo", by="ivo")[1])
        answer = get(cast, "mona", "claims/all/")
        assert [
            (one.provider, one.count, one.related, one.related_pence) for one in answer.context["apart"]
        ] == [("Renaisi", 1, 1, None)]
        assert "Worth of these" not in answer.content.decode()

    def test_somebody_restricted_is_counted_apart_where_their_claim_is_listed(self, cast: Cast) -> None:
        enrolment, milestone = with_outcome(cast, related=True)
        claim(cast, milestone)
        restrict(cast, enrolment.participant, "ada", "mona")
        assert [one.related for one in get(cast, "mona", "claims/all/").context["apart"]] == [1]
        assert get(cast, "frank", "claims/all/").context["apart"] == []

    def test_a_restricted_person_is_counted_and_not_shown(self, cast: Cast) -> None:
        enrolment, milestone = with_outcome(cast)
        claim(cast, milestone)
        restrict(cast, enrolment.participant)
        context = get(cast, "frank", "claims/all/").context
        assert (context["lines"], context["hidden"]) == ([], 1)


class TestPage:
    def test_a_rejected_claim_is_claimed_again_from_its_page(self, cast: Cast) -> None:
        _, milestone = with_outcome(cast)
        first = claim(cast, milestone)
        settle(cast, first, "rejected", reason="wrong_dates")
        page = get(cast, "frank", f"claims/{first.pk}/")
        assert page.context["may_claim_again"]
        post(cast, "frank", "claims/new/", milestone=str(milestone.pk), confirmed="yes")
        assert not get(cast, "frank", f"claims/{first.pk}/").context["may_claim_again"]
        with looking_as(cast.frank):
            second = Claim.objects.get(replaces=first)
        assert [one.pk for one in get(cast, "frank", f"claims/{second.pk}/").context["history"]] == [first.pk]

    def test_its_steps(self, cast: Cast) -> None:
        made = claim(cast, with_outcome(cast)[1])
        assert post(cast, "frank", f"claims/{made.pk}/reference/", reference="PRAP-1").status_code == 302
        wrong = {"result": "paid", "on": ago(0), "pence": ""}
        assert post(cast, "frank", f"claims/{made.pk}/result/", **wrong).status_code == 422
        assert (
            post(cast, "frank", f"claims/{made.pk}/result/", **{**wrong, "pence": "1125.00"}).status_code
            == 302
        )
        stored = again(cast, made)
        assert (stored.state, stored.reference) == ("paid", "PRAP-1")
        assert post(cast, "frank", f"claims/{made.pk}/withdraw/", why="So").status_code == 422

    def test_a_clawback_says_why(self, cast: Cast) -> None:
        _, enrolment = started_person(cast)
        job = work(cast, enrolment, since=120)
        made = claim(cast, milestone_of(cast, enrolment))
        settle(cast, made, "paid", pence=WORTH)
        correct(cast, job, since=120, until=60)
        words = get(cast, "cleo", f"claims/{made.pk}/").content.decode()
        assert "A job was corrected" in words
        assert "What was paid goes back." in words

    @pytest.mark.parametrize("name", ["mona", "priya"])
    def test_who_reads_changes_nothing(self, cast: Cast, name: str) -> None:
        made = claim(cast, with_outcome(cast)[1])
        assert "Note a result" not in get(cast, name, f"claims/{made.pk}/").content.decode()
        for step in ("reference", "result", "withdraw"):
            assert post(cast, name, f"claims/{made.pk}/{step}/").status_code in (403, 404)


class TestToKey:
    def test_it_holds_what_is_not_there_and_what_is_to_be_taken_back(self, cast: Cast) -> None:
        _, enrolment = started_person(cast)
        job = work(cast, enrolment, since=120)
        keyed = claim(cast, milestone_of(cast, enrolment))
        settle(cast, keyed, "validated", reference="PRAP-1")
        new = claim(cast, with_outcome(cast)[1])
        assert [line.claim.pk for line in get(cast, "frank", "claims/to-key/").context["lines"]] == [new.pk]
        correct(cast, job, since=120, until=60)
        lines = get(cast, "frank", "claims/to-key/").context["lines"]
        assert {line.claim.pk for line in lines} == {new.pk, keyed.pk}

    def test_both_downloads_hold_the_same(self, cast: Cast) -> None:
        enrolment, milestone = with_outcome(cast)
        claim(cast, milestone)
        text = get(cast, "frank", "claims/to-key.csv").content.decode("utf-8-sig")
        [row] = csv.DictReader(text.splitlines())
        assert (row["Participant"], row["Milestone"]) == (
            enrolment.participant.reference,
            "short_job_outcome",
        )
        assert (row["Worth in pence"], row["What to do"]) == (str(WORTH), "Key")
        book = load_workbook(io.BytesIO(get(cast, "frank", "claims/to-key.xlsx").content))
        sheet = book.worksheets[0]
        assert [cell.value for cell in sheet[2]][6] == WORTH

    @pytest.mark.parametrize(("name", "status"), [("priya", 403), ("mona", 404), ("dee", 404)])
    def test_only_who_claims_keys(self, cast: Cast, name: str, status: int) -> None:
        for address in ("to-key/", "to-key.csv", "to-key.xlsx"):
            assert cast.client(name).get(f"/serco/claims/{address}").status_code == status


class TestReconciliation:
    def test_what_was_paid_without_a_price_here_does_not_match(self, cast: Cast) -> None:
        made = claim(cast, with_outcome(cast)[1])
        settle(cast, made, "paid", pence=WORTH)
        with looking_as(cast.system()):
            # The test owns its database: its price is not known.
            ClaimSum.objects.filter(claim=made).update(pence=None)
        [line] = get(cast, "frank", "claims/reconciliation/").context["lines"]
        assert line.claim.kind == "different"

    def balances(self, cast: Cast, query: str = "") -> dict[str, tuple[int, int, int]]:
        context = get(cast, "frank", f"claims/reconciliation/{query}").context
        return {one.kind.value: (one.count, one.here, one.there) for one in context["balances"] if one.count}

    def test_every_claim_stands_in_one_kind(self, cast: Cast) -> None:
        matched, different, waiting, _here = (claim(cast, with_outcome(cast)[1]) for _ in range(4))
        settle(cast, matched, "paid", reference="P-1", pence=WORTH)
        settle(cast, different, "paid", reference="P-2", pence=WORTH - 100)
        settle(cast, waiting, "validated", reference="P-3")
        stray(cast)
        assert self.balances(cast) == {
            "matched": (1, WORTH, WORTH),
            "different": (1, WORTH, WORTH - 100),
            "waiting": (1, WORTH, 0),
            "here_only": (1, WORTH, 0),
            "there_only": (1, 0, 50_000),
        }
        assert "there_only" in self.balances(cast, "?contract=inspiring-families")

    def test_what_was_paid_and_reversed_is_different_until_it_is_taken_back(self, cast: Cast) -> None:
        _, enrolment = started_person(cast)
        job = work(cast, enrolment, since=120)
        made = claim(cast, milestone_of(cast, enrolment))
        settle(cast, made, "paid", pence=WORTH)
        correct(cast, job, since=120, until=60)
        assert list(self.balances(cast)) == ["different"]
        settle(cast, made, "recovered", pence=WORTH)
        assert self.balances(cast) == {"matched": (1, 0, 0)}

    def test_what_nobody_claimed_is_explained(self, cast: Cast) -> None:
        row, made = stray(cast, pence=WORTH), claim(cast, with_outcome(cast)[1])
        assert post(cast, "frank", f"claims/unclaimed/{row.pk}/explain/", claim="").status_code == 422
        answer = post(cast, "frank", f"claims/unclaimed/{row.pk}/explain/", claim=str(made.pk))
        assert answer.status_code == 302
        assert again(cast, made).state == "paid"
        assert self.balances(cast) == {"matched": (1, WORTH, WORTH)}
        assert post(cast, "frank", f"claims/unclaimed/{row.pk}/explain/").status_code == 404

    @pytest.mark.parametrize(("name", "status"), [("priya", 200), ("mona", 404), ("dee", 404)])
    def test_who_reads_it(self, cast: Cast, name: str, status: int) -> None:
        assert cast.client(name).get("/serco/claims/reconciliation/").status_code == status
