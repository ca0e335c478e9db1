"""The trial of a long file says what the import will do, also of rows that depend on others far above them."""

from collections import defaultdict
from collections.abc import Hashable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from outcomes.actions import import_run as runs
from outcomes.imports.columns import Line, together
from outcomes.imports.limits import LIMITS
from outcomes.imports.ties import next_rows
from outcomes.models import ImportRun, Job
from participants import vault
from participants.models import Identity, Participant
from partners.outbox import work_off
from tests.cast import Cast, looking_as
from tests.outcomes.importing import as_csv, checked, said
from tests.outcomes.test_import_claims import PAYMENTS, keyed
from tests.outcomes.working import started_person
from tests.participants.people import ago

HEADER = ("Reference", "NINO", "Employer", "Job title", "Hours", "Start date", "End date")
# More than fit in one piece.
FILLING = LIMITS.rows_at_once


def job(who: str, number: str, days: int, until: Any = "", employer: str = "Tesco") -> list[Any]:
    return [who, number, employer, "Cleaner", 20, ago(days), until]


def known_by(cast: Cast, person: Participant, number: str) -> None:
    with looking_as(cast.system()) as system:
        key_id, sealed = vault.seal(number, tenant_id=system.tenant_id, participant_id=person.pk)
        index = vault.blind_index(number, system.tenant_id)
        Identity(
            tenant_id=system.tenant_id, participant=person, key_id=key_id, sealed=sealed, blind_index=index
        ).save(force_insert=True)


def is_as_tried(cast: Cast, run: ImportRun, by: str) -> bool:
    """Whether writing the file comes to what the trial said, line by line."""
    tried = said(cast, run)
    with looking_as(getattr(cast, by)) as viewer:
        runs.start(run=run, mode="good", by=viewer, at=viewer.now())
    work_off()
    return said(cast, run) == tried


def test_a_row_is_tried_out_after_the_far_one_that_it_depends_on(cast: Cast) -> None:
    person, _ = started_person(cast, days=400)
    named, _ = started_person(cast, days=400)
    other, _ = started_person(cast, days=400)
    known_by(cast, named, "QQ123456C")
    run = checked(
        cast,
        "jobs",
        as_csv(
            HEADER,
            job(person.reference, "", 100),
            job(named.reference, "", 90),
            *[job(other.reference, "", days, employer=f"Shop {days}") for days in range(FILLING)],
            job(person.reference.lower(), "", 100, ago(50)),
            # Named by the number this time, without its last letter as some feeds have it.
            job("", "qq 12 34 56 d", 90, ago(40)),
        ),
    )
    assert run.counts == {"new": FILLING + 2, "changed": 2}
    assert [one[1:] for one in said(cast, run)[-2:]] == [
        ("changed", f"Last day {ago(50).day} {ago(50):%B %Y} instead of none."),
        ("changed", f"Last day {ago(40).day} {ago(40):%B %Y} instead of none."),
    ]
    assert is_as_tried(cast, run, "mona")
    with looking_as(cast.system()):
        ended = Job.objects.filter(voided_at=None, ends_on__isnull=False)
        assert set(ended.values_list("ends_on", flat=True)) == {ago(50), ago(40)}


def test_two_sums_for_one_claim_are_an_error_however_far_apart(cast: Cast) -> None:
    keyed(cast, "C-1")
    rows = [["C-1", ago(0), 500], *[[f"X-{n}", ago(0), n + 1] for n in range(FILLING)], ["c-1", ago(0), 600]]
    rows.append(["C-1", ago(0), 700])
    run = checked(cast, "payments", as_csv(PAYMENTS, *rows), by="frank")
    assert [outcome for _, outcome, _ in said(cast, run)][-1] == "error"
    assert is_as_tried(cast, run, "frank")


def test_a_piece_is_of_whole_groups_of_which_none_is_without_end() -> None:
    first, second, third = ([Line(n, {}) for n in some] for some in ((2, 5), (3, 4), (6,)))
    assert next_rows([first, second, third], set(), 3) == ([*first, *second], set())
    assert next_rows([first, second, third], {2, 3, 4, 5}, 3) == (third, set())
    most = LIMITS.most_rows_as_a_whole
    rows, beyond = next_rows([[Line(n, {}) for n in range(most + 2)]], set(), 1)
    assert (len(rows), beyond) == (most + 2, {most, most + 1})


@given(st.lists(st.lists(st.integers(0, 12), max_size=3), max_size=20))
def test_what_is_about_one_thing_stands_together(things: list[list[Hashable]]) -> None:
    lines = [Line(number, {"about": tuple(some)}) for number, some in enumerate(things)]
    groups = together(lines, lambda line: line.values["about"])
    assert sorted(line.number for group in groups for line in group) == list(range(len(lines)))
    place = {line.number: at for at, group in enumerate(groups) for line in group}
    by_thing: defaultdict[Hashable, set[int]] = defaultdict(set)
    for line in lines:
        for thing in line.values["about"]:
            by_thing[thing].add(place[line.number])
    assert all(len(places) == 1 for places in by_thing.values())
    firsts = [group[0].number for group in groups]
    assert firsts == sorted(firsts)
    assert all([one.number for one in group] == sorted(one.number for one in group) for group in groups)
    # No more than what is tied: a group is one thing reached from another.
    for group in groups:
        reached, left = set(group[0].values["about"]), group[1:]
        while touching := [line for line in left if reached & set(line.values["about"])]:
            reached |= {thing for line in touching for thing in line.values["about"]}
            left = [line for line in left if line not in touching]
        assert left == []
