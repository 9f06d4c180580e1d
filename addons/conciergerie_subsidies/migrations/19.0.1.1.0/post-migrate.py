from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Reports being written get their indicators; signed ones stay as they are.

    The report of a dossier is due by the year that the aid is for.
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    reports = env["conciergerie.financial.report"].search([("state", "=", "draft")])
    reports._refresh_indicators()
    dossiers = env["conciergerie.dossier"].with_context(active_test=False).search([])
    before = {dossier: dossier.report_date for dossier in dossiers}
    env.add_to_compute(dossiers._fields["report_date"], dossiers)
    dossiers.filtered(lambda d: d.report_date != before[d])._sync_deadlines()
