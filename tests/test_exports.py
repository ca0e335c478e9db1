"""Every export there is, with names that a spreadsheet would run: each comes out as text."""

import csv
import io
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse

from outcomes.forecasting import forecast
from participants.models import Participant
from partners.exports import safe
from partners.models import Organisation, User
from partners.outbox import work_off
from tests.cast import Cast, looking_as
from tests.journey import Journey, walk
from tests.outcomes.importing import EARNINGS, as_csv, checked
from tests.outcomes.promising import line, load
from tests.test_addresses import own_operations
from tests.test_roles import ASKED

# Every export: who opens it, and whether a name that people choose stands in it.
EXPORTS = {
    "advisers_csv": ("mona", True),
    "audit_csv": ("sara", True),
    "caseload_csv": ("ada", True),
    "claims_due_csv": ("frank", True),
    "claims_to_key_csv": ("frank", False),
    "changes_csv": ("sara", False),
    "cohorts_csv": ("sara", False),
    "comparison_csv": ("sara", True),
    "contract_prices": ("sara", False),
    "facts_csv": ("sara", False),
    "figure_queries_csv": ("priya", False),
    "forecast_csv": ("frank", True),
    "forecast_people_csv": ("mona", True),
    "import_report": ("mona", False),
    "import_rows_left": ("mona", True),
    "margin_csv": ("frank", True),
    "moves_csv": ("sara", True),
    "people_csv": ("sara", True),
    "performance_csv": ("sara", True),
    "performance_people_csv": ("sara", True),
    "published_csv": ("sara", False),
    "profile_csv": ("sara", True),
    "referrals_csv": ("sara", True),
    "shared_csv": ("dee", False),
    "statement_csv": ("sara", True),
    "statements_csv": ("sara", True),
    "without_contact_csv": ("sara", True),
}
FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def poisoned(cast: Cast) -> Journey:
    """A job outcome on the statement, and everybody called by a formula."""
    journey = walk(cast, "renaisi", "ada")
    work_off()
    load(cast, line(cast, "renaisi", 1))
    with looking_as(cast.system()) as system:
        forecast(cast.contract, system)
        Participant.objects.filter(pk=journey.participant.pk).update(given_name=FORMULA, family_name="+1+1")
        Organisation.objects.update(name=FORMULA)
        User.objects.update(name="@SUM(A1)")
    return journey


def of_exports() -> set[str]:
    """The names of the operations whose address ends like a file of values."""
    return {str(pattern.name) for route, pattern in own_operations() if route.endswith(".csv")}


def test_no_export_is_missing_here() -> None:
    assert of_exports() == set(EXPORTS)


def test_nobody_writes_values_but_the_one_place_that_makes_them_safe() -> None:
    apps = ("config", "outcomes", "referrals", "participants", "programmes", "partners")
    writers = {
        str(path.relative_to(settings.BASE_DIR))
        for app in apps
        for path in (settings.BASE_DIR / app).rglob("*.py")
        if "csv.writer" in path.read_text() or "csv.DictWriter" in path.read_text()
    }
    assert writers == {"partners/exports.py"}


@pytest.mark.parametrize("export", EXPORTS)
def test_a_formula_in_a_name_comes_out_as_text(cast: Cast, poisoned: Journey, export: str) -> None:
    who, has_names = EXPORTS[export]
    run = checked(cast, "earnings", as_csv(EARNINGS, ["PT-2222-22", FORMULA, "", "1"]))
    arguments: dict[str, list[Any]] = {
        "import_report": [run.pk],
        "import_rows_left": [run.pk],
        "contract_prices": [cast.contract.code],
        "statement_csv": [poisoned.statement.pk],
    }
    address = "/serco" + reverse(export, args=arguments.get(export, []))
    answer = cast.client(who).get(address, ASKED.get(export, {}))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment; ")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    cells = [cell for row in rows for cell in row]
    assert [cell for cell in cells if safe(cell) != cell and not cell.startswith("'")] == []
    if has_names:
        assert [cell for cell in cells if cell.startswith(("'=HYPERLINK", "'@SUM"))]
