"""Contracts, with every term on which money and measures rest, and where each comes from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from partners import audit
from partners.audience import for_members
from partners.exports import csv_response
from partners.middleware import viewer_of
from partners.permissions import Permission
from programmes.assessing import Question, questions_of
from programmes.eligibility import NODES, Tree
from programmes.forms import PriceFilter
from programmes.milestones import Meaning, meanings, own_rules
from programmes.models import AssessmentTemplate, Contract, Price, SupplyAgreement
from programmes.privacy import privacy_of
from programmes.terms import PriceRow

MISSING, NOT_PUBLISHED = "Price missing", "Not published"
HEADINGS = {"all": "All of these:", "any": "At least one of these:", "none": "None of these:"}


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of the eligibility rules: what it asks, and what stands below it."""

    text: str
    below: "tuple[Criterion, ...]" = ()


@for_members("prime", permission=Permission.SEE_TERMS)
@require_GET
def contracts(request: HttpRequest) -> HttpResponse:
    """Every contract of the workspace."""
    found = (
        Contract.objects.select_related("programme", "commissioner")
        .annotate(
            providers=Count("agreements", distinct=True),
            illustrative=Count(
                "prices", filter=Q(prices__illustrative=True, prices__withdrawn_at=None), distinct=True
            ),
        )
        .order_by("programme__name", "name")
    )
    return render(request, "programmes/contracts.html", {"contracts": found})


@for_members("prime", permission=Permission.SEE_TERMS)
@require_GET
def contract(request: HttpRequest, code: str) -> HttpResponse:
    """One contract: its terms in words."""
    found = get_object_or_404(Contract.objects.select_related("programme", "commissioner"), code=code)
    groups = list(found.groups.order_by("code"))
    rule_set = found.rule_sets.order_by("-version").first()
    programme = meanings(found.programme.milestones)
    labels = {meaning.code: meaning.label for meaning in programme}
    own = [(group, _differing(found, group.milestones)) for group in groups if group.milestones]
    form = PriceFilter(request.GET, groups=groups)
    prices = form.narrow(found.prices.filter(withdrawn_at=None))
    context = {
        "contract": found,
        "crumbs": [("Contracts", reverse("contracts"))],
        "areas": found.areas.order_by("name"),
        "groups": groups,
        "rule_set": rule_set,
        "criteria": [_criterion(rule_set.rules)] if rule_set else [],
        "milestones": programme,
        "own_milestones": own,
        "readings": _readings(found, [*programme, *(meaning for _, those in own for meaning in those)]),
        "form": form,
        "prices": [
            (price, labels.get(price.milestone, price.milestone), lack)
            for price, lack in _with_what_lacks(found, _in_order(prices))
        ],
        "fees": found.fees.filter(withdrawn_at=None)
        .select_related("organisation")
        .order_by("side", "kind", "organisation__name", "above"),
        "evidence": found.evidence_rules.order_by("milestone", "payment_group"),
        "withdrawn": found.prices.exclude(withdrawn_at=None).count(),
        "rates": found.rates.order_by("name", "effective_from"),
        "levels": found.minimum_levels.order_by("contract_year", "payment_group"),
        "standards": found.standards.order_by("code"),
        "agreements": _agreements(found),
        "assessments": _assessments(found),
        "privacy": privacy_of([found])[0],
    }
    return render(request, "programmes/contract.html", context)


@for_members("prime", permission=Permission.SEE_TERMS)
@require_GET
def contract_prices(request: HttpRequest, code: str) -> HttpResponse:
    """Every price that the contract ever had, as CSV; pence, basis points and ISO dates."""
    found = get_object_or_404(Contract, code=code)
    names = [
        *(
            "side",
            "organisation__name",
            "payment_group",
            "milestone",
            "ordinal_from",
            "ordinal_to",
            "starts_from",
        ),
        *("starts_to", "pence", "share_basis_points", "illustrative", "confidence", "source", "withdrawn_at"),
    ]
    header = [name.partition("__")[0] for name in names]
    rows = list(_in_order(found.prices.all()).values_list(*names))
    audit.exported(viewer_of(request), "contract.prices", count=len(rows), subject=found)
    return csv_response(f"{found.code}-prices.csv", header, rows)


def _in_order(prices: QuerySet[Price]) -> QuerySet[Price]:
    return prices.select_related("organisation").order_by(
        "side", "organisation__name", "payment_group", "milestone", "ordinal_from", "starts_from"
    )


def _with_what_lacks(found: Contract, prices: Iterable[Price]) -> Iterator[tuple[Price, str]]:
    """Each with what is to be said in place of an amount that nobody published; empty where there is one."""
    in_force = [PriceRow.of(price) for price in found.prices.filter(withdrawn_at=None)]
    known = [row for row in in_force if row.is_known]
    for price in prices:
        row = PriceRow.of(price)
        stands_in = any(row.overlaps(other) for other in known)
        yield price, "" if row.is_known else NOT_PUBLISHED if stands_in else MISSING


def _differing(found: Contract, rows: list[dict[str, Any]]) -> list[Meaning]:
    """The milestones that a payment group has of its own."""
    own = {row["code"] for row in rows}
    return [
        meaning for meaning in meanings(own_rules(found.programme.milestones, rows)) if meaning.code in own
    ]


def _readings(found: Contract, said: list[Meaning]) -> list[tuple[str, str]]:
    """How what the contract leaves open is read: what it is about and the sentence, each once."""
    readings = [("Time for each person", found.reading), *((one.label, one.reading) for one in said)]
    return list(dict.fromkeys(reading for reading in readings if reading[1]))


def _agreements(found: Contract) -> list[tuple[SupplyAgreement, list[str]]]:
    """Each agreement with the names of its areas."""
    names = dict(found.areas.values_list("code", "name"))
    rows = found.agreements.select_related("organisation").order_by(
        "-share_basis_points", "organisation__name"
    )
    return [(row, [names.get(code, code) for code in row.area_codes]) for row in rows]


def _assessments(found: Contract) -> list[tuple[AssessmentTemplate, list[Question]]]:
    """What the contract's programme asks when somebody is assessed."""
    in_force = found.programme.assessment_templates.filter(withdrawn_at=None)
    return [(one, questions_of(one.questions)) for one in in_force.order_by("title")]


def _criterion(node: Tree) -> Criterion:
    """The rules as nested lines; a node that speaks for its children stands for them."""
    if "says" in node:
        return Criterion(node["says"]["met"])
    kind = next(kind for kind in NODES if kind in node)
    return Criterion(HEADINGS[kind], tuple(_criterion(child) for child in node[kind]))
