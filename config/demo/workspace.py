"""The workspaces of the demo: tenants, organisations, people who sign in, a key, and programmes on moved dates."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from math import ceil

from django.contrib.auth.hashers import make_password

from config.demo.codes import password, set_up
from config.demo.people import ACCOUNTS, KEYS, NOTICE, Chain, Source
from config.demo.terms import Place, Supplier, Terms
from outcomes.milestones import rules_from
from partners.api.keys import digest_of
from partners.models import ApiKey, Membership, Organisation, Tenant, User
from partners.viewer import Viewer
from programmes.actions.assessment import load as load_assessment
from programmes.actions.programme import NothingNew, load
from programmes.assessment_files import assessment_of
from programmes.loading import terms_of
from programmes.milestones import own_rules
from programmes.models import Contract
from programmes.months import shifted
from programmes.terms import Terms as FileTerms

# The demo spans 24 calendar months with the running one, so that the contracts' second year is nearly over.
MONTHS = 24
# The size for which the companions' profile and capacities were made.
FITS = 2_000


def first_day(today: date) -> date:
    """The first day of the demo's contracts: the first of a month, at most 24 months ago."""
    return shifted(today.replace(day=1), 1 - MONTHS)


def make_tenant(chain: Chain) -> Tenant:
    """The workspace of a prime."""
    return Tenant.objects.create(slug=chain.slug, name=chain.name, notice=NOTICE)


def fill(tenant: Tenant, chain: Chain, people: int, by: Viewer) -> None:
    """Organisations, accounts, the key and the contracts of a workspace for so many people; as the system."""
    organisations = {
        slug: Organisation.objects.create(tenant=tenant, kind=kind, slug=slug, name=name)
        for slug, kind, name in chain.organisations
    }
    joined_on = first_day(by.today) - timedelta(days=30)
    hashed = make_password(password())
    for account in ACCOUNTS:
        for slug, organisation, role in account.places:
            if slug == chain.slug:
                user, _ = User.objects.get_or_create(
                    email=account.email, defaults={"name": account.name, "password": hashed}
                )
                set_up(user)
                Membership.objects.create(
                    tenant=tenant,
                    user=user,
                    organisation=organisations[organisation],
                    role=role,
                    cleared=account.cleared,
                    started_on=joined_on,
                )
    for slug in chain.key_holders:
        make_key(organisations[slug], by.now())
    load_programmes(chain, people, by)
    for file in chain.assessments:
        load_assessment(terms=assessment_of(file), by=by, at=by.now())


def make_key(organisation: Organisation, now: datetime) -> None:
    """The key that is printed and documented: for a demo alone."""
    secret, scopes = KEYS[organisation.slug]
    ApiKey.objects.create(
        tenant_id=organisation.tenant_id,
        organisation=organisation,
        name="Demo key",
        prefix=secret[:12],
        digest=digest_of(secret),
        scopes=scopes,
        created_at=now,
        expires_at=now + timedelta(days=3650),
    )


def load_programmes(chain: Chain, people: int, by: Viewer) -> None:
    """The contracts of a workspace on moved dates, with a profile and capacities for so many people."""
    started_on = Contract.objects.order_by("starts_on").values_list("starts_on", flat=True).first()
    for terms in terms_of(chain.files, first_day=started_on or first_day(by.today)):
        with suppress(NothingNew):
            load(terms=scaled(terms, people * chain.weight), by=by, at=by.now())


def scaled(terms: FileTerms, people: float) -> FileTerms:
    """The terms for more people than they were made for."""
    times = max(1, people / FITS)
    agreements = tuple(replace(row, capacity=ceil(row.capacity * times)) for row in terms.agreements)
    profile = tuple(replace(row, amount=round(row.amount * times)) for row in terms.profile)
    return replace(terms, agreements=agreements, profile=profile)


def read_terms(source: Source) -> Terms:
    """A loaded contract as journeys need it."""
    contract = Contract.objects.select_related("programme").get(code=source.contract)
    rules = contract.rule_sets.order_by("-version")[0].rules
    programme = contract.programme
    return Terms(
        code=contract.code,
        programme=programme.code,
        starts_on=contract.starts_on,
        allotted_days=contract.allotted_days,
        from_referral=contract.clock == Contract.Clock.REFERRAL,
        places=tuple(
            Place(area.code, area.name, tuple(area.postcode_districts))
            for area in contract.areas.order_by("code")
        ),
        rules=rules,
        milestones={
            group.code: rules_from(own_rules(programme.milestones, group.milestones))
            for group in contract.groups.order_by("code")
        },
        suppliers=tuple(
            Supplier(
                agreement.organisation.slug,
                agreement.organisation_id,
                frozenset(agreement.area_codes),
                frozenset(agreement.specialisms),
                agreement.share_basis_points,
                agreement.capacity,
                agreement.starts_on,
                agreement.ends_on,
            )
            for agreement in contract.agreements.select_related("organisation").order_by("organisation__slug")
        ),
        referrers=source.referrers,
    )
