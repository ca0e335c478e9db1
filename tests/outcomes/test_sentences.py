"""Jobs and milestones as a person's story tells them."""

from participants import timeline
from tests.cast import Cast, looking_as
from tests.outcomes.working import correct, end, started_person, work
from tests.participants.people import ago


def story(cast: Cast, name: str, group: str = "") -> list[tuple[str, str]]:
    person, enrolment = started_person(cast)
    job = correct(cast, work(cast, enrolment, since=120), since=110)
    end(cast, job, days=60, reason="health")
    with looking_as(getattr(cast, name)) as viewer:
        entries, _ = timeline.page(person, viewer, group=group, number=1)
        return [(entry.line.title, entry.line.text) for entry in entries]


def test_the_story_of_a_job(cast: Cast) -> None:
    titles = [title for title, _ in story(cast, "ada", group="Work")]
    assert titles == ["Dates of a job corrected", "Job ended", "Started work"]


def test_milestones_say_why(cast: Cast) -> None:
    told = story(cast, "ada", group="Milestones")
    assert [title for title, _ in told] == [
        "Short job outcome reversed",
        "Short job outcome reversed",
        "Job start reversed",
        "Short job outcome reached",
        "Short job outcome reached",
        "Job start reached",
        "Job start reached",
        "Start reached",
    ]
    assert told[0][1].startswith("The job that began on")
    assert "91 days in work" in told[3][1]


def test_the_words_name_employer_and_days(cast: Cast) -> None:
    words = dict(story(cast, "priya", group="Work"))["Job ended"]
    assert words.startswith("Shop assistant at Tesco. From ")
    assert f"{ago(60).day} {ago(60):%B %Y}" in words
