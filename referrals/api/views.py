"""The partner API: send a referral, ask what became of it, list one's own."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from partners import audit
from partners.api.bodies import parameters
from partners.api.idempotency import Answer, answered_once
from partners.api.keys import caller
from partners.api.paging import ByKey
from partners.api.problems import FieldError, invalid
from partners.api.schema import POST_ONCE, problems
from partners.audience import Audience
from partners.identifiers import is_reference
from partners.middleware import viewer_of
from programmes.models import Contract
from referrals.actions import referral as actions
from referrals.models import Referral
from referrals.serializers import (
    ANSWER_PLACES,
    AnswersSent,
    ListAsked,
    ReferralGiven,
    ReferralSent,
    as_sent,
    field_errors,
)

READ, WRITE = "referrals:read", "referrals:write"


def own() -> QuerySet[Referral]:
    """The referrals of the caller's organisation: the walls show no others."""
    return Referral.objects.select_related("contract").prefetch_related("decisions")


def given(request: Request, found: Any, *, many: bool = False) -> Any:
    """Referrals as their referrer reads them."""

    def address_of(referral: Referral) -> str:
        return reverse("api_referral", args=[referral.reference], request=request)

    return ReferralGiven(found, many=many, context={"address_of": address_of}).data


class Referrals(APIView):
    """One's own referrals."""

    audience = Audience(kinds=frozenset({"referrer"}), scopes={"GET": READ, "POST": WRITE})
    pagination_class = ByKey

    @extend_schema(
        operation_id="list_referrals",
        summary="List your referrals",
        description="Newest first. The links `next` and `previous` lead to the other pages.",
        parameters=[ListAsked],
        responses={200: ReferralGiven(many=True), **problems(400)},
    )
    def get(self, request: Request) -> Response:
        asked = parameters(ListAsked, request)
        wanted = {name: asked[name] for name in ("status", "external_reference") if name in asked}
        pages = self.pagination_class()
        page = pages.paginate_queryset(own().filter(**wanted), request, view=self)
        audit.searched(viewer_of(request._request), "referral.list", found=len(page or []))
        return pages.get_paginated_response(given(request, page, many=True))

    @extend_schema(
        operation_id="send_referral",
        summary="Send a referral",
        description="The answer holds the decision and its reasons at once. It is the same whether or not the person"
        " is known. Send the same `Idempotency-Key` again to repeat a request safely.",
        request=ReferralSent,
        parameters=POST_ONCE,
        responses={201: ReferralGiven, **problems(400, 409, 413, 415, 422)},
    )
    def post(self, request: Request) -> HttpResponse:
        return answered_once(request, lambda: self.submit(request))

    def submit(self, request: Request) -> Answer:
        """Take the referral, once."""
        body = ReferralSent(data=request.data)
        body.is_valid(raise_exception=True)
        viewer = caller(request)
        assert viewer is not None
        contract = Contract.objects.filter(code=body.validated_data["contract"]).first()
        if contract is None:
            raise invalid(
                [FieldError("#/contract", "does_not_exist", "There is no contract with this code.")]
            )
        try:
            made = actions.submit(
                contract=contract,
                sent=as_sent(body.validated_data),
                channel=Referral.Channel.API,
                by=viewer,
                at=viewer.now(),
            )
        except actions.NotAcceptable as error:
            raise invalid(field_errors(error)) from error
        answer = given(request, own().get(pk=made.pk))
        return Answer(201, dict(answer), answer["links"]["self"])


def find(reference: str) -> Referral:
    """One's own referral of that reference. Raises Http404."""
    found = own().filter(reference=reference.upper()).first() if is_reference(reference, "RF") else None
    if found is None:
        raise Http404
    return found


class OneReferral(APIView):
    """One of one's own referrals."""

    audience = Audience(kinds=frozenset({"referrer"}), scopes={"GET": READ})

    @extend_schema(
        operation_id="get_referral",
        summary="What became of a referral",
        responses={200: ReferralGiven, **problems()},
    )
    def get(self, request: Request, reference: str) -> Response:
        found = find(reference)
        viewer = viewer_of(request._request)
        audit.look(viewer, "referral.api", participant_id=found.participant_id, subject=found)
        return Response(given(request, found))


class Answers(APIView):
    """What was missing from one of one's own referrals."""

    audience = Audience(kinds=frozenset({"referrer"}), scopes={"POST": WRITE})

    @extend_schema(
        operation_id="answer_questions",
        summary="Answer what is missing",
        description="For a referral whose status is `need_to_know`: it is decided again, with what was sent before.",
        request=AnswersSent,
        parameters=POST_ONCE,
        responses={200: ReferralGiven, **problems(400, 409, 413, 415, 422)},
    )
    def post(self, request: Request, reference: str) -> HttpResponse:
        found = find(reference)
        return answered_once(request, lambda: self.answer(request, found))

    def answer(self, request: Request, found: Referral) -> Answer:
        """Decide again, once."""
        body = AnswersSent(data=request.data)
        body.is_valid(raise_exception=True)
        circumstances = dict(body.validated_data.get("circumstances") or {})
        circumstances = {name: value for name, value in circumstances.items() if value is not None}
        viewer = caller(request)
        assert viewer is not None
        try:
            actions.answer(
                referral=found,
                health_conditions=circumstances.pop("health_conditions", ""),
                circumstances=circumstances,
                local_authority=body.validated_data.get("local_authority") or "",
                payment_group=body.validated_data.get("payment_group") or "",
                by=viewer,
                at=viewer.now(),
            )
        except actions.NotAcceptable as error:
            raise invalid(field_errors(error, ANSWER_PLACES)) from error
        return Answer(200, dict(given(request, own().get(pk=found.pk))))
