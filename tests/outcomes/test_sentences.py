"""Facts and milestones as a person's story tells them."""

from participants import timeline
from tests.cast import Cast, looking_as
from tests.outcomes.evidencing import pay, payment, prove, put_right, reject, take_back
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
    assert titles == ["Job corrected", "Job ended", "Started work"]


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


def test_the_story_of_pay_names_sum_day_and_employer(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    take_back(cast, put_right(cast, pay(cast, enrolment, days=20), payment(19, 41_250)))
    with looking_as(cast.ada) as ada:
        entries, _ = timeline.page(person, ada, group="Earnings", number=1)
    told = [(entry.line.title, entry.line.text) for entry in entries]
    assert {title for title, _ in told} == {"Earnings withdrawn", "Earnings corrected", "Earnings recorded"}
    assert ("Earnings withdrawn", f"£412.50 paid on {ago(19).day} {ago(19):%B %Y} by Tesco.") in told


def test_the_story_of_evidence_says_its_kind_and_why_it_was_rejected(cast: Cast) -> None:
    person, enrolment = started_person(cast)
    reject(cast, prove(cast, enrolment, days=20, words="Bring the original"), reason="unreadable")
    prove(cast, enrolment, days=30, kind="concern")
    with looking_as(cast.priya) as priya:
        entries, _ = timeline.page(person, priya, group="Evidence", number=1)
    told = {entry.line.title: entry.line.text for entry in entries}
    assert told["Evidence rejected"] == f"Payslip, {ago(20).day} {ago(20):%B %Y}. It cannot be read."
    assert told["Evidence recorded"] == f"Family concern met, {ago(30).day} {ago(30):%B %Y}."
    assert "original" not in str(told)
