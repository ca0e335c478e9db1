"""Earned, not claimed: what is due, oldest first, with what it is worth and what is missing; and claiming it."""

import csv
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from outcomes.models import Claim, Milestone
from tests.cast import Cast, looking_as
from tests.outcomes.claiming import WORTH, claim, needs, settle, with_outcome
from tests.outcomes.evidencing import accept, prove
from tests.participants.people import ago
from tests.participants.restricting import restrict

START = 75_000  # what the commissioner pays for a start in the cast's contract


def seen(cast: Cast, name: str, query: str = "") -> dict[str, Any]:
    response = cast.client(name).get(f"/serco/claims/{query}")
    assert response.status_code == 200
    return {
        "codes": [line.milestone.code for line in response.context["lines"]],
        "lines": response.context["lines"],
        "totals": response.context["totals"],
        "words": response.content.decode(),
    }


def selected(cast: Cast, name: str, *milestones: Milestone, **more: str) -> Any:
    data = {"milestone": [str(one.pk) for one in milestones], **more}
    return cast.client(name).post("/serco/claims/new/", data)


def claims_of(cast: Cast) -> int:
    with looking_as(cast.system()):
        return Claim.objects.count()


class TestList:
    def test_the_oldest_comes_first_with_its_worth(self, cast: Cast) -> None:
        with_outcome(cast)
        found = seen(cast, "frank")
        assert found["codes"] == ["start", "short_job_outcome"]
        assert (found["totals"].count, found["totals"].pence) == (2, START + WORTH)
        assert seen(cast, "frank", "?sort=-value")["codes"] == ["short_job_outcome", "start"]

    def test_what_is_claimed_goes_and_what_is_rejected_comes_back(self, cast: Cast) -> None:
        _, milestone = with_outcome(cast)
        made = claim(cast, milestone)
        assert seen(cast, "frank")["codes"] == ["start"]
        settle(cast, made, "rejected", reason="no_evidence")
        found = seen(cast, "frank")
        assert found["codes"] == ["start", "short_job_outcome"]
        assert "Rejected before" in found["words"]

    def test_what_the_commissioner_pays_by_its_own_data_is_not_due(self, cast: Cast) -> None:
        with_outcome(cast)
        needs(cast, "start", claimed="automatic")
        assert seen(cast, "frank")["codes"] == ["short_job_outcome"]

    def test_a_payment_group_has_rules_of_its_own(self, cast: Cast) -> None:
        with_outcome(cast)
        needs(cast, "start", claimed="automatic")
        needs(cast, "start", payment_group="all", claim_within_days=30)
        [line, _] = seen(cast, "frank")["lines"]
        assert line.milestone.deadline == ago(170)
        assert "Late" in seen(cast, "frank")["words"]

    def test_it_says_what_is_missing(self, cast: Cast) -> None:
        enrolment, _ = with_outcome(cast)
        needs(cast, "start", all_of=["right_to_work", "residence"], any_of=["signature", "remote_delivery"])
        accept(cast, prove(cast, enrolment, kind="residence", days=190))
        words = seen(cast, "frank")["words"]
        assert "Right to work and signed by the participant or remote delivery are missing." in words
        assert seen(cast, "frank", "?ready=yes")["codes"] == ["short_job_outcome"]
        not_ready = seen(cast, "frank", "?ready=no")
        assert (not_ready["codes"], not_ready["totals"].pence) == (["start"], START)

    def test_filters(self, cast: Cast) -> None:
        with_outcome(cast)
        assert seen(cast, "frank", "?provider=i2i")["codes"] == []
        assert seen(cast, "frank", "?milestone=start&provider=renaisi")["codes"] == ["start"]
        for nonsense in ("?sort=x&after=~", "?after=2026-01-01~x", "?before=x", "?contract=zz&ready=perhaps"):
            assert seen(cast, "frank", nonsense)["totals"].count == 2

    def test_a_provider_reads_its_own_without_what_it_is_worth(self, cast: Cast) -> None:
        with_outcome(cast)
        needs(cast, "start", all_of=["residence"])
        found = seen(cast, "mona")
        assert found["codes"] == ["start", "short_job_outcome"]
        assert "Residence is missing." in found["words"]
        assert "750.00" not in found["words"]
        assert "1,125.00" not in found["words"]
        assert "checkbox" not in found["words"]
        assert seen(cast, "ines")["codes"] == []

    def test_a_restricted_person_is_in_the_sum_and_not_in_the_list(self, cast: Cast) -> None:
        enrolment, _ = with_outcome(cast)
        restrict(cast, enrolment.participant)
        found = seen(cast, "frank")
        assert found["codes"] == []
        assert (found["totals"].count, found["totals"].hidden, found["totals"].pence) == (2, 2, START + WORTH)
        assert enrolment.participant.reference not in found["words"]

    def test_names_are_not_for_finance(self, cast: Cast) -> None:
        enrolment, _ = with_outcome(cast, family="Quillfeather")
        words = seen(cast, "frank")["words"]
        assert enrolment.participant.reference in words
        assert "Quillfeather" not in words

    def test_the_download_has_the_same_lines(self, cast: Cast) -> None:
        with_outcome(cast, related=True)
        download = cast.client("frank").get("/serco/claims.csv")
        rows = list(csv.DictReader(download.content.decode("utf-8-sig").splitlines()))
        assert [row["Milestone"] for row in rows] == ["Start", "Short job outcome"]
        assert (rows[1]["Worth in pence"], rows[1]["Employer of the supply chain"]) == (str(WORTH), "yes")

    def test_pages_are_by_key(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("outcomes.views.claims.PAGE", 2)
        for _ in range(3):
            with_outcome(cast)
        client, walked, query = cast.client("frank"), [], ""
        while True:
            page = client.get(f"/serco/claims/{query}").context
            walked += [line.milestone.pk for line in page["lines"]]
            if not page["next"]:
                break
            query = page["next"]
        assert len(walked) == len(set(walked)) == 6
        back = client.get(f"/serco/claims/{page['previous']}").context
        assert [line.milestone.pk for line in back["lines"]] == walked[2:4]

    def test_it_costs_the_same_queries_whatever_its_length(self, cast: Cast) -> None:
        needs(cast, "start", all_of=["residence"])
        client, counts = cast.client("frank"), []
        for _ in range(3):
            with_outcome(cast)
            with CaptureQueriesContext(connection) as queries:
                client.get("/serco/claims/")
            counts.append(len(queries))
        assert counts[1] == counts[2]

    @pytest.mark.parametrize(("name", "status"), [("hana", 404), ("dee", 404), ("sam", 404), ("priya", 200)])
    def test_who_reads_it(self, cast: Cast, name: str, status: int) -> None:
        for address in ("claims/", "claims.csv", "claims/all/"):
            assert cast.client(name).get(f"/serco/{address}").status_code == status


class TestClaimSelected:
    def test_it_asks_first_with_count_and_total(self, cast: Cast) -> None:
        _, milestone = with_outcome(cast, related=True)
        answer = selected(cast, "frank", milestone)
        assert answer.status_code == 200
        assert (answer.context["total"], answer.context["related"]) == (WORTH, 1)
        assert claims_of(cast) == 0

    def test_confirmed_it_claims(self, cast: Cast) -> None:
        milestones = [with_outcome(cast)[1] for _ in range(2)]
        answer = selected(cast, "cleo", *milestones, confirmed="yes")
        assert answer.status_code == 302
        assert claims_of(cast) == 2

    def test_one_that_cannot_be_claimed_stops_all_and_says_why(self, cast: Cast) -> None:
        good, bad = (with_outcome(cast)[1] for _ in range(2))
        claim(cast, bad)
        answer = selected(cast, "frank", good, bad, confirmed="yes")
        assert answer.status_code == 422
        assert claims_of(cast) == 1
        words = answer.content.decode()
        assert "1 of 2 cannot be claimed. Nothing was claimed." in words
        assert "This milestone is claimed already." in words
        assert [line.milestone.pk for line in answer.context["good"]] == [good.pk]

    def test_nothing_ticked(self, cast: Cast) -> None:
        for data in ({}, {"milestone": ["x"]}):
            assert cast.client("frank").post("/serco/claims/new/", data).status_code == 422

    @pytest.mark.parametrize(("name", "status"), [("priya", 403), ("mona", 404), ("dee", 404)])
    def test_only_who_claims_claims(self, cast: Cast, name: str, status: int) -> None:
        _, milestone = with_outcome(cast)
        assert selected(cast, name, milestone, confirmed="yes").status_code == status
        assert claims_of(cast) == 0

    def test_a_restricted_person_cannot_be_claimed_by_id(self, cast: Cast) -> None:
        enrolment, milestone = with_outcome(cast)
        restrict(cast, enrolment.participant)
        assert selected(cast, "frank", milestone, confirmed="yes").status_code == 422
        assert claims_of(cast) == 0
