"""The portal's id of a referral under a key: it stays when the person is erased, so that nobody is brought in again."""

from django.db import migrations, models

import partners.walls


class Migration(migrations.Migration):
    dependencies = [("referrals", "0005_portal")]

    operations = [
        migrations.AddField(
            model_name="referral",
            name="portal_mark",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
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
                update=("status", "payment_group", "participant", "portal_mark"),
            ),
        ),
        migrations.AddConstraint(
            model_name="referral",
            constraint=models.UniqueConstraint(
                condition=models.Q(("portal_mark", ""), _negated=True),
                fields=("tenant", "contract", "organisation", "portal_mark"),
                name="referrals_referral_portal_mark",
            ),
        ),
    ]
