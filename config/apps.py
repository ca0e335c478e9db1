from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Baton"

    def ready(self) -> None:
        # Tasks bind to the current Celery application, so it must exist wherever they can be sent from.
        import config.celery  # noqa: F401
