"""The figures over the API, under api/v1/."""

from django.urls import path

from outcomes.api import views

urlpatterns = [
    path("measures", views.Measures.as_view(), name="api_measures"),
    path("figures", views.Figures.as_view(), name="api_figures"),
]
