from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Reports being written get their indicators; signed ones stay as they are."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    reports = env["conciergerie.financial.report"].search([("state", "=", "draft")])
    reports._refresh_indicators()
