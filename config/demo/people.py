"""The demo's organisations and the people who sign in: each invented, each with something of their own to see.

Serco, DWP, Jobcentre Plus, Hackney, Renaisi and i2i are real organisations at invented work; every other is invented.
"""

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PROGRAMMES = HERE.parents[1] / "programmes" / "files"
# Of the programme files those with people in them; the others can be loaded beside them.
FILES = (
    "inspiring-families.illustrative.toml",
    "inspiring-families.toml",
    "work-programme-south-yorkshire.toml",
    "work-programme-west-midlands.toml",
    "work-programme.illustrative.toml",
)
# Every demo account has this password, unless BATON_DEMO_PASSWORD names another.
PASSWORD = "hackney marshes at half past nine"
# Keys, so that the README's requests work as pasted: whose, what, and with which scopes. Only their digests are stored.
KEY, FIGURES_KEY = "btn_demo_hackney_childrens_services_0001", "btn_demo_serco_figures_0001"
KEYS = {
    "hackney-childrens-services": (KEY, ["referrals:read", "referrals:write"]),
    "serco": (FIGURES_KEY, ["figures:read"]),
}
NOTICE = "Published terms, moved dates, invented people and performance"


@dataclass(frozen=True, slots=True)
class Source:
    """A contract of the demo: its weight among the referrals, and its referrers, (slug, channel) with a weight each."""

    contract: str
    weight: int
    referrers: dict[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Chain:
    """A prime's workspace: organisations as (slug, kind, name), programme files, and who refers to which contract.

    weight: its part of the demo's participants. key_holders: the organisations with keys.
    assessments: the files of what participants are asked.
    """

    slug: str
    name: str
    organisations: tuple[tuple[str, str, str], ...]
    files: tuple[Path, ...]
    sources: tuple[Source, ...]
    weight: float = 1.0
    key_holders: tuple[str, ...] = ()
    assessments: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody who signs in; their places as (tenant, organisation, role), and what to look at as them."""

    name: str
    places: tuple[tuple[str, str, str], ...]
    sees: str
    cleared: bool = False

    @property
    def email(self) -> str:
        """The address they sign in with."""
        return f"{self.name.lower().replace(' ', '.')}@example.org"


CHAINS = (
    Chain(
        "serco",
        "Serco",
        (
            ("serco", "prime", "Serco"),
            ("renaisi", "provider", "Renaisi"),
            ("i2i", "provider", "i2i"),
            ("serco-delivery", "provider", "Serco Delivery"),
            ("larkmoor", "provider", "Larkmoor Skills"),
            ("tansy-bridge", "provider", "Tansy Bridge Employment"),
            ("pennant-row", "provider", "Pennant Row"),
            ("jobcentre-plus-hackney", "referrer", "Jobcentre Plus Hackney"),
            ("hackney-childrens-services", "referrer", "Hackney children's services"),
            ("self-referral", "referrer", "Self-referral"),
            ("jobcentre-plus-coventry", "referrer", "Jobcentre Plus Coventry"),
            ("jobcentre-plus-sheffield", "referrer", "Jobcentre Plus Sheffield"),
            ("dwp", "commissioner", "DWP"),
        ),
        files=tuple(PROGRAMMES / name for name in FILES),
        assessments=(PROGRAMMES / "assessments" / "steps-to-work.toml",),
        sources=(
            Source(
                "inspiring-families",
                46,
                {
                    ("hackney-childrens-services", "api"): 44,
                    ("jobcentre-plus-hackney", "form"): 38,
                    ("self-referral", "self"): 18,
                },
            ),
            Source("work-programme-west-midlands", 28, {("jobcentre-plus-coventry", "form"): 1}),
            Source("work-programme-south-yorkshire", 26, {("jobcentre-plus-sheffield", "form"): 1}),
        ),
        key_holders=tuple(KEYS),
    ),
    Chain(
        "ostrel",
        "Ostrel Works",
        (
            ("ostrel", "prime", "Ostrel Works"),
            ("larkmoor", "provider", "Larkmoor Skills"),
            ("ostrel-delivery", "provider", "Ostrel Delivery"),
            ("jobcentre-plus-sheffield", "referrer", "Jobcentre Plus Sheffield"),
            ("dwp", "commissioner", "DWP"),
        ),
        files=(PROGRAMMES / "work-programme-south-yorkshire.toml", HERE / "ostrel.illustrative.toml"),
        sources=(Source("work-programme-south-yorkshire", 1, {("jobcentre-plus-sheffield", "form"): 1}),),
        weight=0.03,
    ),
)
ACCOUNTS = (
    Account(
        "Ingrid Okafor",
        (("serco", "serco", "performance_manager"),),
        "every provider against profile, and who is behind a figure",
    ),
    Account(
        "Callum Varga", (("serco", "serco", "finance"),), "what was earned, and each provider's statement"
    ),
    Account(
        "Thandi Whitlock",
        (("serco", "serco", "administrator"),),
        "everything, safeguarding included",
        cleared=True,
    ),
    Account("Rhys Montero", (("serco", "serco", "contract_manager"),), "contracts, prices and their sources"),
    Account("Leila Brandt", (("serco", "renaisi", "manager"),), "Renaisi's inbox, figures and statement"),
    Account(
        "Amara Pickering",
        (("serco", "renaisi", "adviser"),),
        "a caseload, and somebody 9 days from 26 weeks in work",
    ),
    Account("Joss Adeyinka", (("serco", "renaisi", "adviser"),), "a colleague's caseload"),
    Account("Petra Osei", (("serco", "i2i", "manager"),), "i2i's inbox, figures and statement"),
    Account("Kieran Matsuda", (("serco", "i2i", "adviser"),), "a caseload at i2i"),
    Account(
        "Bronwen Siddiqui", (("serco", "serco-delivery", "adviser"),), "a caseload at Serco's own delivery"
    ),
    Account("Dorian Tembo", (("serco", "larkmoor", "manager"),), "a provider that is behind profile"),
    Account(
        "Nadia Thorne",
        (("serco", "hackney-childrens-services", "submitter"),),
        "a council's referrals and what became of them",
    ),
    Account("Owen Castellan", (("serco", "jobcentre-plus-hackney", "submitter"),), "a Jobcentre's referrals"),
    Account("Fiona Abara", (("serco", "dwp", "viewer"),), "totals, never persons"),
    Account(
        "Marek Holloway",
        (("serco", "larkmoor", "adviser"), ("ostrel", "larkmoor", "adviser")),
        "one person, two primes: switch between them",
    ),
    Account(
        "Sunniva Clarke",
        (("ostrel", "ostrel", "performance_manager"),),
        "the other prime: nothing of Serco's",
    ),
)
