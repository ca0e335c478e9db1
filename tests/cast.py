"""The cast of every test: two primes, their chains, and the people in them.

Serco runs Inspiring Families with Renaisi, i2i and its own arm; Meridian is the other prime. Ada advises at Renaisi and
Col is her colleague; Mona manages them. Ivo at i2i is the stranger. Priya manages Serco's performance, Frank its money
and Cleo its contracts.
Hana refers for Hackney's children's services, Jon for the Jobcentre. Dee watches for DWP. Sam works for Meridian, and
Rita for Renaisi under both primes.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.db import transaction
from django.http import HttpRequest
from django.test import Client

from partners.models import ApiKey, Membership, Organisation, Tenant, User
from partners.viewer import LONDON, Viewer, acting_as
from programmes.models import Area, Contract, PaymentGroup, Price, Programme, RuleSet, SupplyAgreement

PASSWORD = "a long pass phrase for tests"
BOROUGHS = {
    "E09000012": ("Hackney", ["E8", "E9", "N16"]),
    "E09000030": ("Tower Hamlets", ["E1", "E2", "E14"]),
    "E09000026": ("Redbridge", ["IG1", "IG4"]),
    "E09000010": ("Enfield", ["EN1", "N9"]),
    "E09000014": ("Haringey", ["N8", "N15", "N17"]),
}
RULES: dict[str, Any] = {
    "all": [
        {
            "fact": "lives_in",
            "is_one_of": list(BOROUGHS),
            "code": "area",
            "says": {
                "met": "Lives in one of the five boroughs.",
                "not_met": "Does not live in one of the five boroughs.",
                "missing": "We do not know which borough the person lives in.",
            },
        },
        {
            "fact": "employment_status",
            "is_one_of": ["unemployed", "inactive"],
            "code": "out_of_work",
            "says": {
                "met": "Out of work.",
                "not_met": "Is in work.",
                "missing": "We do not know whether the person is in work.",
            },
        },
        {
            "fact": "concerns",
            "includes_any": [
                "own_health",
                "partner_health",
                "child_health",
                "school_attendance",
                "child_protection",
                "domestic_abuse",
                "crime_or_asb",
            ],
            "code": "family_concern",
            "private": True,
            "says": {
                "met": "A family concern is met.",
                "not_met": "None of the family concerns is met.",
                "missing": "We do not know whether a family concern is met.",
            },
        },
    ]
}
MILESTONES: list[dict[str, Any]] = [
    {"code": "start", "rule": "start", "label": "Start"},
    {"code": "job_start", "rule": "job_start", "label": "Job start"},
    {
        "code": "short_job_outcome",
        "rule": "weeks_in_window",
        "weeks": 13,
        "within_weeks": 26,
        "label": "Short job outcome",
    },
    {
        "code": "sustained_job_outcome",
        "rule": "weeks_in_window",
        "weeks": 26,
        "within_weeks": 52,
        "label": "Sustained job outcome",
    },
]
PROVIDER_PRICES = {"start": 60_000, "short_job_outcome": 90_000, "sustained_job_outcome": 110_000}


@dataclass
class Cast:
    """Everyone, by name."""

    serco: Tenant
    meridian: Tenant
    organisations: dict[str, Organisation] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    memberships: dict[str, Membership] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    counters: dict[str, set[int]] = field(default_factory=dict)
    contract: Contract = field(default=None)  # type: ignore[assignment]

    def __getattr__(self, name: str) -> Viewer:
        """cast.ada is Ada as the walls see her."""
        membership: Membership | None = self.__dict__.get("memberships", {}).get(name)
        if membership is None:
            raise AttributeError(name)
        organisation = next(o for o in self.organisations.values() if o.pk == membership.organisation_id)
        tenant = self.serco if membership.tenant_id == self.serco.pk else self.meridian
        return Viewer(
            tenant_id=membership.tenant_id,
            kind=organisation.kind,
            organisation_id=organisation.pk,
            user_id=membership.user_id,
            role=membership.role,
            cleared=membership.cleared,
            clock_offset=tenant.clock_offset,
        )

    def organisation(self, slug: str) -> UUID:
        """The id of an organisation."""
        return self.organisations[slug].pk

    def with_password(self, name: str) -> str:
        """Let the person sign in by password; returns their e-mail address."""
        user = self.users[name]
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        return user.email

    def client(self, name: str) -> Client:
        """A browser in which the person has signed in."""
        client = Client()
        client.force_login(self.users[name])
        request = HttpRequest()
        request.session = client.session
        # What allauth writes down when a password and then a code were right.
        for method in ("password", "mfa"):
            record_authentication(request, self.users[name], method)
        request.session.save()
        return client

    def code(self, name: str) -> str:
        """A one-time code of the person's authenticator app, which is set up on first use; never the same twice."""
        user = self.users[name]
        if name not in self.secrets:
            self.secrets[name] = generate_totp_secret()
            TOTP.activate(user, self.secrets[name])
        now = int(time.time()) // 30
        used = self.counters.setdefault(name, set())
        # Codes hold half a minute before and after their own; this one's own lasts longest.
        counter = next(one for one in (now, now + 1, now - 1) if one not in used)
        used.add(counter)
        return format_hotp_value(hotp_value(self.secrets[name], counter))

    def system(self) -> Viewer:
        """The system of Serco's tenant."""
        return Viewer.system(self.serco.pk, "test", self.serco.clock_offset)

    def at_hour(self, hour: int) -> None:
        """Let every tenant's clock stand a minute after that hour of today, London's time."""
        now = datetime.now(LONDON)
        wanted = now.replace(hour=hour, minute=1, second=0)
        Tenant.objects.update(clock_offset=wanted - now)


@contextmanager
def looking_as(viewer: Viewer) -> Iterator[Viewer]:
    """A transaction in which statements run as this viewer."""
    with transaction.atomic(), acting_as(viewer):
        yield viewer


# name: (organisation, role, cleared)
PEOPLE = {
    "priya": ("serco", "performance_manager", False),
    "frank": ("serco", "finance", False),
    "cleo": ("serco", "contract_manager", False),
    "sara": ("serco", "administrator", True),
    "mona": ("renaisi", "manager", False),
    "ada": ("renaisi", "adviser", False),
    "col": ("renaisi", "adviser", False),
    "ivo": ("i2i", "adviser", False),
    "ines": ("i2i", "manager", False),
    "ola": ("serco-delivery", "adviser", False),
    "hana": ("hackney-childrens-services", "submitter", False),
    "jon": ("jobcentre-plus-hackney", "submitter", False),
    "dee": ("dwp", "viewer", False),
}
ORGANISATIONS = {
    "serco": ("prime", "Serco"),
    "renaisi": ("provider", "Renaisi"),
    "i2i": ("provider", "i2i"),
    "serco-delivery": ("provider", "Serco Delivery"),
    "hackney-childrens-services": ("referrer", "Hackney children's services"),
    "jobcentre-plus-hackney": ("referrer", "Jobcentre Plus Hackney"),
    "self-referral": ("referrer", "Self-referral"),
    "dwp": ("commissioner", "DWP"),
}


def make_contract(cast: Cast) -> Contract:
    """Inspiring Families in five boroughs: Renaisi 60 %, i2i 30 %, Serco's own arm 10 %."""
    here = {"tenant": cast.serco}
    programme = Programme.objects.create(
        **here, code="inspiring-families", name="Inspiring Families", milestones=MILESTONES
    )
    contract = Contract.objects.create(
        **here,
        programme=programme,
        commissioner=cast.organisations["dwp"],
        code="inspiring-families",
        name="Inspiring Families, east and north London",
        starts_on=date(2024, 1, 1),
        ends_on=date(2028, 12, 31),
        allotted_days=365,
        clock="attachment",
    )
    for code, (name, districts) in BOROUGHS.items():
        Area.objects.create(**here, contract=contract, code=code, name=name, postcode_districts=districts)
    PaymentGroup.objects.create(**here, contract=contract, code="all", name="Everyone")
    RuleSet.objects.create(**here, contract=contract, version=1, rules=RULES, made_at=datetime.now(UTC))
    make_terms(cast, contract)
    return contract


def make_terms(cast: Cast, contract: Contract) -> None:
    """The agreements with the providers, and the prices of both sides."""
    here = {"tenant": cast.serco}
    for slug, share in (("renaisi", 6000), ("i2i", 3000), ("serco-delivery", 1000)):
        SupplyAgreement.objects.create(
            **here,
            contract=contract,
            organisation=cast.organisations[slug],
            area_codes=list(BOROUGHS),
            share_basis_points=share,
            capacity=200,
            starts_on=contract.starts_on,
        )
    for milestone, pence in PROVIDER_PRICES.items():
        for side, amount in (("provider", pence), ("commissioner", pence * 5 // 4)):
            Price.objects.create(
                **here,
                contract=contract,
                side=side,
                milestone=milestone,
                pence=amount,
                illustrative=True,
                source="test",
            )


def join(cast: Cast, name: str, slug: str, role: str, *, cleared: bool = False) -> None:
    """Somebody's account, and their place in Serco's chain."""
    cast.users[name] = User.objects.create_user(f"{name}@example.org", name=name.title())
    cast.memberships[name] = Membership.objects.create(
        tenant=cast.serco,
        user=cast.users[name],
        organisation=cast.organisations[slug],
        role=role,
        cleared=cleared,
        started_on=date.today() - timedelta(days=900),
    )


def make_people(cast: Cast) -> None:
    """Everyone's account and place, and the keys."""
    for name, (slug, role, cleared) in PEOPLE.items():
        join(cast, name, slug, role, cleared=cleared)
    for slug in ("hackney-childrens-services", "jobcentre-plus-hackney", "renaisi", "serco"):
        secret = cast.keys[slug] = f"btn_test_{slug}"
        ApiKey.objects.create(
            tenant=cast.serco,
            organisation=cast.organisations[slug],
            name="Test key",
            prefix=secret[:12],
            digest=sha256(secret.encode()).hexdigest(),
            scopes=["figures:read", "referrals:read", "referrals:write"],
            created_at=datetime.now(UTC),
            expires_at=datetime.now(UTC) + timedelta(days=1000),
        )


def make_meridian(cast: Cast) -> None:
    """The other prime, with Renaisi in its chain as well; Rita works for Renaisi under both."""
    for slug, kind, name in (("meridian", "prime", "Meridian"), ("meridian-renaisi", "provider", "Renaisi")):
        organisation_slug = slug.removeprefix("meridian-")
        cast.organisations[slug] = Organisation.objects.create(
            tenant=cast.meridian, kind=kind, slug=organisation_slug, name=name
        )
    for name in ("sam", "rita"):
        cast.users[name] = User.objects.create_user(f"{name}@example.org", name=name.title())
        cast.memberships[name] = Membership.objects.create(
            tenant=cast.meridian,
            user=cast.users[name],
            organisation=cast.organisations["meridian" if name == "sam" else "meridian-renaisi"],
            role="performance_manager" if name == "sam" else "adviser",
            started_on=date.today() - timedelta(days=900),
        )


def make_cast() -> Cast:
    """Write the whole cast, in two tenants whose clocks a test may move."""
    notice = "Invented people"
    serco = Tenant.objects.create(slug="serco", name="Serco", notice=notice)
    meridian = Tenant.objects.create(slug="meridian", name="Meridian", notice=notice)
    cast = Cast(serco=serco, meridian=meridian)
    with looking_as(Viewer.system(serco.pk, "test")):
        for slug, (kind, name) in ORGANISATIONS.items():
            cast.organisations[slug] = Organisation.objects.create(
                tenant=serco, kind=kind, slug=slug, name=name
            )
        cast.contract = make_contract(cast)
        make_people(cast)
    with looking_as(Viewer.system(meridian.pk, "test")):
        make_meridian(cast)
    with looking_as(Viewer.system(serco.pk, "test")):
        Membership.objects.create(
            tenant=serco,
            user=cast.users["rita"],
            organisation=cast.organisations["renaisi"],
            role="adviser",
            started_on=date.today() - timedelta(days=900),
        )
    return cast
