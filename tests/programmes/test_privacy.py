"""Who controls a contract's data is data of its file: loaded, checked, shown, and never guessed."""

from datetime import date
from pathlib import Path

import pytest

from programmes.loading import Unsound
from programmes.models import Contract, DataParty, RetentionRule
from programmes.privacy import Privacy, privacy_of, same_controllers
from tests.cast import Cast, looking_as
from tests.programmes.privacy import another, state
from tests.programmes.test_loading import CONTRACT, Desk

DATA = """
[data]
erasure = "never_attended"
source = "letter"

[[data.parties]]
who = "commissioner"
role = "joint_controller"
source = "letter"

[[data.parties]]
who = "prime"
role = "joint_controller"
source = "letter"

[[data.parties]]
who = "providers"
role = "processor"
source = "letter"

[[data.purposes]]
code = "support"
sentence = "To support the person"
lawful_basis = "public_task"
special_condition = "social_protection"
source = "letter"

[[data.retention]]
records = "supporting"
until = 2034-12-31
source = "letter"

[[data.retention]]
records = "supporting"
months = 24
counted_from = "live_interest"
starts_from = 2021-01-01
source = "letter"

[[data.retention]]
records = "ephemeral"
weeks = 4
counted_from = "made"
source = "letter"
"""


@pytest.fixture
def desk(cast: Cast, tmp_path: Path) -> Desk:
    return Desk(cast, tmp_path)


def privacy(cast: Cast, code: str = "bridge-north") -> Privacy:
    with looking_as(cast.priya):
        return privacy_of([Contract.objects.get(code=code)])[0]


def test_a_file_without_it_has_not_stated_it(desk: Desk) -> None:
    desk.load(CONTRACT)
    found = privacy(desk.cast)
    assert not found.is_stated
    assert found.controllers == frozenset()


def test_who_why_and_how_long_become_rows(desk: Desk) -> None:
    desk.append(CONTRACT, DATA)
    desk.load(CONTRACT)
    found = privacy(desk.cast)
    assert found.terms is not None
    assert found.terms.retention_run == "review"
    assert found.controllers == {desk.cast.organisation("dwp"), desk.cast.organisation("serco")}
    assert {party.who for party in found.parties} == {"DWP", "Serco", "Every provider on the contract"}
    assert [one.get_special_condition_display() for one in found.purposes] == [
        "Employment and social protection: UK GDPR Article 9(2)(b), Data Protection Act 2018 Schedule 1 paragraph 1"
    ]
    assert {str(rule) for rule in found.retention} == {
        "until 31 December 2034",
        "24 months from the end of live interest in the case",
        "4 weeks from the day on which the record was made",
    }
    assert found.sources == ["A letter"]


def test_its_dates_move_with_the_contract_and_a_changed_file_replaces_it(desk: Desk) -> None:
    desk.append(CONTRACT, DATA)
    desk.load(CONTRACT, starting=date(2021, 2, 1))
    with looking_as(desk.cast.priya):
        assert set(RetentionRule.objects.values_list("keep_until", "starts_from")) == {
            (date(2035, 12, 31), None),
            (None, date(2022, 1, 1)),
            (None, None),
        }
    desk.edit(CONTRACT, 'who = "providers"', 'who = "renaisi"')
    desk.load(CONTRACT, starting=date(2021, 2, 1))
    with looking_as(desk.cast.priya):
        assert set(DataParty.objects.values_list("organisation__slug", flat=True)) == {
            "dwp",
            "serco",
            "renaisi",
        }


@pytest.mark.parametrize(
    ("old", "new", "field", "message"),
    [
        ('who = "prime"', 'who = "nobody"', "data.parties[2].who", "not an organisation of this workspace"),
        ('role = "processor"', 'role = "owner"', "data.parties[3].role", "must be one of controller"),
        ('who = "prime"', 'who = "dwp"', "data.parties[2]", "covers the same as data.parties[1]"),
        ("months = 24", "months = 24\nweeks = 2", "data.retention[2]", "only one of them"),
        ('counted_from = "live_interest"', "", "data.retention[2].counted_from", "is missing"),
        (
            'counted_from = "made"',
            'counted_from = "contract_end"',
            "data.retention[3].counted_from",
            "ephemeral",
        ),
        (
            'lawful_basis = "public_task"',
            'lawful_basis = "habit"',
            "data.purposes[1].lawful_basis",
            "must be one",
        ),
        ('erasure = "never_attended"', 'erasure = "never"', "data.erasure", "must be one of on_request"),
    ],
)
def test_a_fault_is_told_with_its_field(desk: Desk, old: str, new: str, field: str, message: str) -> None:
    desk.append(CONTRACT, DATA)
    desk.edit(CONTRACT, old, new)
    with pytest.raises(Unsound) as unsound:
        desk.load(CONTRACT)
    assert any(problem.field == field and message in problem.message for problem in unsound.value.problems)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('who = "prime"\nrole = "joint_controller"', 'who = "prime"\nrole = "controller"', "each a joint"),
        ('who = "prime"\nrole = "joint_controller"', 'who = "prime"\nrole = "processor"', "needs another"),
    ],
)
def test_controllers_are_one_or_several_joint_ones(desk: Desk, old: str, new: str, message: str) -> None:
    desk.append(CONTRACT, DATA)
    desk.edit(CONTRACT, old, new)
    with pytest.raises(Unsound, match=message):
        desk.load(CONTRACT)


def test_controllers_are_the_same_only_where_both_contracts_state_the_same(cast: Cast) -> None:
    other = another(cast)
    with looking_as(cast.priya):
        assert not same_controllers(*privacy_of([cast.contract, other]))
    state(cast, cast.contract, "dwp", "serco")
    state(cast, other, "serco", "dwp")
    with looking_as(cast.priya):
        assert same_controllers(*privacy_of([cast.contract, other]))


def test_the_contract_page_shows_it_or_that_it_is_not_stated(cast: Cast) -> None:
    page = "/serco/contracts/inspiring-families/"
    assert "Not stated" in cast.client("priya").get(page).content.decode()
    state(cast, cast.contract, "dwp")
    text = cast.client("priya").get(page).content.decode()
    assert "Not stated" not in text
    assert "<dt>Controller</dt>" in text
