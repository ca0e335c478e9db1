"""Which providers have figures on a contract, and what they come to, is read from an index alone.

Built beside those who read and write, as in 0019_changes.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

INDEX = models.Index(
    fields=["tenant", "contract", "organisation", "code", "month"], include=["amount"], name="fact_of_provider"
)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("outcomes", "0034_packs")]

    operations = [
        migrations.RunSQL("set lock_timeout = 0", migrations.RunSQL.noop),
        migrations.RunSQL(f"drop index concurrently if exists {INDEX.name}", migrations.RunSQL.noop),
        AddIndexConcurrently("performancefact", INDEX),
        migrations.RunSQL("reset lock_timeout", migrations.RunSQL.noop),
    ]
