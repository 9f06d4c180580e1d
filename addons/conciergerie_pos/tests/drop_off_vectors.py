"""Writes the vectors that the till's arithmetic is tested with, from the server's.

``test_drop_off_vectors`` compares what is in the file with what the server says today.
"""

import json
import re
from pathlib import Path

VECTORS = Path(__file__).parents[1] / "static/tests/unit/drop_off_vectors.js"
HEAD = "// Written by tests/drop_off_vectors.py.\nexport default "


def read_vectors():
    """Return the vectors that the browser's tests use."""
    text = VECTORS.read_text(encoding="utf-8")
    return json.loads(re.sub(r",(\s*[]}])", r"\1", text[len(HEAD) :].rstrip(";\n")))


def write_vectors(vectors):
    """Write the vectors, one a line."""
    parts = []
    for name, values in vectors.items():
        mark = "[]" if isinstance(values, list) else "{}"
        rows = (
            [json.dumps(value, ensure_ascii=False) for value in values]
            if mark == "[]" and isinstance(values[0], dict)
            else [json.dumps(values, ensure_ascii=False)[1:-1]]
        )
        lines = ",\n".join(rows)
        parts.append(f'"{name}": {mark[0]}\n{lines}\n{mark[1]}')
    text = ",\n".join(parts)
    VECTORS.write_text(f"{HEAD}{{\n{text}\n}};\n", encoding="utf-8")
