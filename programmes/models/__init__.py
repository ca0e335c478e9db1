"""Programmes and contracts as data: areas, groups, rules, prices, profiles and supply agreements."""

from programmes.models.agreement import SupplyAgreement
from programmes.models.assessments import AssessmentTemplate
from programmes.models.contract import Area, Contract, PaymentGroup, Programme, RuleSet
from programmes.models.data import DataParty, DataTerms, ProcessingPurpose, RetentionRule
from programmes.models.evidence import EvidenceRule
from programmes.models.fees import Fee
from programmes.models.terms import HourlyRate, MinimumLevel, Price, Profile, Standard

__all__ = [
    "Area",
    "AssessmentTemplate",
    "Contract",
    "DataParty",
    "DataTerms",
    "EvidenceRule",
    "Fee",
    "HourlyRate",
    "MinimumLevel",
    "PaymentGroup",
    "Price",
    "ProcessingPurpose",
    "Profile",
    "Programme",
    "RetentionRule",
    "RuleSet",
    "Standard",
    "SupplyAgreement",
]
