"""The paper of a sealed statement as a tagged PDF, made of the frozen lines and of the words kept with the paper.

Rendered for whoever asks, because a line about a restricted person is printed for named people alone; the total, the
number and the digest are the same on every copy.
"""

from pathlib import Path
from typing import Any

from outcomes.models import Paper, Statement
from outcomes.statements.lines import Line, Whole
from partners.papers import printed
from partners.templatetags.baton import on, pence, percent, short_on
from programmes.months import month_number

TEMPLATE = Path(__file__).with_name("paper.typ")


def rendered(statement: Statement, paper: Paper, whole: Whole) -> bytes:
    """The PDF. statement with its contract; whole as the viewer reads it."""
    return printed(TEMPLATE, told(statement, paper, whole))


def told(statement: Statement, paper: Paper, whole: Whole) -> dict[str, Any]:
    """What the paper says, in words."""
    first, last = month_number(statement.month, 1)
    rate = paper.vat_basis_points
    return {
        **paper.wording,
        "issued_on": on(paper.issued_on),
        "period": f"{first.day} to {on(last)}",
        "month": f"{statement.month:%B %Y}",
        "contract": statement.contract.name,
        "statement": str(statement.number),
        "supplier": _party(paper.supplier_name, paper.supplier_address, paper.supplier_vat_number),
        "customer": _party(paper.customer_name, paper.customer_address, ""),
        "illustrative": whole.illustrative,
        "subtotals": [[one.label, str(one.count), pence(one.pence)] for one in whole.subtotals],
        "withheld": [str(whole.withheld), str(whole.withheld.count), pence(whole.withheld.pence)]
        if whole.withheld.count
        else [],
        "count": str(whole.count),
        "net": pence(paper.net_pence),
        "vat_label": f"VAT at {percent(rate / 10_000)}" if rate else "",
        "vat_amount": pence(paper.vat_pence),
        "gross": pence(paper.gross_pence),
        "lines": [_line(line) for line in whole.lines],
        "digest": statement.digest,
        "previous": statement.previous.digest if statement.previous else "",
        "paid": f"Paid on {on(statement.paid_on)}, reference {statement.payment_reference}."
        if statement.paid_on
        else "",
        "invoice": statement.invoice_reference,
    }


def _party(name: str, address: str, vat_number: str) -> dict[str, Any]:
    return {"name": name, "address": address.splitlines(), "vat_number": vat_number}


def _line(line: Line) -> dict[str, str]:
    said = line.why if line.is_reversed or line.is_charge else ""
    return {
        "reference": line.reference,
        "label": f"{line.label}, reversed" if line.is_reversed else line.label,
        "said": said,
        "reached_on": short_on(line.reached_on) if line.reached_on else "",
        "claimable_from": short_on(line.claimable_from),
        "pence": pence(line.pence),
    }
