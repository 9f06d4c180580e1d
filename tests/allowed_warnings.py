"""Warnings of others that say nothing about our addons, each with its reason."""

import re

ALLOWED = [
    # Debian's wkhtmltopdf is the unpatched build, which our reports allow for.
    r"wkhtmltopdf",
    # Descriptions of core and OCA addons that docutils finds unclean.
    r"^WARNING py\.warnings: .*/odoo/addons/(?!conciergerie)",
]


def is_allowed(text):
    return any(re.search(pattern, text) for pattern in ALLOWED)
