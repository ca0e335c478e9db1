"""manage.py demo: make the demo's workspaces and people, or print who can sign in."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.demo.codes import password, secret_of, set_up
from config.demo.making import NotADemo, make
from config.demo.people import ACCOUNTS, CHAINS, FIGURES_KEY, KEY
from partners.models import Tenant, User
from partners.permissions import Role

BAR = 30


class Command(BaseCommand):
    help = "Makes the demo's workspaces where they are lacking, and invented participants in them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--participants", type=int, default=2_000, metavar="N", help="how many, 2000 unless given"
        )
        parser.add_argument("--seed", type=int, default=7, help="the same seed makes the same people")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where a workspace exists")
        parser.add_argument("--sign-ins", action="store_true", help="make nothing; print who can sign in")

    def handle(
        self, *args: Any, participants: int, seed: int, if_empty: bool, sign_ins: bool, **options: Any
    ) -> None:
        if sign_ins:
            # Those of a demo that was made before there was a second factor get theirs.
            for user in User.objects.filter(email__in=[account.email for account in ACCOUNTS]):
                set_up(user)
            self.stdout.write(table())
            return
        if if_empty and Tenant.objects.exists():
            return
        if participants < 0:
            raise CommandError("The number of participants cannot be negative.")
        if not settings.ALLOW_INVENTED_NUMBERS:
            raise CommandError("Invented people need BATON_INVENTED_NUMBERS=1 in the environment.")
        try:
            made = make(participants, seed, progress if sys.stderr.isatty() else quiet)
        except NotADemo as refusal:
            raise CommandError(str(refusal)) from refusal
        words = ", ".join(f"{count:,} for {name}" for name, count in made.items())
        self.stdout.write(f"Invented participants made: {words}.")


def progress(made: int, in_all: int) -> None:
    """A bar on the terminal; it ends its line when all are made."""
    full = BAR * made // max(in_all, 1)
    end = "\n" if made >= in_all else ""
    print(
        f"\rparticipants [{'#' * full}{'.' * (BAR - full)}] {made:,} of {in_all:,}",
        end=end,
        file=sys.stderr,
        flush=True,
    )


def quiet(made: int, in_all: int) -> None:
    """Where there is no terminal, the last line says it all."""


def table() -> str:
    """Who can sign in and what they see, the password, codes and the key; empty where there is no demo."""
    known = set(User.objects.values_list("email", flat=True))
    names = {(chain.slug, slug): name for chain in CHAINS for slug, _, name in chain.organisations}
    lines = []
    for account in ACCOUNTS:
        if account.email in known:
            places = [f"{Role(role).label}, {names[tenant, slug]}" for tenant, slug, role in account.places]
            also = f" (+{len(places) - 1})" if len(places) > 1 else ""
            lines.append((places[0] + also, account.email, secret_of(account.email), account.sees))
    if not lines:
        return ""
    first, second = (max(len(line[column]) for line in lines) for column in (0, 1))
    rows = [f"{role:<{first}}  {email:<{second}}  {secret}  {sees}" for role, email, secret, sees in lines]
    return "\n".join(
        [
            *rows,
            "",
            f"Password of all: {password()}",
            "One-time code, besides: ./baton code NAME, such as ./baton code ingrid",
            "  or put the 32 letters beside the address into an authenticator app.",
            f"API key of Hackney children's services: {KEY}",
            f"API key of Serco, for figures: {FIGURES_KEY}",
        ]
    )
