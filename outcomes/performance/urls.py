"""Addresses of the figures and of the people behind them."""

from django.urls import path

from outcomes.views import performance, shared

urlpatterns = [
    path("performance/", performance.performance, name="performance"),
    path("performance.csv", performance.performance_csv, name="performance_csv"),
    path("performance/people/", performance.people, name="performance_people"),
    path("performance/people.csv", performance.people_csv, name="performance_people_csv"),
    path("performance/measures/", performance.measures, name="measures"),
    path("figures/", shared.figures, name="shared"),
    path("figures.csv", shared.figures_csv, name="shared_csv"),
]
