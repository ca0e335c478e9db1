"""Participants are viewers of their own: who they are is a setting as the others, and they see their provider."""

import partners.walls
from django.db import migrations


FUNCTION = """
create function wall.participant() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('wall.participant', true), '')::uuid $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0007_two_people"),
    ]

    operations = [
        migrations.RunSQL("set local lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.RunSQL(FUNCTION, "drop function wall.participant()"),
        partners.walls.RebuildWall(
            model_name="organisation",
            wall=partners.walls.Wall(
                name="partners_organisation_wall",
                select={
                    "commissioner": "(id = (select wall.organisation()) or kind in ('prime', 'provider'))",
                    "participant": "id = (select wall.organisation())",
                    "prime": "",
                    "provider": "(id = (select wall.organisation()) or kind in ('prime', 'referrer', 'commissioner'))",
                    "referrer": "(id = (select wall.organisation()) or kind = 'prime')",
                },
                update=("name",),
            ),
        ),
    ]
