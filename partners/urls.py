"""The workspace's own pages: its people, their roles, and who is invited."""

from django.urls import path

from partners.views import (
    audit,
    invitations,
    joining,
    memberships,
    people,
    roles,
    second_factor_reset,
    workspace,
)

urlpatterns = [
    path("workspace/", workspace.workspace, name="workspace"),
    path("workspace/roles/", roles.roles, name="roles"),
    path("workspace/people/", people.people, name="people"),
    path("workspace/people.csv", people.people_csv, name="people_csv"),
    path("workspace/people/<uuid:membership_id>/", people.member, name="member"),
    path("workspace/people/<uuid:membership_id>/role/", memberships.change_role, name="change_role"),
    path(
        "workspace/people/<uuid:membership_id>/clearance/",
        memberships.change_clearance,
        name="change_clearance",
    ),
    path("workspace/people/<uuid:membership_id>/end/", memberships.end_place, name="end_place"),
    path(
        "workspace/people/<uuid:membership_id>/second-factor/",
        second_factor_reset.reset_second_factor,
        name="reset_second_factor",
    ),
    path("workspace/invitations/", invitations.invitations, name="invitations"),
    path("workspace/invitations/new/", invitations.invite, name="invite"),
    path(
        "workspace/invitations/<uuid:invitation_id>/send/",
        invitations.send_invitation_again,
        name="send_invitation_again",
    ),
    path(
        "workspace/invitations/<uuid:invitation_id>/revoke/",
        invitations.revoke_invitation,
        name="revoke_invitation",
    ),
    path("audit/", audit.audit_page, name="audit"),
    path("audit.csv", audit.audit_csv, name="audit_csv"),
    path("invitations/<str:token>/", joining.accept_invitation, name="accept_invitation"),
]
