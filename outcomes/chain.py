"""Employers that are the prime or a provider of its chain: a name that looks like one is asked about, never decided."""

import re
from collections.abc import Iterable

from partners.models import Organisation

# What companies write behind their names.
FORMS = frozenset({"and", "cic", "co", "company", "group", "limited", "llp", "ltd", "of", "plc", "the", "uk"})


def members() -> list[Organisation]:
    """The prime and the providers that the viewer sees: a provider does not learn of others by naming them."""
    kinds = (Organisation.Kind.PRIME, Organisation.Kind.PROVIDER)
    return list(Organisation.objects.filter(kind__in=kinds).order_by("name"))


def resembling(employer: str, organisations: Iterable[Organisation]) -> Organisation | None:
    """The organisation all of whose words the employer's name has: "SERCO Leisure Ltd" resembles Serco."""
    named = words_of(employer)
    return max(
        (one for one in organisations if words_of(one.name) and words_of(one.name) <= named),
        key=lambda one: len(words_of(one.name)),
        default=None,
    )


def words_of(name: str) -> set[str]:
    """What tells the name from others: its words, without what companies write behind them."""
    return set(re.findall(r"\w+", name.casefold())) - FORMS
