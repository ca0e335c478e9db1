"""What browsers are told of every answer, beside what Django's own middleware and django-csp tell them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]
# Baton needs nothing of a device but, for signing in, its passkeys.
DEVICE = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "encrypted-media",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "screen-wake-lock",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
PERMISSIONS = ", ".join(
    [f"{feature}=()" for feature in DEVICE]
    + ["publickey-credentials-create=(self)", "publickey-credentials-get=(self)"]
)


def headers(get_response: Handler) -> Handler:
    """Nothing is kept by a browser or a proxy unless the answer itself says so, as static files do; nothing is given
    to other sites; nothing of the device is asked for.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Cache-Control", "no-store")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Permissions-Policy", PERMISSIONS)
        return response

    return handle
