"""What was published, as tests/data has it: every figure beside its source."""

import csv
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("data")
FILES = sorted(path.stem for path in FOLDER.glob("*.csv"))
Row = dict[str, str]


def rows(name: str, **wanted: str) -> list[Row]:
    """The rows of a file in which these columns say so."""
    with (FOLDER / f"{name}.csv").open(newline="") as file:
        return [row for row in csv.DictReader(file) if all(row[key] == said for key, said in wanted.items())]


def row(name: str, **wanted: str) -> Row:
    """The one row in which these columns say so."""
    [found] = rows(name, **wanted)
    return found


def pence(pounds: str) -> int:
    """Pounds as they were published, in pence."""
    return int(Decimal(pounds) * 100)


def living_wage() -> list[tuple[date, int, int]]:
    """From which day on, pence an hour, and what 16 hours in each of 26 weeks come to in pence."""
    return [
        (
            date.fromisoformat(one["effective_from"]),
            pence(one["nlw_adult_hourly_gbp"]),
            pence(one["threshold_16h_26wk_gbp_derived"]),
        )
        for one in rows("nlw_earnings_thresholds")
    ]


def work_programme_groups() -> dict[str, dict[str, Any]]:
    """By payment group, those whose payments were published in full: weeks to the outcome, how many sustainments, and
    pence for the attachment of the first year, the outcome, each sustainment and everything."""
    return {
        one["group"]: {
            "weeks": int(one["job_outcome_weeks"]),
            "most": int(one["sustainment_max_payments_derived"]),
            "start": pence(one["attachment_fee_year1_gbp"]),
            "job_outcome": pence(one["job_outcome_fee_gbp"]),
            "sustainment": pence(one["sustainment_per_4wk_gbp_derived"]),
            "sustainments": pence(one["sustainment_total_max_gbp"]),
            "all": pence(one["maximum_total_gbp"]),
        }
        for one in rows("wp_payment_groups", confidence="published")
    }


def attachment_fees() -> dict[int, int]:
    """Pence for an attachment by contract year; of the year from which sources disagree, what they agree on."""
    return {
        int(one["contract_year"]): pence(one["attachment_fee_gbp"])
        for one in rows("wp_attachment_fee_by_year")
    }


def windows(programme: str, element: str) -> list[int]:
    """The numbers that a rule's window was published with, the days first: 638, 456 and 182."""
    said = row("programme_payment_models", programme=programme, element=element)["window_days"]
    assert "NOT CONFIRMED" not in said
    return [int(number) for number in re.findall(r"\d+", said)]


def rates(metric: str) -> list[tuple[str, int, int, str]]:
    """Rates of this metric that were published with their counts: of what, how many, of how many, and the per cent.

    The per cent is the one that was published, else what its source comes to by its own counts. A row whose per cent
    does not follow from its counts is left out.
    """
    found = [
        *(
            (one, one["numerator"], one["denominator"], one["recomputed_pct"])
            for one in rows("wp_published_statistics")
            if one["recompute_matches"] != "NO"
        ),
        *(
            (one, one["value"], one["denominator_or_comparator"], re.sub(r"\D.*", "", one["note"]))
            for one in rows("later_programme_statistics")
        ),
    ]
    return [
        (
            f"{one['programme']}, {one['period']}, {one['scope']}",
            int(above),
            int(below),
            one["published_pct"] or derived,
        )
        for one, above, below, derived in found
        if re.search(metric, one["metric"]) and (one["published_pct"] or derived)
    ]
