"""The area where the person lives stands on the referral, so that figures can be asked for one area."""

from django.db import migrations, models

import partners.walls


class Migration(migrations.Migration):
    dependencies = [("referrals", "0006_portal_kept")]

    operations = [
        migrations.RunSQL("set local lock_timeout = '500ms'", migrations.RunSQL.noop),
        migrations.AddField(
            model_name="referral",
            name="area",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        partners.walls.RebuildWall(
            model_name="referral",
            wall=partners.walls.Wall(
                apart="((select wall.kind()) = 'referrer' or (participant_id is null or participant_id not in (select b from wall.beyond(2) b)))",
                name="referrals_referral_wall",
                select={
                    "prime": "",
                    "provider": "((participant_id, contract_id) in (select h.participant_id, h.contract_id from wall.held_cases() h) or id in (select l.referral_id from referrals_allocation l))",
                    "referrer": "organisation_id = (select wall.organisation())",
                },
                update=("status", "payment_group", "area", "participant", "portal_mark"),
            ),
        ),
    ]
