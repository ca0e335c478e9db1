"""When a participant agreed to their plan on their own page."""

import partners.walls
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("participants", "0015_ratings"),
    ]

    operations = [
        migrations.RunSQL("set local lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="plan",
            name="confirmed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        partners.walls.RebuildWall(
            model_name="plan",
            wall=partners.walls.Wall(
                apart="(participant_id is null or participant_id not in (select b from wall.beyond(2) b))",
                name="participants_plan_wall",
                select={
                    "participant": "participant_id = (select wall.participant())",
                    "prime": "",
                    "provider": "((participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h) or exists (select 1 from wall.case_periods() p where p.participant_id = {table}.participant_id and p.contract_id = {table}.contract_id and {table}.agreed_on between p.starts_on and p.ends_on))",
                },
                update=("done", "confirmed_at"),
            ),
        ),
    ]
