"""Tenants, the organisations and people in them, and the record of what happened."""

from partners.models.audit import AuditDay, AuditEntry
from partners.models.base import TenantModel
from partners.models.event import DomainEvent, OutboxItem, ScheduledRun
from partners.models.invitation import Invitation
from partners.models.people import ApiKey, Membership, Organisation, Tenant, User
from partners.models.requests import IdempotentAnswer
from partners.models.sign_in import SignInService

__all__ = [
    "ApiKey",
    "AuditDay",
    "AuditEntry",
    "DomainEvent",
    "IdempotentAnswer",
    "Invitation",
    "Membership",
    "Organisation",
    "OutboxItem",
    "ScheduledRun",
    "SignInService",
    "Tenant",
    "TenantModel",
    "User",
]
