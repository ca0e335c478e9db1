from django.apps import AppConfig
from django.conf import settings
from django.db.backends.signals import connection_created


class PartnersConfig(AppConfig):
    name = "partners"
    verbose_name = "Partners"

    def ready(self) -> None:
        from partners.guard import stand_guard

        # Migrations run as the owner, on whom the walls are forced: without a viewer it sees no row of any tenant.
        if not settings.AS_OWNER:
            connection_created.connect(stand_guard, dispatch_uid="walls")
        from partners import outbox
        from partners.api.idempotency import forget_old
        from partners.events import declare
        from partners.files import let_go_of_unused

        declare("workspace.clock_moved", "audit.broken")
        outbox.consume("forget_answers", forget_old)
        outbox.every_day("forget_answers", "forget_answers")
        outbox.consume("let_go_of_unused_files", let_go_of_unused)
        outbox.every_day("let_go_of_unused_files", "let_go_of_unused_files")
        self.keys()
        self.audit()
        self.people()
        self.sign_in()

    def keys(self) -> None:
        """What is kept under keys, and the daily look for what is under an older one."""
        from partners import outbox, rotation, sealed

        rotation.keep_sealed(*sealed.kinds())
        outbox.consume(rotation.CONSUMER, rotation.renew_some)
        outbox.every_day(rotation.CONSUMER, rotation.CONSUMER)

    def audit(self) -> None:
        """The audit's page and its nightly check."""
        from partners import outbox
        from partners.audit_check import check_some
        from partners.pages import Entry, add_to_workspace
        from partners.permissions import Permission

        outbox.consume("check_audit", check_some)
        outbox.every_day("check_audit", "check_audit")
        add_to_workspace(
            Entry(
                "Audit",
                "audit",
                frozenset({"prime"}),
                Permission.SEE_AUDIT,
                order=60,
                about="Who changed, looked at, listed or downloaded what, and whether the record is whole.",
            )
        )

    def people(self) -> None:
        """Who has a place, who is invited, and the page that leads to everything about the workspace."""
        from partners import invitations, leaving, outbox, second_factor_reset
        from partners.events import declare
        from partners.pages import Entry, add_to_navigation, add_to_workspace, has_workspace_entries
        from partners.permissions import Permission

        declare("membership.role_changed", "membership.clearance_changed", "membership.ended")
        declare("invitation.made", "invitation.sent_again", "invitation.revoked", "invitation.accepted")
        outbox.consume("send_invitation", invitations.send)
        outbox.consume("close_accounts", leaving.close_accounts)
        outbox.every_day("close_accounts", "close_accounts")
        declare("second_factor.reset")
        outbox.consume(second_factor_reset.CONSUMER, second_factor_reset.send)
        everyone = frozenset({"prime", "provider", "referrer", "commissioner"})
        managers, manage = frozenset({"prime", "provider"}), Permission.MANAGE_PEOPLE
        who = "Who has a place, what they may do, and until when."
        add_to_workspace(
            Entry("People", "people", managers, manage, order=10, about=who),
            Entry(
                "Invitations", "invitations", managers, manage, order=20, about="Let somebody in, by e-mail."
            ),
        )
        add_to_navigation(
            Entry("Workspace", "workspace", everyone, None, order=90, has_any=has_workspace_entries)
        )

    def sign_in(self) -> None:
        """The page of organisations' own sign-in, and the nightly end of what is left of past sessions."""
        from partners import outbox, sessions
        from partners.events import declare
        from partners.pages import Entry, add_to_workspace
        from partners.permissions import Permission

        outbox.consume("forget_sessions", sessions.forget_expired)
        outbox.every_day("forget_sessions", "forget_sessions")
        declare("sign_in.set_up", "sign_in.changed", "sign_in.confirmed", "sign_in.ended")
        add_to_workspace(
            Entry(
                "Signing in",
                "sign_in_services",
                frozenset({"prime", "provider"}),
                Permission.MANAGE_PEOPLE,
                order=40,
                about="Which organisations sign in with an identity service of their own.",
            )
        )
