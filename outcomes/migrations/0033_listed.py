"""The people behind a figure are found in the order in which they are listed, within the months asked for.

Built beside those who read and write, as in 0019_changes; the index that it replaces goes when it is there.
"""

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models

INDEX = models.Index(
    fields=["tenant", "contract", "code", "month", "happened_on", "id"], name="contribution_listed"
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("outcomes", "0032_area_known")]

    operations = [
        migrations.RunSQL("set lock_timeout = 0", migrations.RunSQL.noop),
        migrations.RunSQL(f"drop index concurrently if exists {INDEX.name}", migrations.RunSQL.noop),
        AddIndexConcurrently("contribution", INDEX),
        RemoveIndexConcurrently("contribution", "contribution_behind"),
        migrations.RunSQL("reset lock_timeout", migrations.RunSQL.noop),
    ]
