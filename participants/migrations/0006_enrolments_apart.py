"""No two times of one person on one contract share a day, whoever writes them: kept by the database, ended times too.

Adding the rule is checking it: where two times share a day already, PostgreSQL refuses, names the rule, and everything
stays as it was; a superuser, whom no wall binds, finds the pairs by joining the table with itself, and one of each is
ended earlier. An exclusion constraint has no form that is checked later, and cannot be built beside writers: the table is
locked while its index is built, about three seconds for 200,000 rows. So the lock is asked for first and for a moment
only: behind a long reader the migration gives up, instead of letting everybody queue behind it, and is run again.
"""

from django.db import migrations

import partners.walls

AT_ONCE_OR_NOT = """
set local lock_timeout = '500ms';
lock table public.participants_enrolment in access exclusive mode;
"""


class Migration(migrations.Migration):
    dependencies = [("participants", "0005_restricted_elsewhere")]

    operations = [
        migrations.RunSQL(AT_ONCE_OR_NOT, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=partners.walls.Apart(
                first="started_on",
                last="ended_on",
                name="participants_enrolment_apart",
                same=("tenant", "participant", "contract"),
            ),
        ),
    ]
