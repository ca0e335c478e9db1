"""manage.py rotate_keys: seal everything anew that an older key sealed, and say which keys may go."""

from typing import Any

from django.core.management.base import BaseCommand

from partners import rotation, sealing


class Command(BaseCommand):
    help = (
        "Seals anew, under the newest key of BATON_FIELD_KEY, what an older one sealed, and counts what is under each."
        " May be stopped at any moment and started again, also while another one runs."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--count", action="store_true", help="change nothing; only count")

    def handle(self, *args: Any, count: bool, **options: Any) -> None:
        if not count:
            done = rotation.rotate(lambda name, so_far: self.stderr.write(f"{name}: {so_far:,} sealed anew"))
            self.stdout.write(f"{done:,} sealed anew under key {sealing.newest()}.")
        self.stdout.write(table(rotation.counts()))


def table(counts: dict[str, Any]) -> str:
    """How many are under each key, and what follows from it."""
    keys = sorted({*sealing.key_ids(), *(key for found in counts.values() for key in found)}, reverse=True)
    width = max(map(len, counts), default=0)
    lines = [" " * width + "".join(f"{f'key {key}':>12}" for key in keys)]
    for name, found in counts.items():
        lines.append(f"{name:<{width}}" + "".join(f"{found[key]:>12,}" for key in keys))
    return "\n".join([*lines, "", *(verdict(key, counts) for key in keys)])


def verdict(key: int, counts: dict[str, Any]) -> str:
    """Whether a key may be taken out of BATON_FIELD_KEY."""
    needing = [name for name, found in counts.items() if found[key]]
    if key not in sealing.key_ids():
        return f"Key {key} is missing from BATON_FIELD_KEY, and something is still under it: put it back."
    if key == sealing.newest():
        return f"Key {key} is the newest: it seals."
    if not needing:
        return f"Key {key} may go: nothing is under it any more."
    if set(needing) <= rotation.staying():
        return f"Key {key} must stay as long as the audit that it links can be checked."
    return f"Key {key} must stay: run this again."
