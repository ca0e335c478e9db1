"""Papers: tagged PDFs, written by typst from a template and from what is told to it.

A process that has used typst must not fork afterwards.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def printed(template: Path, told: Mapping[str, Any]) -> bytes:
    """The PDF. told reaches the template as JSON, in `sys.inputs.told`: nothing of it is run as markup."""
    import typst

    return bytes(
        typst.compile(
            template.read_bytes(),
            sys_inputs={"told": json.dumps(told)},
            # Accessible PDF (ISO 14289-1): the compiler refuses what a screen reader could not follow.
            pdf_standards=["ua-1"],
            ignore_system_fonts=True,
        )
    )
