"""What counts for one provider is found without reading what counts for the others.

Built beside those who read and write, as 0019 is.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

INDEX = models.Index(
    fields=["tenant", "contract", "organisation", "code", "month"], name="contribution_of_provider"
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("outcomes", "0028_paid_without_a_claim")]

    operations = [
        migrations.RunSQL("set lock_timeout = 0", migrations.RunSQL.noop),
        migrations.RunSQL(f"drop index concurrently if exists {INDEX.name}", migrations.RunSQL.noop),
        AddIndexConcurrently("contribution", INDEX),
        migrations.RunSQL("reset lock_timeout", migrations.RunSQL.noop),
    ]
