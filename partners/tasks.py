"""The one Celery task: a message carries the id of an outbox row and nothing else."""

from uuid import UUID

from celery import shared_task

from partners import outbox


@shared_task(name="partners.work")
def work(item_id: str) -> str:
    """Do the work of an outbox row; an error leaves it to the next lease."""
    try:
        return outbox.perform(UUID(item_id))
    except Exception as error:
        outbox.note_failure(UUID(item_id), error)
        raise


@shared_task(name="partners.tick")
def tick() -> int:
    """Called by beat every minute."""
    return outbox.tick()
