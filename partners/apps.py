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

        declare("workspace.clock_moved")
        outbox.consume("forget_answers", forget_old)
        outbox.every_day("forget_answers", "forget_answers")
