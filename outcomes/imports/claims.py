"""Rows of what the commissioner's system says of claims: validated, rejected, paid or taken back."""

from datetime import date

from outcomes.actions import claim as claims
from outcomes.actions import unclaimed
from outcomes.imports.writing import CannotImport, Importer, Outcome, Told, Values
from outcomes.models import Claim, ClaimSum, Unclaimed
from partners.viewer import acting_as

Result = Unclaimed.Result
OVER = claims.OVER
THERE_ONLY = "No claim has this reference. It is kept under “There only” until somebody explains it."


def put_result(values: Values, importer: Importer) -> Told:
    """Settle a claim as validated or rejected. Raises ActionError where it cannot be."""
    return _put(values, Result(values["result"]), None, importer)


def put_payment(values: Values, importer: Importer) -> Told:
    """Settle a claim as paid or taken back. Raises ActionError where it cannot be."""
    in_pounds, in_pence = values.get("pounds"), values.get("pence")
    if None not in (in_pounds, in_pence) and in_pounds != in_pence:
        raise CannotImport(
            "Amount in pounds and amount in pence are not the same sum. Leave one of them out."
        )
    pence = in_pounds if in_pence is None else in_pence
    return _put(values, Result(values.get("result", Result.PAID)), pence, importer)


def _put(values: Values, result: Unclaimed.Result, pence: int | None, importer: Importer) -> Told:
    reference, on = values["reference"], values["on"]
    # By the reference alone, also of somebody whom the importer does not see: the answer names nobody.
    with acting_as(importer.system):
        found = list(
            Claim.objects.filter(contract=importer.contract, reference=reference).order_by("claimed_at", "pk")
        )
        found = found or _without_a_claim(values, importer)
        sums = {one.claim_id: one for one in ClaimSum.objects.filter(claim__in=found)}
    if any(_says(one, sums[one.pk], result) == (on, pence) for one in found):
        return Told(Outcome.SAME)
    if not found:
        return _keep(values, result, pence, importer)
    # A new attempt may keep the reference of the one that was rejected.
    claim = next((one for one in found if one.state not in OVER), found[-1])
    if result == Result.VALIDATED and claim.paid_on and not claim.validated_on:
        return Told(Outcome.LEFT, "Paid here already.")
    try:
        claims.settle(
            claim=claim,
            result=result,
            on=on,
            reference="" if claim.reference else reference,
            pence=pence,
            reason=values.get("reason", ""),
            words=values.get("words", ""),
            by=importer.viewer,
            at=importer.at,
        )
    except claims.AlreadySettled as error:
        raise CannotImport(f"{error} The file says another day or sum. Look at the claim.") from error
    return Told(Outcome.NEW)


def _without_a_claim(values: Values, importer: Importer) -> list[Claim]:
    """What the commissioner pays for the row's participant without a claim, and has not named before; none where it
    could be one or another."""
    person = values.get("participant")
    if not person:
        return []
    kept = Claim.objects.filter(contract=importer.contract, claimed_by=None, reference="")
    kept = kept.filter(participant__reference=person).exclude(state__in=OVER)
    if code := values.get("milestone"):
        kept = kept.filter(milestone__code=code.lower().replace(" ", "_"))
    found = list(kept[:2])
    return found if len(found) == 1 else []


def _says(claim: Claim, sums: ClaimSum, result: Unclaimed.Result) -> tuple[date | None, int | None]:
    """The day of a result, and its sum, as the claim has them."""
    said = {
        Result.VALIDATED: (claim.validated_on, None),
        Result.REJECTED: (claim.rejected_on, None),
        Result.PAID: (claim.paid_on, sums.paid_pence),
        Result.RECOVERED: (claim.recovered_on, sums.recovered_pence),
    }
    return said[result]


def _keep(values: Values, result: Unclaimed.Result, pence: int | None, importer: Importer) -> Told:
    """Keep what was said of a claim that nobody made here, once."""
    reference, on = values["reference"], values["on"]
    if given := values.get("row_key"):
        key = importer.key("claims", importer.viewer.organisation_id, given)
    else:
        key = importer.key("claims", importer.contract.pk, reference, result, on, pence)
    with acting_as(importer.system):
        known = Unclaimed.objects.filter(row_key=key).first()
    if known is not None:
        said = (known.contract_id, known.reference, known.result, known.result_on, known.pence)
        if said != (importer.contract.pk, reference, result, on, pence):
            raise CannotImport(
                "A row with this key said something else before. Give this one a key of its own."
            )
        return Told(Outcome.SAME, "Kept before, of a claim that nobody made here.")
    unclaimed.keep(
        contract=importer.contract,
        reference=reference,
        result=result,
        on=on,
        pence=pence,
        row_key=key,
        by=importer.viewer,
        at=importer.at,
    )
    return Told(Outcome.NEW, THERE_ONLY)
