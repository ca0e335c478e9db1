"""A small page on which one step is taken: its words, its form, and what follows when that is sent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from outcomes.forms import Refusable
from participants.models import Document
from partners.acting import ActionError


class Words(NamedTuple):
    """What the page of a step is called, its button, what the step will do, and what is said when it is taken."""

    title: str
    submit: str
    follows: str = ""
    done: str = ""


@dataclass(frozen=True)
class Page:
    """The words of a page and where it leads back to.

    done: what is said when the step is taken, or a function that says it of what came of it. caption: what it is about,
    and rows: what is known of that. follows: what the step will do. above: the page above, by name and address.
    document: what whoever decides must read. carried: what is sent with what is typed, where the address cannot say it.
    """

    title: str
    submit: str
    done: str | Callable[[Any], str]
    caption: str
    back: str
    follows: str = ""
    rows: Sequence[tuple[str, Any]] = ()
    above: Sequence[tuple[str, str]] = ()
    document: Document | None = None
    carried: Mapping[str, str] = field(default_factory=dict)

    @property
    def trail(self) -> Sequence[tuple[str, str]]:
        """The pages above, of claims unless others are named."""
        return self.above or [("Claims", reverse("claims"))]


def answer(
    request: HttpRequest,
    page: Page,
    form: Refusable,
    act: Callable[[], object],
    *,
    look: Callable[[], None] | None = None,
) -> HttpResponse:
    """Do what a valid form asks, or show the form with what was typed; look writes down who saw that."""
    if form.is_valid():
        try:
            found = act()
        except ActionError as error:
            form.refuse(error)
        else:
            messages.success(request, page.done if isinstance(page.done, str) else page.done(found))
            return redirect(page.back)
    if look is not None:
        look()
    return render(
        request, "outcomes/step.html", {"page": page, "form": form}, status=422 if form.errors else 200
    )
