"""Addresses of the figures and of the people behind them."""

from django.urls import path

from outcomes.views import (
    call,
    changes,
    cohorts,
    comparison,
    parking,
    performance,
    profiles,
    published,
    shared,
)

urlpatterns = [
    path("performance/", performance.performance, name="performance"),
    path("performance.csv", performance.performance_csv, name="performance_csv"),
    path("performance/people/", performance.people, name="performance_people"),
    path("performance/people.csv", performance.people_csv, name="performance_people_csv"),
    path("performance/comparison/", comparison.comparison, name="comparison"),
    path("performance/comparison.csv", comparison.comparison_csv, name="comparison_csv"),
    path("performance/cohorts/", cohorts.cohort_page, name="cohorts"),
    path("performance/cohorts.csv", cohorts.cohorts_csv, name="cohorts_csv"),
    path("performance/changes/", changes.what_changed, name="changes"),
    path("performance/changes.csv", changes.changes_csv, name="changes_csv"),
    path("performance/without-contact/", parking.without_contact, name="without_contact"),
    path("performance/without-contact.csv", parking.without_contact_csv, name="without_contact_csv"),
    path("performance/published/", published.published, name="published"),
    path("performance/published.csv", published.published_csv, name="published_csv"),
    path("performance/moves/", published.moved, name="moves"),
    path("performance/moves.csv", published.moves_csv, name="moves_csv"),
    path("performance/profile/", profiles.profile, name="profile"),
    path("performance/profile.csv", profiles.profile_csv, name="profile_csv"),
    path("performance/profile.xlsx", profiles.profile_xlsx, name="profile_xlsx"),
    path("performance/profile/load/", profiles.load_profile, name="load_profile"),
    path("performance/profile/change/", profiles.change_profile, name="change_profile"),
    path("performance/call/", call.call, name="call"),
    path("performance/call/commit/", call.commit, name="commit"),
    path("performance/measures/", performance.measures, name="measures"),
    path("figures/", shared.figures, name="shared"),
    path("figures.csv", shared.figures_csv, name="shared_csv"),
]
