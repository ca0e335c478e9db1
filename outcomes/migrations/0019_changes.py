"""What was reached or taken back lately is found without reading every milestone.

Built beside those who read and write: the building waits for whoever was at work before, as long as that takes. One that
was broken off leaves an index that is not valid, and is taken away before the next attempt.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

INDEXES = [
    models.Index(fields=["tenant", "contract", "computed_at"], name="milestone_computed"),
    models.Index(
        fields=["tenant", "contract", "reversed_at"],
        condition=models.Q(reversed_at__isnull=False),
        name="milestone_reversed",
    ),
]


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("outcomes", "0018_days_asked")]

    operations = [
        migrations.RunSQL("set lock_timeout = 0", migrations.RunSQL.noop),
        *(
            migrations.RunSQL(f"drop index concurrently if exists {index.name}", migrations.RunSQL.noop)
            for index in INDEXES
        ),
        *(AddIndexConcurrently("milestone", index) for index in INDEXES),
        migrations.RunSQL("reset lock_timeout", migrations.RunSQL.noop),
    ]
