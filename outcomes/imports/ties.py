"""Which rows of a file may depend on each other: those about the same person or claim, and those with the same key."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import Final

from outcomes.imports.columns import Line, together
from outcomes.imports.limits import LIMITS
from outcomes.imports.writing import Importer
from participants import vault
from participants.models import Participant
from partners.viewer import acting_as

# The fields that say what a row is about, whatever its kind.
SAY: Final = ("participant", "number", "reference", "row_key")
AT_ONCE: Final = 1_000


def tied(found: Sequence[Line], importer: Importer) -> list[list[Line]]:
    """The rows in groups that depend on nothing outside of them."""
    references = _references(found, importer)

    def about(row: Line) -> Iterable[Hashable]:
        said = [(code, _plain(code, row.values[code])) for code in SAY if code in row.values]
        also = [
            ("participant", one) for code, number in said if code == "number" for one in references[number]
        ]
        return said + also

    return together(found, about)


def _plain(code: str, said: str) -> str:
    """However it is written. A National Insurance number finds a person with or without its last letter."""
    plain = vault.normalise(said)
    return plain[:8] if code == "number" else plain


def _references(found: Sequence[Line], importer: Importer) -> defaultdict[str, list[str]]:
    """Whom each number stands for, by their references: looked for where other rows of the file name people so."""
    by_number: defaultdict[str, list[str]] = defaultdict(list)
    if not any("participant" in row.values for row in found):
        return by_number
    alone = (row.values for row in found if "number" in row.values and "participant" not in row.values)
    numbers = {_plain("number", values["number"]) for values in alone}
    of_index = {
        index: one for one in numbers for index in vault.blind_indexes(one, importer.viewer.tenant_id)
    }
    with acting_as(importer.viewer):
        indexes = list(of_index)
        for begin in range(0, len(indexes), AT_ONCE):
            people = Participant.objects.filter(identity__blind_index__in=indexes[begin : begin + AT_ONCE])
            for index, reference in people.values_list("identity__blind_index", "reference"):
                by_number[of_index[index]].append(reference)
    return by_number


def next_rows(groups: Iterable[list[Line]], tried: set[int], piece: int) -> tuple[list[Line], set[int]]:
    """About so many rows that were not tried out yet, in whole groups; and the numbers of those that are too many in
    theirs to be tried out together.
    """
    rows: list[Line] = []
    beyond: set[int] = set()
    for group in groups:
        if len(rows) < piece:
            rows += [one for one in group if one.number not in tried]
            beyond |= {one.number for one in group[LIMITS.most_rows_as_a_whole :]}
    return rows, beyond
