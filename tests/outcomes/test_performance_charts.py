"""Charts: what is drawn says what it is, promises nothing that has not happened, and is drawn once."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from xml.etree import ElementTree

import pytest
from django.core.cache import caches

from outcomes.performance.charts import Curve, Month, Spec, cohort_curve, monthly_bars, sparkline, svg

TITLE = "Job outcomes by cohort"
EVENT = "with a job outcome"
FIRST_LINE = "#0b5c63"
HOSTILE = "</text><script>alert(1)</script>"


@pytest.fixture(autouse=True)
def nothing_drawn_yet() -> Iterator[None]:
    caches["charts"].clear()
    yield
    caches["charts"].clear()


def drawings(spec: Spec) -> list[ElementTree.Element]:
    """What svg() gives for it, one element for each width, without the name space."""
    markup = svg(spec).replace(' xmlns="http://www.w3.org/2000/svg"', "")
    return list(ElementTree.fromstring(f"<all>{markup}</all>"))


def wide(spec: Spec) -> ElementTree.Element:
    return drawings(spec)[0]


def texts(drawing: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in drawing.iter("text")]


def points(drawing: ElementTree.Element, colour: str) -> list[tuple[float, float]]:
    """The corners of the one line of that colour, in pixels from the upper left."""
    (line,) = [path for path in drawing.iter("path") if path.get("stroke") == colour]
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([-\d.]+),([-\d.]+)", line.attrib["d"])]


def heights(drawing: ElementTree.Element, *names: str) -> list[float]:
    """How far down the names of the curves stand, in pixels, from the uppermost on; each once."""
    found = [element for element in drawing.iter("text") if element.text in names]
    places = {re.search(r",([-\d.]+)\)", element.attrib["transform"]) for element in found}
    return sorted({round(float(place[1]), 1) for place in places if place})


def curve(*curves: Curve, profile: tuple[float, ...] = ()) -> Spec:
    return cohort_curve(curves, profile, title=TITLE, event=EVENT)


def bars(*amounts: int) -> Spec:
    months = [Month(date(2026, n, 1), amount, 3) for n, amount in enumerate(amounts, start=1)]
    return monthly_bars(months, title="Job outcomes by month", unit="job outcomes")


def every_kind() -> list[Spec]:
    return [
        curve(Curve("Jan", [0, 0.1, 0.25]), Curve("Feb", [0, 0.2]), profile=(0, 0.1, 0.2)),
        bars(2, 4, 1),
        sparkline([1, 2, 3], [1, 1, 1], title="Starts"),
    ]


def test_a_drawing_is_one_image_with_a_title_and_a_description() -> None:
    for drawing in drawings(curve(Curve("Jan–Jun 2025", [0, 0.125, 0.25]), profile=(0, 0.1, 0.2))):
        assert drawing.tag == "svg"
        assert drawing.get("role") == "img"
        label = drawing.attrib["aria-label"]
        assert label.startswith(f"{TITLE}. ")
        assert "Jan–Jun 2025: 25.0% by month 2" in label
        assert "Profile: 20.0% by month 2" in label
    assert wide(bars(2, 1)).get("aria-label") == (
        "Job outcomes by month. 3 job outcomes in 2 months, profile 6"
    )
    assert wide(sparkline([1, 1200], title="Starts")).get("aria-label") == "Starts. 1, 1,200"


def test_nothing_inside_the_image_is_read_out_by_itself() -> None:
    for spec in every_kind():
        for drawing in drawings(spec):
            inside = [element for element in drawing.iter() if element is not drawing]
            assert not [name for part in inside for name in part.attrib if name.startswith(("role", "aria"))]


def test_there_is_a_drawing_for_a_desk_and_one_for_a_phone() -> None:
    for_desk, for_phone = drawings(bars(1, 2))
    assert (for_desk.get("class"), for_phone.get("class")) == ("baton-chart__wide", "baton-chart__narrow")
    assert for_desk.attrib["viewBox"].split()[2] == "600"
    assert for_phone.attrib["viewBox"].split()[2] == "330"


def test_months_that_are_not_mature_are_not_drawn_as_a_dip() -> None:
    drawing = wide(curve(Curve("Young", [0, 0.2, None, None]), Curve("Old", [0, 0.1, 0.2, 0.3])))
    young, old = points(drawing, FIRST_LINE), points(drawing, "#b34700")
    assert len(young) == 2
    assert young[-1][1] < young[0][1]  # it ends higher up than it began
    assert young[-1][0] == pytest.approx(old[1][0])
    assert "Young: 20.0% by month 1" in drawing.attrib["aria-label"]


def test_the_running_month_is_pale() -> None:
    months = [Month(date(2026, 1, 1), 4), Month(date(2026, 2, 1), 1, whole=False)]
    drawing = wide(monthly_bars(months, title="Starts", unit="starts"))
    fills = [path.get("fill") for path in drawing.iter("path")]
    assert fills.count("#0b5c63") == 1
    assert fills.count("#a9cdcf") == 1


@pytest.mark.parametrize(
    "spec",
    [
        curve(),
        curve(Curve("Jan", [])),
        curve(Curve("Jan", [None, None])),
        curve(Curve("Jan", [0])),
        bars(),
        bars(0),
        bars(-5),
        sparkline([], title="Starts"),
        sparkline([0], title="Starts"),
    ],
)
def test_no_data_or_hardly_any_does_not_fail(spec: Spec) -> None:
    assert all(drawing.get("role") == "img" for drawing in drawings(spec))


def test_curves_without_any_outcome_lie_on_nought_and_can_be_told_apart() -> None:
    drawing = wide(curve(Curve("Jan", [0, 0, 0]), Curve("Feb", [0, 0, 0]), Curve("Mar", [0, 0, 0])))
    assert {"0%", "100%"} < set(texts(drawing))
    first, second, third = heights(drawing, "Jan", "Feb", "Mar")
    assert second - first > 13
    assert third - second > 13


def test_no_share_is_below_nought_though_a_name_may_stand_there() -> None:
    drawing = wide(curve(Curve("Old", [0, 0, 0, 0.3]), Curve("Young", [0, 0])))
    assert {"Young", "0%", "30%"} < set(texts(drawing))
    assert not [text for text in texts(drawing) if text.startswith(("-", "−"))]


@pytest.mark.parametrize("most", [1, 2, 3, 4, 7])
def test_what_is_counted_in_wholes_has_an_axis_of_wholes(most: int) -> None:
    numbers = [text for text in texts(wide(bars(most, 0))) if text.isdigit()]
    assert len(numbers) == len(set(numbers))
    elapsed = wide(curve(Curve("Jan", [0.5] * (most + 1))))
    assert not [text for text in texts(elapsed) if re.fullmatch(r"\d+\.\d+", text)]


def test_the_strict_policy_of_the_page_has_nothing_to_block() -> None:
    for spec in every_kind():
        for part in [part for drawing in drawings(spec) for part in drawing.iter()]:
            assert part.tag in {"svg", "g", "path", "line", "text", "rect", "defs", "clipPath"}
            assert not [name for name in part.attrib if name == "style" or name.startswith("on")]
            assert not [name for name in part.attrib if name.endswith(("href", "src"))]


@pytest.mark.parametrize(
    "name", [HOSTILE, "Renaisi role=", 'i2i role="', 'a aria-label="b" c', "it's {{ 7 }} \\1 & <"]
)
def test_a_name_is_shown_as_it_is_and_breaks_nothing(name: str) -> None:
    spec = cohort_curve([Curve(name, [0, 0.1]), Curve("Other", [0, 0.3])], title=f"{name} in all", event=name)
    for drawing in drawings(spec):
        assert {name, "Other", f"Share {name}"} < set(texts(drawing))
        assert drawing.attrib["aria-label"].startswith(f"{name} in all. {name}: 10.0% by month 1")
    assert "<script" not in svg(spec)


def test_the_same_specification_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = svg(bars(1, 2))
    monkeypatch.setitem(sys.modules, "vl_convert", None)  # from here on nothing can be drawn
    assert svg(bars(1, 2)) == drawn
    with pytest.raises(ImportError):
        svg(bars(1, 3))


def test_the_drawing_library_is_loaded_by_the_first_drawing_and_not_before() -> None:
    """A process that has it loaded and then forks leaves a child that hangs."""
    script = """
import sys, django
django.setup()
import config.urls
from outcomes.performance import charts
spec = charts.sparkline([1, 2], title="Starts")
assert "vl_convert" not in sys.modules, "loaded before anything was drawn"
assert charts.svg(spec).startswith("<svg ")
assert "vl_convert" in sys.modules
"""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
