"""Addresses of contracts and their terms."""

from django.urls import path

from programmes.views import contracts

urlpatterns = [
    path("contracts/", contracts.contracts, name="contracts"),
    path("contracts/<slug:code>/", contracts.contract, name="contract"),
    path("contracts/<slug:code>/prices.csv", contracts.contract_prices, name="contract_prices"),
]
