"""Programme files are checked line by line, load as a whole, and reload without touching the past."""

from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from participants.models import Enrolment
from partners.models import DomainEvent, Organisation
from programmes.actions.programme import NothingNew, StillInUse, load
from programmes.loading import Unsound, terms_of
from programmes.models import Contract, Price, Profile, RuleSet, SupplyAgreement
from tests.cast import Cast, looking_as
from tests.participants.people import new_person

HERE = Path(__file__).parent
CONTRACT, COMPANION = "contract.toml", "companion.toml"
Change = Callable[[str], str]


class Desk:
    """Somebody who edits copies of the two files and loads them."""

    def __init__(self, cast: Cast, folder: Path) -> None:
        self.cast, self.folder = cast, folder
        for name in (CONTRACT, COMPANION):
            (folder / name).write_text((HERE / name).read_text())

    def edit(self, name: str, old: str, new: str) -> int:
        """Replace a text that stands there once; returns its line."""
        text = (self.folder / name).read_text()
        assert text.count(old) == 1, f"{text.count(old)} times: {old}"
        (self.folder / name).write_text(text.replace(old, new))
        return text[: text.index(old)].count("\n") + 1

    def append(self, name: str, text: str) -> None:
        with (self.folder / name).open("a") as file:
            file.write(text)

    def load(self, *names: str, starting: date | None = None) -> list[Contract]:
        """Load files, both unless some are named."""
        paths = [self.folder / name for name in names or (CONTRACT, COMPANION)]
        by = self.cast.system()
        with looking_as(by):
            return [load(terms=terms, by=by, at=by.now()) for terms in terms_of(paths, first_day=starting)]

    def problems(self, *names: str) -> list[str]:
        """What is wrong with the files."""
        with pytest.raises(Unsound) as unsound, looking_as(self.cast.system()):
            terms_of([self.folder / name for name in names or (CONTRACT, COMPANION)])
        return [str(problem) for problem in unsound.value.problems]

    def rows(self, model: Any, **named: Any) -> list[Any]:
        with looking_as(self.cast.system()):
            order = {Profile: "month", RuleSet: "version"}.get(model, "pk")
            return list(model.objects.filter(contract__code="bridge-north", **named).order_by(order))


@pytest.fixture
def desk(cast: Cast, tmp_path: Path) -> Desk:
    return Desk(cast, tmp_path)


class TestLoading:
    def test_a_contract_and_its_companion_become_rows(self, desk: Desk) -> None:
        contract = desk.load()[0]
        with looking_as(desk.cast.system()):
            assert contract.programme.name == "Bridge to Work"
            assert contract.commissioner.slug == "dwp"
            assert contract.source == "Invitation to tender, page 7"
            assert list(contract.areas.order_by("code").values_list("name", flat=True)) == [
                "Hackney",
                "Haringey",
            ]
            assert contract.groups.get(code="other").milestones[0]["weeks"] == 13
            assert contract.minimum_levels.get().basis_points == 550
            assert contract.standards.get().limit == 15
        prices = {(p.side, p.milestone, p.payment_group): p for p in desk.rows(Price)}
        assert len(prices) == 5
        fee = prices["commissioner", "start", ""]
        assert (fee.pence, fee.starts_from, fee.starts_to) == (40_000, None, date(2020, 12, 31))
        assert (fee.confidence, fee.illustrative) == ("published", False)
        share = prices["provider", "start", ""]
        assert (share.share_basis_points, share.illustrative, share.source) == (
            7000,
            True,
            "Illustrative: made up",
        )
        own = prices["provider", "job_outcome", "young"]
        assert own.organisation_id == desk.cast.organisation("renaisi")

    def test_promises_and_agreements_follow_the_months_of_the_contract(self, desk: Desk) -> None:
        desk.load()
        renaisi = desk.cast.organisation("renaisi")
        whole = desk.rows(Profile, organisation=None)
        assert [row.month for row in whole[:2]] == [date(2020, 2, 1), date(2020, 3, 1)]
        assert (len(whole), {row.amount for row in whole}) == (24, {10})
        assert {row.amount for row in desk.rows(Profile, organisation=renaisi)} == {6}
        agreement = desk.rows(SupplyAgreement, organisation=renaisi)[0]
        assert (agreement.starts_on, agreement.ends_on) == (date(2020, 2, 1), date(2021, 1, 31))
        assert agreement.area_codes == ["E09000012"]

    def test_every_date_moves_with_the_first_day(self, desk: Desk) -> None:
        contract = desk.load(starting=date(2024, 11, 1))[0]
        assert (contract.starts_on, contract.ends_on) == (date(2024, 11, 1), date(2026, 10, 31))
        fee = desk.rows(Price, milestone="start", side="commissioner")[0]
        assert fee.starts_to == date(2025, 9, 30)
        assert desk.rows(Profile)[0].month == date(2024, 11, 1)

    def test_one_event_is_recorded_for_each_file_and_contract(self, desk: Desk) -> None:
        contract = desk.load()[0]
        with looking_as(desk.cast.priya):
            events = list(DomainEvent.objects.filter(kind="programme.loaded").order_by("at"))
        assert [event.facts["illustrative"] for event in events] == [False, True]
        assert events[0].subject_id == contract.pk
        assert events[0].facts["price_added"] == 3

    def test_the_same_file_again_changes_nothing(self, desk: Desk) -> None:
        desk.load()
        for name in (CONTRACT, COMPANION):
            with pytest.raises(NothingNew):
                desk.load(name)


class TestReloading:
    def test_a_changed_price_withdraws_the_old_one_and_adds_a_new_one(self, desk: Desk) -> None:
        desk.load()
        before = {row.pk: row.pence for row in desk.rows(Price)}
        desk.edit(CONTRACT, "pence = 40000", "pence = 41000")
        desk.load(CONTRACT)
        rows = desk.rows(Price)
        withdrawn = [row for row in rows if row.withdrawn_at]
        assert [row.pence for row in withdrawn] == [40_000]
        assert [row.pence for row in rows if row.pk not in before] == [41_000]
        assert all(row.pence == before[row.pk] for row in rows if row.pk in before)

    def test_a_contract_s_file_leaves_illustrative_terms_alone(self, desk: Desk) -> None:
        desk.load()
        desk.edit(CONTRACT, "pence = 40000", "pence = 41000")
        desk.load(CONTRACT)
        assert len(desk.rows(Price, illustrative=True, withdrawn_at=None)) == 2
        assert len(desk.rows(Profile)) == 72

    def test_changed_rules_are_a_new_version_and_the_old_one_stays(self, desk: Desk) -> None:
        desk.load()
        desk.edit(CONTRACT, "at_least = 18", "at_least = 16")
        desk.load(CONTRACT)
        versions = [(row.version, row.rules["all"][1]["at_least"]) for row in desk.rows(RuleSet)]
        assert versions == [(1, 18), (2, 16)]

    def test_names_dates_agreements_and_promises_follow_the_file(self, desk: Desk) -> None:
        desk.load()
        desk.edit(CONTRACT, 'name = "Bridge to Work, north"', 'name = "Bridge, north"')
        desk.edit(CONTRACT, "ends_on = 2022-01-31", "ends_on = 2022-03-31")
        desk.edit(COMPANION, "capacity = 100", "capacity = 120")
        desk.edit(COMPANION, "amount = 10", "amount = 12")
        contract = desk.load()[0]
        assert (contract.name, contract.ends_on) == ("Bridge, north", date(2022, 3, 31))
        assert sorted(row.capacity for row in desk.rows(SupplyAgreement)) == [50, 120]
        assert {row.amount for row in desk.rows(Profile, organisation=None)} == {12}

    def test_an_area_and_a_group_that_nobody_is_in_may_go(self, desk: Desk) -> None:
        desk.load()
        self.leave_out_haringey_and_other(desk)
        contract = desk.load(CONTRACT)[0]
        with looking_as(desk.cast.system()):
            assert [area.name for area in contract.areas.all()] == ["Hackney"]
            assert [group.code for group in contract.groups.all()] == ["young"]

    def test_a_group_that_people_are_in_and_the_first_day_stay(self, desk: Desk) -> None:
        contract = desk.load()[0]
        person = new_person(desk.cast)
        with looking_as(desk.cast.system()):
            Enrolment.objects.create(
                tenant=desk.cast.serco,
                participant=person,
                contract=contract,
                payment_group="other",
                referred_on=date(2020, 3, 1),
                started_on=date(2020, 3, 1),
            )
        self.leave_out_haringey_and_other(desk)
        with pytest.raises(
            StillInUse, match=r"The payment group other \(Aged 25 and over\) cannot be left out"
        ):
            desk.load(CONTRACT)
        with looking_as(desk.cast.system()):
            assert contract.areas.count() == 2
        with pytest.raises(StillInUse, match="load its file with --starting 2020-02-01"):
            desk.load(CONTRACT, starting=date(2024, 11, 1))

    def test_an_agreement_is_ended_and_never_left_out(self, desk: Desk) -> None:
        desk.load()
        text = (desk.folder / COMPANION).read_text()
        (desk.folder / COMPANION).write_text(text[: text.rindex("[[agreements]]")])
        with pytest.raises(
            StillInUse, match="The agreement with i2i cannot be left out: give it a last_month"
        ):
            desk.load(COMPANION)

    def leave_out_haringey_and_other(self, desk: Desk) -> None:
        text = (desk.folder / CONTRACT).read_text()
        haringey = text[text.index('[[areas]]\ncode = "E09000014"') : text.index("[[payment_groups]]")]
        other = text[text.index('[[payment_groups]]\ncode = "other"') : text.index("[[prices]]")]
        text = (
            text.replace(haringey, "")
            .replace(other, "")
            .replace(', "E09000014"]', "]")
            .replace(', "other"]', "]")
        )
        (desk.folder / CONTRACT).write_text(text)


FAULTS: list[tuple[str, str, str, str]] = [
    (CONTRACT, "allotted_days = 364", 'allotted_days = "364"', "contract.allotted_days: must be a whole number"),
    (CONTRACT, "allotted_days = 364", "allotted_days = 0", "contract.allotted_days: must be 1 or more"),
    (CONTRACT, "starts_on = 2020-02-01", 'starts_on = "soon"', "contract.starts_on: must be a date"),
    (CONTRACT, "ends_on = 2022-01-31", "ends_on = 2019-01-31", "contract.ends_on: must not be before starts_on"),
    (CONTRACT, 'clock = "attachment"', 'clock = "now"', "contract.clock: must be one of referral, attachment"),
    (CONTRACT, 'clock = "attachment"', 'clok = "now"', "contract.clok: unknown field"),
    (CONTRACT, 'commissioner = "dwp"', 'commissioner = "renaisi"', "contract.commissioner: 'renaisi' is not a comm"),
    (CONTRACT, 'code = "E09000014"', 'code = "Haringey"', "areas[2].code: must be a GSS code"),
    (CONTRACT, 'code = "E09000014"', 'code = "E09000012"', "areas[2].code: 'E09000012' stands here twice"),
    (CONTRACT, '["E8", "E9"]', '["E8", "9E"]', "areas[1].postcode_districts[2]: '9E' is not like E8"),
    (CONTRACT, "max = 13", "max = 0", "milestones[3].max: must be a whole number, 1 or more"),
    (CONTRACT, 'follows = "job_outcome"', 'follows = "job"', "milestones[3].follows: job is not an outcome"),
    (CONTRACT, "weeks = 13", "weeks = 1.5", "payment_groups[2].milestones[1].weeks: must be a whole number"),
    (CONTRACT, "pence = 40000", "pence = -1", "prices[1].pence: must be a whole number, 0 or more"),
    (CONTRACT, "pence = 40000", "pence = 40000\nshare_basis_points = 10", "prices[1]: needs pence or share"),
    (CONTRACT, "pence = 40000", "pence = 40000\nordinal_to = 2", "prices[1].ordinal_to: start can be reached at"),
    (CONTRACT, "starts_to = 2020-12-31", "starts_to = 2020-13-31", "is not TOML"),
    (CONTRACT, '["young", "other"]', '["young", "old"]', "prices[2].payment_groups[2]: 'old' is not a payment group"),
    (CONTRACT, 'confidence = "published"', 'confidence = "sure"', "prices[1].confidence: must be one of published"),
    (CONTRACT, 'source = "letter"\nconfidence = "secondary"\n\n[[m', 'source = "x"\nconfidence = "secondary"\n\n[[m',
     "prices[2].source: 'x' is not in [sources] (known: tender, letter)"),
    (CONTRACT, "at_least = 18", 'at_least = "18"', "eligibility.rules.all[2].at_least: must be a whole number"),
    (CONTRACT, '["E09000012", "E09000014"]', '["E09000013"]', "eligibility.rules.all[1].is_one_of: 'E09000013' is no"),
    (CONTRACT, 'name = "Hackney"', f'name = "{"H" * 81}"', "areas[1].name: Ensure this value has at most 80"),
    (COMPANION, "illustrative = true", "illustrative = false", "illustrative: must be true"),
    (COMPANION, '["bridge-north"]', '["bridge"]', "contracts[1]: there is no contract 'bridge' in this workspace"),
    (COMPANION, "pence = 90000", "pence = 90000\nprovider2 = 1", "prices[2].provider2: unknown field"),
    (COMPANION, 'provider = "renaisi"\nmil', 'provider = "dwp"\nmil', "prices[2].provider: 'dwp' is not a provider"),
    (COMPANION, 'milestone = "start"', 'milestone = "begin"', "prices[1].milestone: 'begin' is not a milestone here"),
    (COMPANION, 'measure = "starts"', 'measure = "begins"', "profile[1].measure: is not a count (known: referrals"),
    (COMPANION, "last_month = 24", "last_month = 25", "profile[1].last_month: must be a month of the contract"),
    (COMPANION, "i2i = 3", "i2i = 5", "profile[1].of_which: comes to 11, more than 10"),
    (COMPANION, '["E09000012"]', '["E09000026"]', "agreements[1].areas[1]: 'E09000026' is not an area of bridge-north"),
    (COMPANION, "share_basis_points = 6000", "share_basis_points = 60000", "agreements[1].share_basis_points: must be"),
]  # fmt: skip


class TestFaults:
    def test_two_criteria_would_tell_which_private_fact_is_met(self, desk: Desk) -> None:
        one = """[[eligibility.rules.all]]
code = "{code}"
fact = "concerns"
private = true
includes_any = ["{code}"]
says.met = "A family concern is met."
says.not_met = "No family concern is met."
says.missing = "We need to know."

[[eligibility.rules.all]]
code = "area"
"""
        desk.edit(CONTRACT, '[[eligibility.rules.all]]\ncode = "area"\n', one.format(code="domestic_abuse"))
        desk.load()
        desk.edit(CONTRACT, '[[eligibility.rules.all]]\ncode = "area"\n', one.format(code="crime_or_asb"))
        (problem,) = desk.problems()
        assert "domestic_abuse, crime_or_asb would tell which private fact is met" in problem

    @pytest.mark.parametrize(("name", "old", "new", "said"), FAULTS)
    def test_a_fault_is_told_with_file_line_and_field(
        self, desk: Desk, name: str, old: str, new: str, said: str
    ) -> None:
        desk.edit(name, old, new)
        problems = desk.problems()
        assert len([problem for problem in problems if said in problem]) == 1, problems
        assert all(problem.startswith(f"{name}:") for problem in problems)

    def test_the_line_is_that_of_the_field(self, desk: Desk) -> None:
        line = desk.edit(CONTRACT, "allotted_days = 364", 'allotted_days = "364"')
        assert desk.problems() == [
            f"contract.toml:{line}: contract.allotted_days: must be a whole number, 0 or more"
        ]

    def test_a_missing_field_is_told_at_its_table(self, desk: Desk) -> None:
        line = desk.edit(CONTRACT, 'name = "Haringey"\n', "") - 2
        assert desk.problems() == [f"contract.toml:{line}: areas[2].name: is missing"]

    def test_all_faults_of_all_files_are_told_at_once_and_nothing_is_loaded(self, desk: Desk) -> None:
        for name, old, new in (
            (CONTRACT, "allotted_days = 364", 'allotted_days = "364"'),
            (CONTRACT, "pence = 40000", "pense = 40000"),
            (CONTRACT, "at_least = 18", "at_last = 18"),
            (COMPANION, "capacity = 50", 'capacity = "50"'),
        ):
            desk.edit(name, old, new)
        said = [problem.split(": ")[1] for problem in desk.problems()]
        assert said == [
            *(
                "contract.allotted_days",
                "prices[1].pense",
                "eligibility.rules.all[2]",
                "agreements[2].capacity",
            ),
        ]
        assert desk.rows(Price) == []

    def test_prices_that_cover_the_same_are_refused_however_they_say_it(self, desk: Desk) -> None:
        desk.append(
            CONTRACT,
            """
[[prices]]
side = "commissioner"
milestone = "start"
payment_groups = ["young"]
starts_from = 2020-12-31
pence = 1
source = "tender"
confidence = "published"
""",
        )
        assert [problem.split(": ", 1)[1] for problem in desk.problems()] == [
            "prices[3]: covers the same as prices[1]"
        ]

    def test_a_companion_s_price_may_not_cover_a_published_one(self, desk: Desk) -> None:
        desk.append(COMPANION, '\n[[prices]]\nside = "commissioner"\nmilestone = "start"\npence = 1\n')
        assert [problem.split(": ", 1)[1] for problem in desk.problems()] == [
            "prices[3]: covers the same as a published one of the contract"
        ]

    def test_a_file_that_is_not_there_or_no_text_is_a_sentence(self, desk: Desk) -> None:
        (desk.folder / CONTRACT).write_bytes(b"\xff\xfe")
        assert desk.problems(CONTRACT, "gone.toml") == [
            "contract.toml:1: is not a text in UTF-8",
            "gone.toml:1: cannot be read: No such file or directory",
        ]

    def test_nothing_that_no_page_could_show_is_taken(self, desk: Desk) -> None:
        desk.edit(CONTRACT, '"Is 18 or older."', '"Is 18\\u0000 or older."')
        assert desk.problems()[0].endswith("eligibility.rules.all[2].says.met: must be a line of text")


class TestCommand:
    def run(self, desk: Desk, *options: str) -> str:
        paths = [str(desk.folder / name) for name in (CONTRACT, COMPANION)]
        output = StringIO()
        call_command("load_programme", *paths, "--tenant", "serco", *options, stdout=output)
        return output.getvalue()

    def test_it_says_what_was_loaded_and_what_was_not_new(self, desk: Desk) -> None:
        assert self.run(desk) == "bridge-north: terms loaded.\nbridge-north: illustrative terms loaded.\n"
        assert "bridge-north: terms unchanged." in self.run(desk)

    def test_it_moves_the_dates(self, desk: Desk) -> None:
        self.run(desk, "--starting", "2024-11-01")
        assert desk.rows(Profile)[0].month == date(2024, 11, 1)

    def test_it_counts_what_is_to_correct(self, desk: Desk) -> None:
        desk.edit(CONTRACT, "allotted_days = 364", 'allotted_days = "364"')
        with pytest.raises(
            CommandError, match=r"contract\.toml:36: contract\.allotted_days: (.|\n)*1 to correct"
        ):
            self.run(desk)

    def test_a_refusal_loads_none_of_the_files(self, desk: Desk) -> None:
        self.run(desk)
        desk.edit(CONTRACT, "pence = 40000", "pence = 41000")
        with looking_as(desk.cast.system()):
            other = Organisation.objects.create(
                tenant=desk.cast.serco, slug="gla", kind="commissioner", name="GLA"
            )
        desk.edit(CONTRACT, 'commissioner = "dwp"', f'commissioner = "{other.slug}"')
        with pytest.raises(CommandError, match=r"cannot change its commissioner\. Nothing was loaded"):
            self.run(desk)
        assert not any(row.withdrawn_at for row in desk.rows(Price))

    def test_an_unknown_workspace_is_a_sentence(self, desk: Desk) -> None:
        with pytest.raises(CommandError, match="There is no workspace nowhere"):
            call_command("load_programme", str(desk.folder / CONTRACT), "--tenant", "nowhere")
