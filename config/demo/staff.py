"""Who does what at each organisation of a workspace: the demo's accounts first, then invented colleagues."""

from collections import defaultdict
from datetime import date
from random import Random
from uuid import UUID

from django.contrib.auth.hashers import make_password

from config.demo.names import FAMILY, GIVEN
from config.demo.people import ACCOUNTS
from config.demo.supply import Worker
from partners.models import Membership, Organisation, User
from partners.viewer import Viewer


class Staff:
    """The users of a workspace by organisation and role; colleagues are made as they are needed, and cannot sign in."""

    def __init__(self, by: Viewer, since: date) -> None:
        self.by, self.since = by, since
        self.organisations = dict(Organisation.objects.values_list("slug", "pk"))
        emails = [account.email for account in ACCOUNTS]
        places = Membership.objects.filter(ended_on=None, user__email__in=emails)
        rows = places.values_list("organisation__slug", "role", "user_id", "user__email")
        self.users: defaultdict[tuple[str, str], list[UUID]] = defaultdict(list)
        for slug, role, user_id, _ in sorted(rows, key=lambda row: emails.index(row[3])):
            self.users[slug, role].append(user_id)
        self.named = {key: len(ids) for key, ids in self.users.items()}

    def worker(self, worker: Worker) -> UUID:
        """The manager of a provider, or one of its advisers."""
        if worker.number == 0:
            return self.member(worker.provider, "manager", 0)
        return self.member(worker.provider, "adviser", worker.number - 1)

    def member(self, slug: str, role: str, number: int) -> UUID:
        """The number-th person of a role at an organisation."""
        users = self.users[slug, role]
        while len(users) <= number:
            users.append(self._colleague(slug, role, len(users)))
        return users[number]

    def _colleague(self, slug: str, role: str, number: int) -> UUID:
        chance = Random(f"{slug} {role} {number}")
        given, family = chance.choice(GIVEN), chance.choice(FAMILY)
        user, _ = User.objects.get_or_create(
            email=f"{given}.{family}.{slug}.{role}.{number}@example.org".lower(),
            defaults={"name": f"{given} {family}", "password": make_password(None)},
        )
        Membership.objects.get_or_create(
            tenant_id=self.by.tenant_id,
            user=user,
            organisation_id=self.organisations[slug],
            role=role,
            ended_on=None,
            defaults={"started_on": self.since},
        )
        return user.pk
