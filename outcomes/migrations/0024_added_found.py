"""What was added to the figures since a moment is found without reading everything that counts.

Built beside those who read and write, as in 0019_changes.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

INDEX = models.Index(fields=["tenant", "contract", "added_at"], name="contribution_added")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("outcomes", "0023_as_published")]

    operations = [
        migrations.RunSQL("set lock_timeout = 0", migrations.RunSQL.noop),
        migrations.RunSQL(f"drop index concurrently if exists {INDEX.name}", migrations.RunSQL.noop),
        AddIndexConcurrently("contribution", INDEX),
        migrations.RunSQL("reset lock_timeout", migrations.RunSQL.noop),
    ]
