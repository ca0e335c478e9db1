"""Every address of the service, walked through the URL resolver."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from partners.audience import Audience

# Sign-in pages are allauth's own; all of them are for anyone, or for the signed-in person's own account.
THIRD_PARTY = ("account/",)


def operations(
    patterns: list[URLPattern | URLResolver], prefix: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    """Every pattern with its whole route."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from operations(pattern.url_patterns, route)
        else:
            yield route, pattern


def own_operations() -> list[tuple[str, URLPattern]]:
    """Those that this project answers itself."""
    every = operations(get_resolver().url_patterns)
    return [(route, pattern) for route, pattern in every if not route.startswith(THIRD_PARTY)]


def audience_of(pattern: URLPattern) -> Audience | None:
    """What the view, or the class behind it, declares."""
    view = pattern.callback
    return getattr(view, "audience", None) or getattr(getattr(view, "view_class", None), "audience", None)


def test_every_operation_declares_its_audience() -> None:
    undeclared = [route for route, pattern in own_operations() if audience_of(pattern) is None]
    assert undeclared == []


def test_every_operation_has_a_name() -> None:
    names = [pattern.name for _, pattern in own_operations()]
    assert None not in names
    assert len(names) == len(set(names))


def test_an_operation_is_open_to_somebody() -> None:
    for route, pattern in own_operations():
        audience = audience_of(pattern)
        assert audience is not None
        assert audience.public or audience.kinds or audience.permission is None, route
