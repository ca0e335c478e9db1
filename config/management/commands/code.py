"""manage.py code NAME: the one-time code with which a demo account signs in now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from config.demo.codes import code_now
from config.demo.people import ACCOUNTS


class Command(BaseCommand):
    help = (
        "Prints the one-time code of a demo account: the six digits that an authenticator app would show now."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="+", help="the name or e-mail address, or how it begins")

    def handle(self, *args: Any, name: list[str], **options: Any) -> None:
        wanted = " ".join(name).lower()
        found = [
            one for one in ACCOUNTS if one.name.lower().startswith(wanted) or one.email.startswith(wanted)
        ]
        if len(found) != 1:
            known = ", ".join(one.name for one in found or ACCOUNTS)
            raise CommandError(f"{'Which one' if found else 'Nobody in the demo is called that'}: {known}.")
        self.stdout.write(code_now(found[0].email))
