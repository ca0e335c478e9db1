"""The policy mutation run: weaken the walls in every way there is, one at a time, and see whether the tests notice.

    ./baton bench walls [WORDS]        only the mutants whose name has these words

Each mutant is brought about in a transaction on a clone of the planted database, then the checks that the tests consist
of are run until one is not content: first the behaviour (the data matrix and what belongs to it), then the catalogue
test, which compares the text of the walls with what the models declare. Whatever nobody notices is a survivor.
"""

import json
import multiprocessing
import os
import platform
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from inspect import signature
from typing import Any
from urllib.parse import urlsplit

import django
import psycopg2

django.setup()

from tests.partners import test_catalogue  # noqa: E402
from tests.partners.first_looks import CALLED_BY_TRIGGERS, CHECKS, FirstLooks  # noqa: E402
from tests.partners.keepers import TRIGGERS, Keepers  # noqa: E402
from tests.partners.matrix import Matrix  # noqa: E402
from tests.partners.planting import plant_world  # noqa: E402
from tests.partners.small_world import Place, World  # noqa: E402
from tests.partners.wall_mutants import Mutant, mutants  # noqa: E402

WORKERS = 2
BEHAVIOUR = 0.9
# Mutants that change nothing that anybody could ever see or write, each sort with the reason. The catalogue notices
# most of them all the same.
ONLY_PROVIDERS = "held|held_cases|case_periods|supplyagreement|allocation|referral|journal"
EQUIVALENT = {
    r": person_wall with check true": "only the system writes, and it passes this wall anyway",
    r": system_update with check true": "tenant and kind cannot change between the condition and the check",
    rf": provider_select without .* = 'provider'.*({ONLY_PROVIDERS})": "what it asks answers to providers alone",
    r"^referrals_eligibilitydecision: referrer_select without .* = 'referrer'": "so does the referrals' own wall",
    r"^referrals_allocation: person_wall without .* = 'referrer'": "a referrer sees no allocation anyway",
    r"^outcomes_dirtymark: person_wall": "nobody but the system sees these rows anyway",
    r"^partners_domainevent: (system_insert|tenant_wall) with check true": "its audit row is refused instead",
    r"^partners_domainevent_by_key_within: dropped": "its audit row is refused instead",
    r"^(held|held_cases|case_periods): without a.tenant_id": "the assignments' own wall says so",
    r"^beyond_\w+: without \w.tenant_id": "whoever is restricted here has no rows elsewhere",
    r"^beyond: without n.tenant_id": "a participant is named in its own tenant alone",
    r"^erase: without h.tenant_id": "a participant is held back in its own tenant alone",
    r"^participants_restriction_level_check: dropped": "another check of the level says more",
    r"^partners_auditentry_sequence_check: dropped": "another check of the sequence says more",
    r"^(outcomes_entry\.)?journal_balances: (dropped|disabled|does nothing)": "the journal's own trigger asks the same",
    r"^outcomes_(recovery_errors|sample_population|sample_size)_check: dropped": "another check asks for more",
    r"^outcomes_profileversion_amber_below_check: dropped": "another check asks for more",
}


# A mutant, who noticed it ("behaviour", "catalogue" or nobody) and what they said.
Verdict = tuple[Mutant, str, str]


def say(words: str) -> None:
    """Progress, on standard error."""
    print(words, file=sys.stderr, flush=True)


def connected(name: str, database: str) -> Any:
    """A connection by the address in an environment variable, but to another database."""
    return psycopg2.connect(urlsplit(os.environ[name])._replace(path=f"/{database}").geturl())


class OneDoor:
    """One superuser's transaction that takes the role it is asked for, so that a mutant never needs to be committed."""

    def __init__(self, database: str) -> None:
        self.connection = connected("SUPERUSER_DATABASE_URL", database)

    def cursor(self, role: str) -> Any:
        """As Doors.cursor: what the check before wrote is undone, the mutant stays."""
        cursor = self.connection.cursor()
        cursor.execute("rollback to savepoint mutated; savepoint mutated")
        cursor.execute("reset role" if role == "superuser" else f"set local role {role}")
        return cursor

    def begin(self, statement: str = "") -> None:
        """Bring a mutant about."""
        self.connection.rollback()
        cursor = self.connection.cursor()
        cursor.execute(f"{statement or 'select'}; savepoint mutated")


class Jury:
    """The checks on one clone of the planted database."""

    def __init__(self, database: str, places: list[Place], world: World) -> None:
        self.door = OneDoor(database)
        self.matrix = Matrix(self.door, places, world)
        self.keepers, self.first_looks = Keepers(self.matrix), FirstLooks(self.matrix)
        self.uses = self.who_asks_whom()
        # Catalogue tests that are not content with whole walls prove nothing about weakened ones.
        self.discontent: set[str] = set()
        self.door.begin()
        self.discontent = set(self.catalogue())

    def who_asks_whom(self) -> dict[str, set[str]]:
        """For each table and function those whose walls or answers ask it, directly or by way of others."""
        self.door.begin()
        cursor = self.door.connection.cursor()
        cursor.execute(
            "select tablename, string_agg(coalesce(qual, '') || coalesce(with_check, ''), ' ') from pg_policies"
            " group by 1 union all select proname, prosrc from pg_proc where pronamespace = 'wall'::regnamespace"
        )
        texts = dict(cursor.fetchall())
        asks = {
            name: {other for other in texts if other != name and mentioned(other, text)}
            for name, text in texts.items()
        }
        found: dict[str, set[str]] = {name: {name} for name in texts}
        for name in texts:
            waiting = [name]
            while waiting:
                for other in asks[waiting.pop()]:
                    if name not in found[other]:
                        found[other].add(name)
                        waiting.append(other)
        return found

    def behaviour(self, mutant: Mutant) -> Iterator[str]:
        """Everything that behaves differently than it should, what the mutant was done to first."""
        if mutant.part == "reference":
            yield from self.keepers.reference(mutant.name)
        elif mutant.part == "constraint":
            yield from self.keepers.constraint(mutant.name)
        elif mutant.part == "trigger":
            yield from self.keepers.trigger(*mutant.name.split("."))
        else:
            yield from self.walls(mutant.name, sooner(mutant.what))

    def walls(self, name: str, sooner: tuple[str, ...]) -> Iterator[str]:
        """What follows from a table or a function: itself, then all that ask it."""
        if name in self.matrix.walls:
            yield from self.matrix.everything(name, sooner)
        if name in CALLED_BY_TRIGGERS:
            for trigger in TRIGGERS:
                yield from self.keepers.trigger(*trigger)
        asking = self.uses.get(name, {name})
        for function in sorted(asking & set(CHECKS), key=lambda one: one != name):
            if function not in NOT_ASKED:
                yield from self.first_looks.check(function)
        for table in sorted(asking & set(self.matrix.walls) - {name}):
            yield from self.matrix.looking(table)

    def catalogue(self) -> Iterator[str]:
        """What the catalogue test says."""
        found = object.__new__(test_catalogue.Catalogue)
        found.connection = self.door.connection
        for name, test in vars(test_catalogue).items():
            if name in self.discontent or not name.startswith("test_"):
                continue
            if list(signature(test).parameters) == ["catalogue"]:
                self.door.cursor("superuser")
                try:
                    test(found)
                except (AssertionError, psycopg2.Error):
                    yield name

    def verdict(self, mutant: Mutant) -> tuple[str, str]:
        """Who noticed, and what they said."""
        self.door.begin(mutant.statement)
        for judge, sentences in (("behaviour", self.behaviour(mutant)), ("catalogue", self.catalogue())):
            if (said := first(sentences)) is not None:
                return judge, said
        return "", ""


# Takes seconds, and no wall asks it.
NOT_ASKED = {"analyse"}


def sooner(what: str) -> tuple[str, ...]:
    """The checks that are likeliest to notice."""
    if "forced" in what:
        return ("owner_looking",)
    writes = ("insert", "update", "delete", "granted", "with check")
    return ("system_writing", "writing") if any(word in what for word in writes) else ()


def mentioned(name: str, text: str) -> bool:
    return f"{name}(" in text or f" {name} " in text or f"{name}\n" in text or f".{name} " in text


def first(sentences: Iterator[str]) -> str | None:
    """The first sentence, if any; a check that cannot even run is not content either."""
    try:
        return next(sentences, None)
    except psycopg2.Error as error:
        return f"{type(error).__name__}: {error}".splitlines()[0]
    finally:
        sentences.close()  # type: ignore[attr-defined]


def work(number: int, places: list[Place], world: World, todo: Any, done: Callable[[Any], None]) -> None:
    """Judge one mutant after another, until there are no more."""
    jury = Jury(f"baton_mutants_{number}", places, world)
    while (mutant := todo.get()) is not None:
        done((mutant, *jury.verdict(mutant)))
    jury.door.connection.close()


def planted() -> tuple[list[Place], World]:
    """The small world in a clone of the migrated database, and that cloned for every other worker."""
    say("planting the small world")
    server = psycopg2.connect(os.environ["SUPERUSER_DATABASE_URL"])
    server.autocommit = True
    names = [f"baton_mutants_{number}" for number in range(WORKERS)]
    server.cursor().execute(f"create database {names[0]} template baton owner baton_owner")
    application = connected("DATABASE_URL", names[0])
    places, world = plant_world(application.cursor())
    application.commit()
    application.close()
    for name in names[1:]:
        server.cursor().execute(f"create database {name} template {names[0]} owner baton_owner")
    server.close()
    return places, world


def untouched(jury: Jury) -> list[str]:
    """What the checks find wrong with walls that nobody has weakened: nothing, or the run proves nothing."""
    jury.door.begin()
    found = [said for table in jury.matrix.walls for said in jury.matrix.everything(table)]
    for name in CHECKS:
        found += jury.first_looks.check(name)
    for trigger in TRIGGERS:
        found += jury.keepers.trigger(*trigger)
    for mutant in mutants(jury.door.cursor("superuser")):
        if mutant.part in ("reference", "constraint"):
            found += jury.behaviour(mutant)
    return [*found, *jury.discontent]


def judged(all_mutants: list[Mutant], places: list[Place], world: World) -> list[Verdict]:
    """Every mutant, who noticed it and what they said; the work is shared among processes."""
    context = multiprocessing.get_context("fork")
    todo, done = context.Queue(), context.Queue()
    for one in [*all_mutants, *[None] * WORKERS]:
        todo.put(one)
    workers = [
        context.Process(target=work, args=(number, places, world, todo, done.put))
        for number in range(WORKERS)
    ]
    for worker in workers:
        worker.start()
    verdicts = []
    began = time.monotonic()
    for number in range(1, len(all_mutants) + 1):
        verdicts.append(done.get())
        if number % 100 == 0:
            say(f"{number} of {len(all_mutants)} after {time.monotonic() - began:.0f} s")
    for worker in workers:
        worker.join()
    return verdicts


def why_equivalent(mutant: Mutant) -> str:
    """The reason for which nobody could see a difference, if there is one."""
    words = f"{mutant}: {mutant.statement}"
    return next(
        (reason for pattern, reason in EQUIVALENT.items() if re.search(pattern, words, re.DOTALL)), ""
    )


def report(verdicts: list[Verdict], wrong: list[str], seconds: float) -> dict[str, Any]:
    """What is printed."""
    noticed = {judge: [v[0] for v in verdicts if v[1] == judge] for judge in ("behaviour", "catalogue", "")}
    alike = [one for one in (*noticed["catalogue"], *noticed[""]) if why_equivalent(one)]
    survivors = sorted(str(one) for one in noticed[""] if one not in alike)
    total, killed = len(verdicts) - len(alike), len(noticed["behaviour"])
    share = round(killed / max(total, 1), 4)
    return {
        "bench": "walls",
        "machine": {
            "processors": os.cpu_count(),
            "system": platform.platform(),
            "python": platform.python_version(),
        },
        "size": {"mutants": len(verdicts), "workers": WORKERS},
        "figures": {
            "total": total,
            "killed": total - len(survivors),
            "killed_by_behaviour": killed,
            "killed_by_catalogue_alone": sorted(str(one) for one in noticed["catalogue"] if one not in alike),
            "survivors": survivors,
            "equivalent": dict(Counter(map(why_equivalent, alike))),
            "equivalent_that_the_catalogue_notices": sum(one in alike for one in noticed["catalogue"]),
            "seconds": round(seconds),
        },
        "goals": [
            goal("what the checks find wrong with walls that are whole", len(wrong), 0, not wrong),
            goal("mutants that nobody notices", len(survivors), 0, not survivors),
            goal("share that behaviour notices, at least", share, BEHAVIOUR, share >= BEHAVIOUR),
        ],
    }


def goal(name: str, value: float, target: float, holds: bool) -> dict[str, Any]:
    """A goal as it is printed."""
    return {"name": name, "value": value, "target": target, "holds": holds}


def main(words: str) -> int:
    """Judge every mutant, print, and say by the exit code whether every goal holds."""
    places, world = planted()
    began = time.monotonic()
    jury = Jury("baton_mutants_0", places, world)
    wrong = untouched(jury)
    for sentence in wrong:
        say(f"wrong with whole walls: {sentence}")
    jury.door.begin()
    chosen = [one for one in mutants(jury.door.cursor("superuser")) if words in f"{one.part} {one}"]
    jury.door.connection.close()
    say(f"{len(chosen)} mutants")
    verdicts = judged(chosen, places, world)
    if words:
        for mutant, judge, said in verdicts:
            say(f"{judge or 'NOBODY'}: {mutant}: {said}")
    found = report(verdicts, wrong, time.monotonic() - began)
    print(json.dumps(found, indent=2))
    return 0 if all(one["holds"] for one in found["goals"]) else 1


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
