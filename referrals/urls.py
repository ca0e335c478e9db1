"""Referrals: sent, followed, answered."""

from django.urls import path

from referrals.views import answering, kept_apart, referrals, self_referral, sending

urlpatterns = [
    path("referrals/", referrals.referrals, name="referrals"),
    path("referrals.csv", referrals.referrals_csv, name="referrals_csv"),
    path("referrals/new/", sending.new_referral, name="new_referral"),
    path("referrals/<str:reference>/", referrals.referral, name="referral"),
    path("referrals/<str:reference>/answers/", sending.answer_questions, name="answer_questions"),
    path("referrals/<str:reference>/withdraw/", sending.withdraw_referral, name="withdraw_referral"),
    path("referrals/<str:reference>/accept/", answering.accept_referral, name="accept_referral"),
    path("referrals/<str:reference>/hand-back/", answering.hand_back_referral, name="hand_back_referral"),
    path("referrals/<str:reference>/start/", answering.start_referral, name="start_referral"),
    path("referrals/<str:reference>/did-not-start/", answering.did_not_start, name="did_not_start"),
    path("participants/<str:reference>/answer/", answering.offer_of_participant, name="offer_of_participant"),
    path("participants/<str:reference>/start/", answering.start_of_participant, name="start_of_participant"),
    path("data-protection/kept-apart/", kept_apart.kept_apart, name="kept_apart"),
    path("refer/<slug:code>/", self_referral.self_referral, name="self_referral"),
    path("refer/<slug:code>/sent/", self_referral.self_referral_sent, name="self_referral_sent"),
]
