"""A provider's rates beside those of the others on its contract, none of whom is named."""

import re

from outcomes.performance.periods import shift
from tests.cast import Cast
from tests.outcomes.counted import begins, count, shared
from tests.outcomes.test_performance_view import page

PAGE = "/serco/performance/?period=all"


def rates(cast: Cast, *started: int) -> None:
    """Of forty referred to each provider, so many started."""
    first = begins(cast, 14)
    for provider, number in zip(("renaisi", "i2i", "serco-delivery"), started, strict=True):
        count(cast, "referral", provider, shift(first, 6), 40)
        count(cast, "start", provider, shift(first, 6), number, elapsed=1)
    shared(cast)


def test_a_provider_sees_where_it_stands_and_nobodys_name(cast: Cast) -> None:
    rates(cast, 20, 10, 30)
    text = page(cast.client("mona"), PAGE)
    row = text.split("Among the providers of this contract", 1)[1].split("<tbody>", 1)[1].split("</tr>", 1)[0]
    cells = [re.sub("<[^>]*>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)]
    assert cells == ["50%", "25%", "50%", "75%", "3"]
    assert "i2i" not in text
    assert "Serco Delivery" not in text


def test_the_prime_knows_its_providers_and_sees_no_such_panel(cast: Cast) -> None:
    rates(cast, 20, 10, 30)
    assert "Among the providers" not in page(cast.client("priya"), PAGE)


def test_with_too_few_providers_there_is_no_panel(cast: Cast) -> None:
    rates(cast, 20, 10, 3)
    assert "Among the providers" not in page(cast.client("mona"), PAGE)
