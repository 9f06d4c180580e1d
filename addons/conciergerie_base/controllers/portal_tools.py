"""What pages with forms need, whoever they are for."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.http import content_disposition, request


def try_action(action, *args):
    """Do what a form asked for, or return the sentence that says why not."""
    try:
        with request.env.cr.savepoint():
            action(*args)
    except UserError as error:
        return str(error)
    return ""


def parse_date(text):
    """Return the date of a form's field, or none where it is not one."""
    try:
        return fields.Date.to_date(text or False) or None
    except ValueError:
        return None


def pdf_response(content, name):
    """Answer with a PDF that browsers and proxies keep no copy of."""
    return request.make_response(
        content,
        [
            ("Content-Type", "application/pdf"),
            ("Content-Length", len(content)),
            ("Content-Disposition", content_disposition(f"{name}.pdf")),
            ("Cache-Control", "no-store"),
        ],
    )


def keep_no_copy(response):
    """Keep a page, and the address that opens it, away from others."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
