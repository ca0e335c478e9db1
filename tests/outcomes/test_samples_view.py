"""The pages of a second look: for the prime, for the provider whose claims were drawn, and for a named auditor."""

from datetime import timedelta
from typing import Any

import pytest

from outcomes.models import Recovery, Sample, SampleItem
from participants.models import Participant
from partners.models import AuditEntry, Tenant
from partners.templatetags.baton import on
from tests.cast import Cast, looking_as
from tests.outcomes.sampling import claimed_before, draw, items, judge, let_in, paid_before
from tests.participants.people import ago
from tests.participants.restricting import restrict
from tests.participants.test_grave_steps import asks, stale


def get(cast: Cast, name: str, address: str, status: int = 200) -> str:
    response = cast.client(name).get(f"/serco/{address}")
    assert response.status_code == status
    return response.content.decode()


def post(cast: Cast, name: str, address: str, **data: Any) -> int:
    return cast.client(name).post(f"/serco/{address}", data).status_code


def test_a_percentage_is_rounded_up(cast: Cast) -> None:
    claimed_before(cast, 3)
    period = {"contract": "inspiring-families", "claimed_from": ago(30), "claimed_to": ago(1)}
    assert post(cast, "cleo", "claims/samples/new/", **period, percent="50") == 302
    with looking_as(cast.system()):
        assert Sample.objects.get().size == 2
    assert post(cast, "cleo", "claims/samples/new/", **period, percent="50", size="1") == 422
    assert post(cast, "cleo", "claims/samples/new/", **period, size="4") == 422


def test_from_the_drawing_to_the_money(cast: Cast) -> None:
    paid_before(cast, 2)
    sample = draw(cast, 1)
    [item] = items(cast, sample)
    assert post(cast, "priya", f"claims/drawn/{item.pk}/judge/", finding="error") == 422
    assert "1 claim to be judged, answered, decided or paid" in get(
        cast, "frank", f"claims/samples/{sample.pk}/"
    )
    assert post(cast, "priya", f"claims/drawn/{item.pk}/judge/", finding="error", reason="no_evidence") == 302
    assert "/recover/" not in get(cast, "frank", f"claims/samples/{sample.pk}/")
    words = get(cast, "mona", f"claims/samples/{sample.pk}/")
    assert "Answer" in words
    assert f"May be answered until {on(ago(-14))}" in words
    assert f"It may be answered until {on(ago(-14))}." in get(cast, "mona", f"claims/drawn/{item.pk}/reply/")
    assert post(cast, "mona", f"claims/drawn/{item.pk}/reply/", words="It is there.") == 302
    assert "It is there." in get(cast, "priya", f"claims/samples/{sample.pk}/")
    assert post(cast, "priya", f"claims/drawn/{item.pk}/decide/", verdict="upheld") == 302
    words = get(cast, "frank", f"claims/samples/{sample.pk}/")
    assert "100.0%" in words
    assert f"claims/samples/{sample.pk}/recover/" in words
    assert post(cast, "cleo", f"claims/samples/{sample.pk}/recover/") == 403
    assert "2,250.00" in get(cast, "frank", f"claims/samples/{sample.pk}/recover/")
    assert post(cast, "frank", f"claims/samples/{sample.pk}/recover/") == 422
    changed = {"pence": 225_000, "provider_pence": 1}
    assert post(cast, "frank", f"claims/samples/{sample.pk}/recover/", **changed) == 422
    page = cast.client("frank").get(f"/serco/claims/samples/{sample.pk}/recover/")
    read = page.context["form"].initial
    assert post(cast, "frank", f"claims/samples/{sample.pk}/recover/", **read) == 302
    with looking_as(cast.frank):
        assert Recovery.objects.get().pence == 225_000


def test_money_is_taken_back_only_after_a_fresh_second_factor(cast: Cast) -> None:
    claimed_before(cast, 1)
    sample = draw(cast, 1)
    assert asks(stale(cast, "frank"), f"/serco/claims/samples/{sample.pk}/recover/")
    with looking_as(cast.system()):
        assert not Recovery.objects.exists()


def test_a_provider_sees_its_own_claims_of_a_sample_alone(cast: Cast) -> None:
    claimed_before(cast, 1)
    claimed_before(cast, 1, provider="i2i", adviser="ivo", by="ivo")
    sample = draw(cast, 2)
    own, theirs = (
        next(i for i in items(cast, sample) if i.organisation_id == cast.organisation(slug))
        for slug in ("renaisi", "i2i")
    )
    page = cast.client("mona").get(f"/serco/claims/samples/{sample.pk}/")
    assert [line.item.pk for line in page.context["lines"]] == [own.pk]
    assert page.context["result"].size == 1
    judge(cast, theirs)
    assert post(cast, "mona", f"claims/drawn/{theirs.pk}/reply/", words="x") == 404
    assert sample.seed not in page.content.decode()


class TestAuditor:
    def test_reads_the_drawn_claims_by_name_until_the_last_day(self, cast: Cast) -> None:
        claimed_before(cast, 1, family="Quillfeather")
        sample = draw(cast, 1)
        get(cast, "dee", f"audits/{sample.pk}/", 404)
        let_in(cast, sample, closes=0)
        words = get(cast, "dee", f"audits/{sample.pk}/")
        assert "Quillfeather" in words
        assert "1,125.00" in words
        assert f"audits/{sample.pk}/" in get(cast, "dee", "audits/")
        cast.serco.clock_offset += timedelta(days=1)
        Tenant.objects.filter(pk=cast.serco.pk).update(clock_offset=cast.serco.clock_offset)
        get(cast, "dee", f"audits/{sample.pk}/", 404)

    def test_every_look_is_in_the_audit(self, cast: Cast) -> None:
        claimed_before(cast, 2)
        sample = draw(cast, 2)
        let_in(cast, sample)
        get(cast, "dee", f"audits/{sample.pk}/")
        with looking_as(cast.sara):
            looks = AuditEntry.objects.filter(kind="sample.audit", by_user_id=cast.dee.user_id)
            assert {one.participant_id for one in looks} == {
                one.participant_id for one in items(cast, sample)
            }

    def test_a_restricted_person_stays_apart(self, cast: Cast) -> None:
        [made] = claimed_before(cast, 1, family="Quillfeather")
        sample = draw(cast, 1)
        let_in(cast, sample)
        with looking_as(cast.system()):
            person = Participant.objects.get(pk=made.participant_id)
        restrict(cast, person)
        words = get(cast, "dee", f"audits/{sample.pk}/")
        assert "Quillfeather" not in words
        assert person.reference not in words

    def test_another_of_the_commissioner_sees_nothing(self, cast: Cast) -> None:
        claimed_before(cast, 1)
        sample = draw(cast, 1)
        with looking_as(cast.dee):
            assert not SampleItem.objects.exists()
        get(cast, "dee", f"audits/{sample.pk}/", 404)

    @pytest.mark.parametrize(("name", "status"), [("priya", 404), ("mona", 404), ("hana", 404)])
    def test_the_window_is_the_commissioners(self, cast: Cast, name: str, status: int) -> None:
        get(cast, name, "audits/", status)
