"""Who sees which row: the sentences of the design in plain Python, with no word of the policies that enforce them.

A prime sees its tenant, without safeguarding unless cleared. The provider that holds a case today sees that contract's
whole history; one that held it sees what is dated in its own time, without contact details, identity or health. A
referrer sees its own referrals and what became of them, never the person. A commissioner sees no row about a person.
A participant sees on their own page what is theirs there, and their provider.
Restricted people are seen by named users alone, and from the first level on their contact details as well. Nobody
sees another tenant.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tests.partners.sights import (
    CONTACTS_HIDDEN,
    NAMED_ONLY,
    Look,
    Person,
    Rows,
    Sight,
    Viewer,
    agreed,
    both,
    bought,
    carried,
    cleared,
    either,
    everything,
    for_all_or_own,
    held,
    held_case,
    mine,
    nothing,
    of_allocation,
    of_kind,
    of_referral,
    of_row,
    on_the_case,
    own,
    unless_safeguarding,
)
from tests.partners.sights_of_samples import has_own_items, lets_in, opened, sampled


@dataclass(frozen=True)
class Rule:
    """Who sees the rows of one table; kinds that are not named see none."""

    prime: Sight = everything
    provider: Sight = nothing
    referrer: Sight = nothing
    commissioner: Sight = nothing
    participant: Sight = nothing
    person: Person = carried
    # From which level of restriction on the row is for the named alone.
    level: int = NAMED_ONLY
    # A referrer, which never sees the person, goes on being told what becomes of its own referral.
    tells_referrer: bool = False


def sees(look: Look, table: str, row: Any) -> bool:
    """Whether the viewer sees the row. KeyError for a table of which nobody has said who sees it."""
    rule, viewer = RULES[table], look.viewer
    if row.tenant_id != viewer.tenant_id:
        return False
    if viewer.kind == "system":
        return True
    is_told = rule.tells_referrer and viewer.kind == "referrer"
    if not is_told and look.is_beyond(rule.person(look, row), rule.level):
        return False
    sight: Sight = getattr(rule, viewer.kind, nothing) if viewer.kind else nothing
    return sight(look, row)


def visible(rows: Rows, viewer: Viewer, table: str) -> set[UUID]:
    """The ids of the rows of a table that the viewer sees."""
    look = Look(rows, viewer)
    return {row.id for row in rows.of(table) if sees(look, table, row)}


def event_by_provider(look: Look, event: Any) -> bool:
    """What happened to those whom it holds or held, and to its own money; never safeguarding."""
    if event.wall == "money":
        return look.is_own(event)
    if event.wall not in ("case", "referral"):
        return False
    if event.contract_id is None:
        return event.participant_id in look.held
    return look.works_on(event, event.on)


def look_by_provider(look: Look, entry: Any) -> bool:
    """Who of its own organisation, or of the prime, looked at somebody whom it holds today."""
    primes = {o.id for o in look.rows.of("partners_organisation") if o.kind == "prime"}
    is_a_look = entry.act != "change" and entry.wall != "safeguarding"
    return is_a_look and held(look, entry) and (look.is_own(entry) or entry.organisation_id in primes)


def offered(look: Look, referral: Any) -> bool:
    """A referral of a case that the provider holds today, or that was offered to it."""
    return (referral.participant_id, referral.contract_id) in look.held_cases or referral.id in look.offered


def with_its(table: str, column: str) -> Sight:
    """Whoever sees the row it hangs on."""

    def seen(look: Look, row: Any) -> bool:
        parent = look.rows.get(table, getattr(row, column))
        return parent is not None and sees(look, table, parent)

    return seen


def is_itself(look: Look, row: Any) -> bool:
    return row.id == look.organisation_id


TERMS = Rule(provider=agreed, commissioner=bought)
BY_SIDE = Rule(
    provider=both(lambda _, row: row.side == "provider", for_all_or_own, agreed),
    commissioner=both(lambda _, row: row.side == "commissioner", bought),
)
PUBLIC_TERMS = Rule(provider=agreed, referrer=everything, commissioner=everything)
HELD = Rule(provider=held)
OWN = Rule(provider=own)
READS = either(cleared, lambda look, row: row.raised_by_id == look.viewer.user_id)
PRIME = Rule()
NOBODY = Rule(prime=nothing)
WITH_ITS_REFERRAL = with_its("referrals_referral", "referral_id")
OFFER = Rule(provider=own, person=of_allocation)

OF_PERFORMANCE = (
    *("casemixfact", "contribution", "formercontribution", "pack", "performancefact"),
    *("publishedfigure", "restatement"),
)
ON_ITS_DAY = {"document": "added_on", "handover": "given_on"}
RULES: dict[str, Rule] = {
    "partners_organisation": Rule(
        provider=either(is_itself, of_kind("prime", "referrer", "commissioner")),
        referrer=either(is_itself, of_kind("prime")),
        commissioner=either(is_itself, of_kind("prime", "provider")),
        participant=is_itself,
    ),
    "partners_membership": Rule(provider=own, referrer=own, commissioner=own),
    "partners_apikey": Rule(provider=own, referrer=own),
    "partners_idempotentanswer": NOBODY,
    "partners_domainevent": Rule(
        prime=unless_safeguarding,
        provider=event_by_provider,
        referrer=both(own, lambda _, event: event.wall == "referral"),
        tells_referrer=True,
    ),
    "partners_outboxitem": PRIME,
    "partners_scheduledrun": PRIME,
    "partners_auditentry": Rule(prime=unless_safeguarding, provider=look_by_provider),
    "partners_auditday": PRIME,
    "partners_invitation": OWN,
    "partners_signinservice": OWN,
    "programmes_programme": Rule(provider=everything, referrer=everything, commissioner=everything),
    "programmes_contract": Rule(
        provider=lambda look, contract: contract.id in look.agreed,
        referrer=everything,
        commissioner=lambda look, contract: contract.id in look.bought,
    ),
    "programmes_supplyagreement": OWN,
    "programmes_area": PUBLIC_TERMS,
    "programmes_paymentgroup": PUBLIC_TERMS,
    "programmes_ruleset": Rule(provider=agreed, referrer=everything),
    "programmes_standard": Rule(provider=agreed, referrer=everything),
    "programmes_hourlyrate": Rule(provider=agreed, referrer=everything),
    "programmes_minimumlevel": Rule(provider=agreed),
    "programmes_assessmenttemplate": Rule(provider=everything),
    "programmes_evidencerule": TERMS,
    "programmes_fee": BY_SIDE,
    "programmes_price": BY_SIDE,
    "programmes_profile": Rule(
        provider=both(for_all_or_own, agreed),
        commissioner=both(lambda _, profile: profile.organisation_id is None, bought),
    ),
    "programmes_dataterms": TERMS,
    "programmes_dataparty": TERMS,
    "programmes_processingpurpose": TERMS,
    "programmes_retentionrule": TERMS,
    "participants_participant": Rule(
        provider=lambda look, person: person.id in look.ever_held,
        participant=lambda look, person: person.id == look.viewer.participant_id,
        person=lambda _, person: person.id,
    ),
    "participants_contactdetails": Rule(provider=held, level=CONTACTS_HIDDEN),
    **{f"participants_{what}": HELD for what in ("identity", "restriction", "namedaccess", "controlmeasure")},
    "participants_health": Rule(prime=cleared, provider=held),
    "participants_concern": Rule(prime=cleared, provider=both(held, cleared)),
    "participants_enrolment": Rule(provider=on_the_case("started_on")),
    "participants_assignment": OWN,
    "participants_contact": Rule(provider=on_the_case("contacted_on")),
    "participants_appointment": Rule(
        provider=on_the_case("starts_on"), participant=mine, level=CONTACTS_HIDDEN
    ),
    "participants_message": Rule(provider=held_case, participant=mine, level=CONTACTS_HIDDEN),
    "participants_ownpage": Rule(provider=held_case, participant=mine, level=CONTACTS_HIDDEN),
    "participants_rating": Rule(provider=on_the_case("rated_on"), participant=mine),
    "participants_assessment": Rule(provider=either(held, on_the_case("made_on"))),
    "participants_healthanswers": Rule(prime=cleared, provider=held),
    "participants_plan": Rule(provider=on_the_case("agreed_on"), participant=mine),
    **{f"participants_{what}": Rule(provider=on_the_case(day)) for what, day in ON_ITS_DAY.items()},
    "participants_restrictionreason": Rule(
        prime=either(cleared, Look.is_named), provider=both(held, either(cleared, Look.is_named))
    ),
    **{f"participants_{what}": OWN for what in ("calendaraddress", "savedview")},
    "participants_safeguardingreport": Rule(prime=READS, provider=both(own, held, READS)),
    "participants_safeguardingdecision": Rule(prime=cleared, provider=both(own, held, cleared)),
    "participants_subjectrequest": PRIME,
    "participants_sectionreview": Rule(prime=cleared),
    # It holds everything there is.
    "participants_subjectcopy": Rule(prime=cleared),
    "participants_legalhold": PRIME,
    "participants_erasure": PRIME,
    "participants_sharingbasis": PRIME,
    "referrals_referral": Rule(provider=offered, referrer=own, tells_referrer=True),
    "referrals_eligibilitydecision": Rule(
        provider=WITH_ITS_REFERRAL, referrer=WITH_ITS_REFERRAL, person=of_referral, tells_referrer=True
    ),
    "referrals_decisionfacts": Rule(
        prime=cleared, person=of_row("referrals_eligibilitydecision", "decision_id", of_referral)
    ),
    # A match stands between two people, and either may be restricted.
    "referrals_match": Rule(prime=lambda look, row: not look.is_beyond(of_referral(look, row), NAMED_ONLY)),
    "referrals_allocation": Rule(provider=own, person=of_referral),
    "referrals_allocationbasis": Rule(person=of_allocation),
    "referrals_acceptance": OFFER,
    "referrals_handback": OFFER,
    "outcomes_job": Rule(provider=on_the_case("starts_on")),
    "outcomes_benefitspell": Rule(provider=on_the_case("starts_on")),
    "outcomes_earning": Rule(provider=on_the_case("paid_on")),
    "outcomes_evidence": Rule(provider=on_the_case("happened_on")),
    "outcomes_ineligibility": Rule(provider=on_the_case("found_on")),
    "outcomes_milestone": Rule(provider=either(on_the_case("reached_on"), own)),
    "outcomes_standing": NOBODY,
    "outcomes_claim": Rule(provider=own, commissioner=sampled("id")),
    "outcomes_claimsum": Rule(commissioner=sampled("claim_id")),
    "outcomes_unclaimed": PRIME,
    "outcomes_sample": Rule(provider=has_own_items, commissioner=opened("id")),
    "outcomes_sampleitem": Rule(provider=own, commissioner=opened("sample_id")),
    "outcomes_auditgrant": Rule(commissioner=lets_in),
    "outcomes_recovery": Rule(commissioner=opened("sample_id")),
    "outcomes_statement": OWN,
    "outcomes_statementline": OWN,
    "outcomes_linequery": OWN,
    "outcomes_adjustment": PRIME,
    "outcomes_actualcost": PRIME,
    "outcomes_vatstatus": OWN,
    "outcomes_selfbillingagreement": OWN,
    "outcomes_paper": OWN,
    "outcomes_importrun": Rule(prime=own, provider=own),
    "outcomes_importline": Rule(
        prime=with_its("outcomes_importrun", "run_id"), provider=with_its("outcomes_importrun", "run_id")
    ),
    "outcomes_importcolumns": Rule(prime=own, provider=own),
    "outcomes_charge": Rule(provider=both(own, lambda _, charge: charge.side == "provider")),
    "outcomes_forecast": Rule(provider=both(own, lambda _, row: row.side == "provider")),
    "outcomes_journal": Rule(provider=both(own, lambda _, journal: journal.side == "provider")),
    "outcomes_entry": Rule(
        provider=with_its("outcomes_journal", "journal_id"), person=of_row("outcomes_journal", "journal_id")
    ),
    **{f"outcomes_{what}": OWN for what in OF_PERFORMANCE},
    "outcomes_dirtymark": NOBODY,
    "outcomes_profileversion": TERMS,
    "outcomes_profileline": Rule(
        provider=both(own, agreed),
        commissioner=both(lambda _, line: line.organisation_id is None, bought),
    ),
    "outcomes_figurequery": OWN,
    "outcomes_figureremark": OWN,
    "outcomes_commitment": OWN,
    "outcomes_committedperson": Rule(provider=both(own, held)),
    "outcomes_insight": Rule(provider=both(own, held)),
    "outcomes_refresh": TERMS,
    "outcomes_closedcount": PRIME,
    "outcomes_sharedmeasure": Rule(
        provider=both(lambda _, figure: figure.audience == "peers", agreed),
        commissioner=both(lambda _, figure: figure.audience == "commissioner", bought),
    ),
}
