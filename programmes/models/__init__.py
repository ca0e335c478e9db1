"""Programmes and contracts as data: areas, groups, rules, prices, profiles and supply agreements."""

from programmes.models.agreement import SupplyAgreement
from programmes.models.contract import Area, Contract, PaymentGroup, Programme, RuleSet
from programmes.models.terms import MinimumLevel, Price, Profile, Standard

__all__ = [
    "Area",
    "Contract",
    "MinimumLevel",
    "PaymentGroup",
    "Price",
    "Profile",
    "Programme",
    "RuleSet",
    "Standard",
    "SupplyAgreement",
]
