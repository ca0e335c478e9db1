"""Assessment files are checked line by line; a change is a new version, and earlier ones stay."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from programmes.assessing import questions_of
from programmes.models import AssessmentTemplate
from tests.cast import Cast, looking_as

SHIPPED = Path(__file__).parents[2] / "programmes" / "files" / "assessments" / "steps-to-work.toml"
FILE = """
[assessment]
code = "steps"
title = "Steps to work"
programmes = ["inspiring-families"]
first_within_days = 20
again_after_days = 84
source = "Made up"

[[scales]]
code = "sure"
steps = ["Not at all", "Completely"]

[[questions]]
code = "cv"
heading = "Looking for work"
ask = "My CV shows what I can do"
scale = "sure"

[[questions]]
code = "health"
heading = "Health"
ask = "Health"
scale = "sure"
barrier = true
health = true
"""


def load(folder: Path, text: str) -> str:
    (folder / "steps.toml").write_text(text)
    told = StringIO()
    call_command("load_assessment", str(folder / "steps.toml"), tenant="serco", stdout=told)
    return told.getvalue()


def versions(cast: Cast) -> list[tuple[int, bool]]:
    with looking_as(cast.system()):
        found = AssessmentTemplate.objects.order_by("version").values_list("version", "withdrawn_at")
        return [(version, withdrawn is None) for version, withdrawn in found]


def test_a_file_becomes_questions_and_loading_it_again_changes_nothing(cast: Cast, tmp_path: Path) -> None:
    assert load(tmp_path, FILE) == "Steps to work: loaded.\n"
    assert load(tmp_path, FILE) == "Steps to work: unchanged.\n"
    assert versions(cast) == [(1, True)]
    with looking_as(cast.ada):
        cv, health = questions_of(AssessmentTemplate.objects.get().questions)
    assert (cv.steps, cv.best, cv.is_barrier, cv.is_health) == (("Not at all", "Completely"), 1, False, False)
    assert (health.is_barrier, health.is_health) == (True, True)


def test_a_change_is_a_new_version_and_the_earlier_one_stays(cast: Cast, tmp_path: Path) -> None:
    load(tmp_path, FILE)
    load(tmp_path, FILE.replace("My CV shows", "My CV really shows"))
    assert versions(cast) == [(1, False), (2, True)]
    load(tmp_path, FILE)
    assert versions(cast) == [(1, False), (2, False), (3, True)]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            '"inspiring-families"',
            '"nowhere"',
            "5: assessment.programmes[1]: there is no programme 'nowhere' here",
        ),
        ('["inspiring-families"]', "[]", "5: assessment.programmes: needs at least one"),
        ("first_within_days = 20", "first_within_days = 0", "must be from 1 to 1,000"),
        ('title = "Steps to work"', 'title = " "', "4: assessment.title: is empty"),
        ('["Not at all", "Completely"]', '["Yes"]', "12: scales[1].steps: needs 2 to 11 steps"),
        ('["Not at all", "Completely"]', '["Yes", "Yes"]', "has two steps of the same words"),
        ('code = "health"', 'code = "cv"', "21: questions[2].code: 'cv' stands here twice"),
        ('code = "cv"', 'code = "My CV"', "15: questions[1].code: must be lower case"),
        ("health = true", 'health = "yes"', "must be one of false, true"),
        ("health = true", "helth = true", "unknown field"),
        ('ask = "Health"', 'ask = ""', "23: questions[2].ask: is empty"),
        ('ask = "Health"', f'ask = "{"x" * 161}"', "has more than 160 characters"),
        ("[assessment]", "[assessment", "is not TOML"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_nothing_is_loaded(
    cast: Cast, tmp_path: Path, old: str, new: str, problem: str
) -> None:
    assert FILE.count(old) == 1
    with pytest.raises(CommandError, match="nothing was loaded") as error:
        load(tmp_path, FILE.replace(old, new))
    assert problem in str(error.value)
    assert versions(cast) == []


def test_an_unknown_scale_is_told(cast: Cast, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="there is no scale 'other' in this file"):
        load(
            tmp_path,
            FILE.replace(
                'heading = "Health"\nask = "Health"\nscale = "sure"',
                'heading = "Health"\nask = "Health"\nscale = "other"',
            ),
        )


def test_the_shipped_assessment_is_sound(cast: Cast, tmp_path: Path) -> None:
    text = SHIPPED.read_text().replace('["inspiring-families", "work-programme"]', '["inspiring-families"]')
    assert load(tmp_path, text) == "Steps to work: loaded.\n"


def test_a_workspace_that_is_not_there_is_told(cast: Cast) -> None:
    with pytest.raises(CommandError, match="There is no workspace nowhere"):
        call_command("load_assessment", str(SHIPPED), tenant="nowhere")
