"""For each check constraint, rows that it must refuse, and what a row of its kind needs besides."""

from tests.partners.small_world import NOW, TODAY, Values, day

# "me" and "another" stand for two people, "own" for the organisation of the row.
ASKED = {"lowering_asked_by_id": "me", "lowering_asked_at": NOW}
SEALED = {
    "status": "sealed",
    "proposed_by_id": "me",
    "proposed_at": NOW,
    "sealed_by_id": "another",
    "sealed_at": NOW,
    "number": 1,
    "total_pence": 1,
    "line_count": 1,
    "digest": "x",
}
WRONG: dict[str, list[Values]] = {
    "outcomes_actualcost_above_nothing": [{"pence": 0}],
    "outcomes_actualcost_withdrawn_whole": [
        {"withdrawn_at": NOW},
        {"withdrawn_why": "so"},
        {"withdrawn_by_id": "me", "withdrawn_at": NOW},
    ],
    "outcomes_adjustment_charged_when_approved": [
        {"decision": "approved", "decided_by_id": "another", "decided_at": NOW, "asked_by_id": "me"},
    ],
    "outcomes_adjustment_decided_by_another": [
        {"decision": "refused", "decided_by_id": "me", "decided_at": NOW, "asked_by_id": "me"},
    ],
    "outcomes_adjustment_decided_by_somebody": [{"decision": "refused"}, {"decided_at": NOW}],
    "outcomes_adjustment_not_zero": [{"pence": 0}],
    "outcomes_auditgrant_closes_after_opening": [{"opens_on": TODAY, "closes_on": day(-1)}],
    "outcomes_auditgrant_ended_by_somebody": [{"ended_at": NOW}, {"ended_by_id": "me"}],
    "outcomes_claim_as_its_state_says": [
        {"state": "validated"},
        {"state": "paid"},
        {"state": "rejected", "rejection_reason": "other"},
        {"state": "rejected", "rejected_on": TODAY},
        {"state": "withdrawn", "withdrawn_why": "so"},
        {"state": "clawback"},
        {"state": "clawback", "clawback_on": TODAY, "clawback_why": ""},
        {"paid_on": TODAY},
    ],
    "outcomes_claim_recovered_after_clawback": [{"recovered_on": TODAY}],
    "outcomes_benefitspell_ends_after_start": [{"starts_on": TODAY, "ends_on": day(-1)}],
    "outcomes_charge_not_zero": [{"pence": 0}],
    "outcomes_earning_above_zero": [{"gross_pence": 0}, {"gross_pence": -1}],
    "outcomes_earning_period_in_order": [{"period_from": TODAY, "period_to": day(-1)}],
    "outcomes_earning_qualifies_or_says_why": [
        {"qualifying": False, "not_qualifying_because": ""},
        {"qualifying": True, "not_qualifying_because": "tax_refund"},
    ],
    "outcomes_evidence_concern_untold": [
        {"kind": "concern", "words": "which", "definition": ""},
        {"kind": "concern", "words": "", "definition": "which"},
    ],
    "outcomes_evidence_decided_by_another": [
        {"recorded_by_id": "me", "decided_by_id": "me", "decided_at": NOW, "decision": "accepted"},
    ],
    "outcomes_evidence_decided_by_somebody": [
        {"decision": "accepted"},
        {"decision": "accepted", "decided_by_id": "me"},
        {"decided_at": NOW},
    ],
    "outcomes_evidence_rejected_says_why": [
        {"decision": "rejected", "decided_by_id": "me", "decided_at": NOW},
        {"rejection_reason": "unreadable"},
    ],
    "outcomes_entry_not_zero": [{"pence": 0}],
    "outcomes_importrun_referrer": [{"kind": "referrals"}, {"kind": "jobs", "referrer_id": "own"}],
    "outcomes_importrun_refused_because": [{"state": "written", "refused_because": "so"}],
    "outcomes_job_ends_after_start": [{"starts_on": TODAY, "ends_on": day(-1)}],
    "outcomes_ineligibility_withdrawn_whole": [
        {"withdrawn_at": NOW},
        {"withdrawn_why": "so"},
        {"withdrawn_by_id": "me", "withdrawn_at": NOW},
    ],
    "outcomes_journal_is_for_one_thing": [
        {"kind": "charge"},
        {"milestone_id": None},
        {"participant_id": None},
        {"organisation_id": None},
        {"price_id": None},
    ],
    "outcomes_figurequery_months": [{"first": TODAY, "last": day(-1)}],
    "outcomes_figureremark_in_words": [{"step": "asked", "words": ""}],
    "outcomes_linequery_answered_whole": [{"outcome": "upheld"}, {"answered_at": NOW}],
    "outcomes_paper_vat_by_a_rate": [{"vat_pence": 1}],
    "outcomes_paper_vat_of_the_registered": [{"vat_basis_points": 2000, "supplier_vat_number": ""}],
    "outcomes_recovery_of_errors": [
        {"errors": 0},
        {"error_pence": 0},
        {"checked_pence": 0},
        {"pence": 0},
    ],
    "outcomes_sample_of_its_population": [{"size": 0}, {"size": 2, "population": 1}],
    "outcomes_sample_period_in_order": [{"claimed_from": TODAY, "claimed_to": day(-1)}],
    "outcomes_sampleitem_decided_by_somebody": [
        {"verdict": "upheld"},
        {"decided_at": NOW},
        {"verdict": "upheld", "decided_by_id": "me", "decided_at": NOW},
    ],
    "outcomes_sampleitem_errors_may_be_answered": [
        {"finding": "error", "reason": "other", "found_by_id": "me", "found_at": NOW},
        {"reply_by": TODAY},
    ],
    "outcomes_sampleitem_found_by_somebody": [
        {"finding": "sound"},
        {"finding": "error", "found_by_id": "me", "found_at": NOW, "reply_by": TODAY},
        {"reason": "other"},
    ],
    "outcomes_sampleitem_replied_by_somebody": [{"reply": "No"}, {"replied_at": NOW}],
    "outcomes_selfbillingagreement_in_order": [
        {"starts_on": TODAY, "ends_on": day(-1)},
        {"signed_on": day(1)},
    ],
    "outcomes_statement_as_its_status_says": [
        {"status": "proposed"},
        {"proposed_at": NOW},
        {"number": 1},
        {"status": "sealed", "proposed_by_id": "me", "proposed_at": NOW},
        {"paid_on": TODAY},
    ],
    "outcomes_statement_sealed_by_another": [{**SEALED, "sealed_by_id": "me"}],
    "participants_appointment_length": [{"minutes": 4}, {"minutes": 481}],
    "participants_appointment_closed": [
        *({"state": state} for state in ("booked", "missed", "moved", "elsewhere")),
        {"state": "cancelled", "why": "forgot"},
        {"closed_at": None},
        {"why": "forgot"},
    ],
    "participants_appointment_reminded": [{"reminded": "text"}, {"reminded_at": NOW}],
    "participants_contactdetails_reminders": [
        {"reminders": "text"},
        {"reminders_on": TODAY},
        *({"reminders": how, "reminders_on": TODAY, "phone": "", "email": ""} for how in ("text", "email")),
    ],
    "participants_handover_taken_up": [{"told_on": TODAY}, {"taken_up_at": NOW}],
    "participants_handover_to_another": [{"from_adviser_id": "me", "to_adviser_id": "me"}],
    "participants_safeguardingreport_steps": [
        {"acknowledged_at": NOW},
        {"acknowledged_by_id": "me"},
        {"decided_at": NOW},
    ],
    "participants_safeguardingreport_deadlines": [{"acknowledge_by": TODAY, "decide_by": day(-1)}],
    "participants_message_seen_then_taken": [{"seen_by_id": "me"}, {"taken": True}],
    "participants_plan_in_order": [{"number": 0}, {"agreed_on": TODAY, "review_on": TODAY}],
    "outcomes_pack_made": [{"made_at": NOW}, {"pdf_as": "name", "xlsx_as": "name"}],
    "outcomes_publishedfigure_whose": [{"part": "provider"}, {"part": "whole", "organisation_id": "own"}],
    "outcomes_profileversion_bands_in_order": [{"amber_below": 90, "red_below": 91}],
    "outcomes_sharedmeasure_names_nobody": [
        {"audience": "peers", "part": "provider"},
        {"audience": "commissioner", "part": "provider"},
        {"audience": "commissioner", "part": "whole", "organisation_id": "own"},
    ],
    "outcomes_sharedmeasure_peers": [{"audience": "peers", "part": "whole"}],
    "outcomes_unclaimed_explained_whole": [
        {"explained_as": "so"},
        {"explained_at": NOW},
        {"explained_at": NOW, "explained_by_id": "me"},
    ],
    "participants_enrolment_ends_after_start": [{"started_on": TODAY, "ended_on": day(-1)}],
    "participants_restriction_level": [{"level": 0}, {"level": 3}],
    "participants_restriction_lowered_by_two": [
        {"lowered_at": NOW},
        {"lowered_by_id": "me"},
        {"lowered_at": NOW, "lowered_by_id": "me"},
        {"lowered_at": NOW, "lowered_by_id": "me", **ASKED},
    ],
    "participants_sectionreview_withheld_with_a_reason": [{"exemption": "crime"}, {"reason": "so"}],
    "participants_sharingbasis_ends_after_start": [{"starts_on": TODAY, "ends_on": day(-1)}],
    "participants_sharingbasis_two_contracts": [{"to_contract_id": "own"}],
    "participants_subjectrequest_approved_by_another": [
        {"approved_at": NOW, "kind": "erasure"},
        {"approved_at": NOW, "kind": "erasure", "approved_by_id": "me", "opened_by_id": "me"},
        {"approved_by_id": "me"},
    ],
    "participants_subjectrequest_closed_with_an_outcome": [{"closed_at": NOW}, {"outcome": "erased"}],
    "partners_auditentry_linked_whole": [{"day": TODAY}, {"sequence": 1}, {"digest": "x"}],
    "partners_invitation_accepted": [
        {"accepted_at": NOW},
        {"accepted_by_id": "me"},
        {
            "accepted_at": NOW,
            "accepted_by_id": "me",
            "revoked_at": NOW,
            "revoked_by_id": "me",
        },
    ],
    "partners_invitation_revoked": [{"revoked_at": NOW}, {"revoked_by_id": "me"}],
    "partners_membership_ended": [{"ended_at": NOW}],
    "partners_signinservice_confirmed_by_another": [
        {"confirmed_at": NOW},
        {"confirmed_by_id": "me"},
        {"confirmed_at": NOW, "confirmed_by_id": "me", "changed_by_id": "me"},
    ],
    "programmes_hourlyrate_ends_after_start": [{"effective_from": TODAY, "effective_to": day(-1)}],
    "programmes_price_one_amount": [{"share_basis_points": 1}],
    "programmes_retentionrule_one_end": [{"keep_until": None}, {"length": 1}, {"unit": "weeks"}],
}


# What a row must say besides, so that this key or check alone can refuse it.
BESIDES: dict[str, Values] = {
    "outcomes_importrun_referrer_within": {"kind": "referrals"},
    "outcomes_journal_charge_within": {
        "kind": "charge",
        "milestone_id": None,
        "participant_id": None,
        "price_id": None,
    },
    "outcomes_publishedfigure_organisation_within": {"part": "provider"},
    "outcomes_sharedmeasure_organisation_within": {"part": "provider"},
    "outcomes_statement_line_count_check": SEALED,
    "outcomes_statement_number_check": SEALED,
    "programmes_price_share_basis_points_check": {"pence": None},
    "programmes_retentionrule_length_check": {"keep_until": None, "unit": "weeks", "counted_from": "made"},
}
