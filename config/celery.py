"""The Celery application. PostgreSQL knows what is done; the broker only carries ids."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def broker_url(redis_url: str) -> str:
    """Celery's spelling of a Redis address on a unix socket."""
    if not redis_url.startswith("unix://"):
        return redis_url
    return redis_url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=", 1)


app = Celery("baton")
app.conf.update(
    broker_url=broker_url(os.environ["REDIS_URL"]),
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    # A message that the broker cannot take is sent again when its lease ends, so nobody waits for the broker.
    task_publish_retry=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={"visibility_timeout": 3600, "socket_timeout": 5, "socket_connect_timeout": 2},
    timezone="Europe/London",
    beat_schedule={"tick": {"task": "partners.tick", "schedule": 60.0}},
)
app.autodiscover_tasks(["partners"])
