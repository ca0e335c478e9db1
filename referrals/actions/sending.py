"""What a referrer sends, and whether it can be taken as it is: the rules that every way in shares."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from participants import vault
from participants.names import folded
from participants.overview import age
from participants.spelling import Misspelt, district, email, phone, plain, postcode
from partners.acting import ActionError
from programmes.eligibility import check_fact
from programmes.models import Area, Contract

EARLIEST_BIRTH = date(1900, 1, 1)
# Lives outside every area of the contract, whatever it is called there.
ELSEWHERE = "elsewhere"
GSS_CODE = re.compile(r"[EWSN]\d{8}", re.ASCII)
# Facts that follow from other parts of what was sent; the others are circumstances that the referrer states.
DERIVED_FACTS = frozenset({"lives_in", "age", "payment_group"})
OWN_HEALTH = "own_health"
NOT_DESCRIBED = "A health condition, not described"


@dataclass(frozen=True, kw_only=True)
class SentReferral:
    """A referral as it was sent. Text may be empty; circumstances holds facts by name, absent ones not known.

    local_authority is the code or the name of one of the contract's areas, another GSS code, or "elsewhere".
    contact_withheld: the referrer keeps to itself how to reach the person, as DWP does for people under MAPPA.
    """

    given_name: str
    family_name: str
    born_on: date
    number: str = ""
    address: str = ""
    postcode: str = ""
    local_authority: str = ""
    phone: str = ""
    email: str = ""
    safe_contact: str = ""
    contact_withheld: bool = False
    circumstances: Mapping[str, Any] = field(default_factory=dict)
    health_conditions: str = ""
    payment_group: str = ""
    external_reference: str = ""


@dataclass(frozen=True)
class Problem:
    """Why a field cannot be taken: its name here (or the name of a fact), a code, and a sentence."""

    field: str
    code: str
    sentence: str


class NotAcceptable(ActionError):
    """A referral that cannot be taken as it was sent; nothing is stored."""

    code = "invalid"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(" ".join(problem.sentence for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Checked:
    """A referral that can be taken: everything in its one spelling, and the facts that rules may ask about."""

    sent: SentReferral
    number: str
    contact_details: dict[str, str]
    concerns: tuple[str, ...]
    health: str
    payment_group: str
    # The code of the contract's area where the person lives; empty where it is not known, or none of them.
    area: str
    facts: dict[str, Any]


# What is not sent, and not kept, where the referrer withholds it.
WITHHELD = ("address", "postcode", "phone", "email")
TEXTS = ("given_name", "family_name", "address", "safe_contact", "health_conditions", "external_reference")
SPELT: dict[str, Callable[[str], str]] = {
    **dict.fromkeys(TEXTS, plain),
    "postcode": postcode,
    "phone": phone,
    "email": email,
}


def checked(sent: SentReferral, *, contract: Contract, today: date) -> Checked:
    """The referral ready to be taken on this contract today. Raises NotAcceptable with every problem there is."""
    problems: list[Problem] = [
        *date_problems(sent, contract, today),
        *fact_problems(sent),
        *withheld_problems(sent),
    ]
    text = spelt(sent, problems)
    number = vault.normalise(sent.number)
    if number and not vault.is_valid_form(number):
        problems.append(
            Problem("number", "invalid", "Enter a National Insurance number in the form QQ 12 34 56 C.")
        )
    areas = list(contract.areas.order_by("name"))
    lives_in = area_of(sent, text["postcode"], areas, problems)
    payment_group = group_of(sent, contract, problems)
    if problems:
        raise NotAcceptable(tuple(problems))
    concerns = sent.circumstances.get("concerns")
    if text["health_conditions"]:
        concerns = sorted({*(concerns or ()), OWN_HEALTH})
    health = text["health_conditions"] or (NOT_DESCRIBED if OWN_HEALTH in (concerns or ()) else "")
    contact = {name: text[name] for name in ("address", "postcode", "phone", "email", "safe_contact")}
    return Checked(
        sent=SentReferral(**{**vars(sent), **text}),
        number=number,
        contact_details={**contact, "area_code": area_code(lives_in)},
        concerns=tuple(code for code in concerns or () if code != OWN_HEALTH),
        health=health,
        payment_group=payment_group,
        area=lives_in if lives_in in {area.code for area in areas} else "",
        facts={
            **{name: value for name, value in sent.circumstances.items() if value is not None},
            **({"concerns": list(concerns)} if concerns is not None else {}),
            "lives_in": lives_in,
            "age": age(sent.born_on, today),
            "payment_group": payment_group or None,
        },
    )


def date_problems(sent: SentReferral, contract: Contract, today: date) -> Iterator[Problem]:
    """The contract must be open today, and the person born between 1900 and today."""
    if not contract.starts_on <= today <= contract.ends_on:
        yield Problem("contract", "not_open", "This contract does not take referrals today.")
    if sent.born_on > today:
        yield Problem("born_on", "in_future", "The date of birth cannot be in the future.")
    elif sent.born_on < EARLIEST_BIRTH:
        yield Problem("born_on", "too_long_ago", "The date of birth must be in 1900 or later.")


def withheld_problems(sent: SentReferral) -> Iterator[Problem]:
    """Where contact details are withheld, none may come along."""
    if sent.contact_withheld:
        for name in WITHHELD:
            if getattr(sent, name):
                sentence = "Leave this out, or do not say that contact details are withheld."
                more = " Give the local authority instead." if name == "postcode" else ""
                yield Problem(name, "withheld", sentence + more)


def fact_problems(sent: SentReferral) -> Iterator[Problem]:
    """Each circumstance must be a fact that rules know, with a value of its kind."""
    for name, value in sent.circumstances.items():
        if name in DERIVED_FACTS:
            yield Problem(name, "unknown_field", "This is worked out and cannot be sent.")
        elif value is not None and (problem := check_fact(name, value)):
            yield Problem(name, "invalid", f"This {problem}.")


def spelt(sent: SentReferral, problems: list[Problem]) -> dict[str, str]:
    """The text fields in their one spelling; those that are misspelt are added to the problems."""
    found = {}
    for name, spell in SPELT.items():
        typed = getattr(sent, name)
        try:
            found[name] = spell(typed) if typed else ""
        except Misspelt as error:
            problems.append(Problem(name, "invalid", str(error)))
            found[name] = ""
    return found


def area_of(
    sent: SentReferral, written_postcode: str, areas: list[Area], problems: list[Problem]
) -> str | None:
    """Where the person lives, as a rule asks: the code of an area, another GSS code, "elsewhere", None when not known.

    What was said goes before the postcode, whose district answers only when exactly one area has it.
    """
    said = sent.local_authority.strip()
    if not said:
        having = [area for area in areas if district(written_postcode) in area.postcode_districts]
        return having[0].code if written_postcode and len(having) == 1 else None
    for area in areas:
        if said.casefold() == area.code.casefold() or folded(said) == folded(area.name):
            return area.code
    if said.casefold() == ELSEWHERE:
        return ELSEWHERE
    if GSS_CODE.fullmatch(said.upper()):
        return said.upper()
    names = ", ".join(area.name for area in areas)
    sentence = f"Give the GSS code of the local authority, {ELSEWHERE}, or one of: {names}."
    problems.append(Problem("local_authority", "unknown_area", sentence))
    return None


def area_code(lives_in: str | None) -> str:
    """What is kept with the contact details."""
    return "" if lives_in in (None, ELSEWHERE) else str(lives_in)


def group_of(sent: SentReferral, contract: Contract, problems: list[Problem]) -> str:
    """The code of the payment group: the one named, or the contract's only one; empty when it is not known yet."""
    codes = sorted(contract.groups.values_list("code", flat=True))
    if not sent.payment_group:
        return codes[0] if len(codes) == 1 else ""
    if sent.payment_group not in codes:
        sentence = f"This contract has the payment groups {', '.join(codes)}."
        problems.append(Problem("payment_group", "invalid_choice", sentence))
    return sent.payment_group
