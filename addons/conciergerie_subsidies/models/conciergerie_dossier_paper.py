from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

# Days before expiry when a paper is said to run out.
PAPER_NOTICE_DAYS = 30


class ConciergerieDossierPaper(models.Model):
    """A paper of a dossier, with its expiry: what the funder asks for, or any other."""

    _name = "conciergerie.dossier.paper"
    _description = "Paper of a Dossier"
    _order = "step, sequence, id"

    dossier_id = fields.Many2one(
        comodel_name="conciergerie.dossier",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="dossier_id.company_id", store=True, index=True
    )
    requirement_id = fields.Many2one(
        comodel_name="conciergerie.programme.requirement",
        index="btree_not_null",
        ondelete="set null",
        readonly=True,
    )
    sequence = fields.Integer(default=10)
    name = fields.Char(string="Paper", required=True)
    step = fields.Selection(
        selection=[("file", "Filing"), ("claim", "Claim"), ("report", "Report")],
        string="Needed At",
        required=True,
        default="file",
    )
    is_required = fields.Boolean(
        string="Required", default=True, help="Filing waits for required papers."
    )
    validity_months = fields.Integer(string="Valid for (months)", readonly=True)
    document = fields.Binary(attachment=True)
    document_name = fields.Char()
    has_document = fields.Boolean(compute="_compute_has_document", store=True)
    date = fields.Date(string="Dated")
    expiry_date = fields.Date(
        string="Valid Until",
        compute="_compute_expiry_date",
        store=True,
        readonly=False,
    )
    state = fields.Selection(
        selection=[
            ("missing", "Missing"),
            ("valid", "Valid"),
            ("expiring", "Expires soon"),
            ("expired", "Expired"),
        ],
        compute="_compute_state",
    )

    @api.depends("date", "validity_months")
    def _compute_expiry_date(self):
        for paper in self:
            if paper.date and paper.validity_months:
                paper.expiry_date = paper.date + relativedelta(
                    months=paper.validity_months
                )
            else:
                paper.expiry_date = paper.expiry_date

    @api.depends("document")
    def _compute_has_document(self):
        for paper in self:
            paper.has_document = bool(paper.document)

    @api.depends("has_document", "expiry_date")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        soon = today + timedelta(days=PAPER_NOTICE_DAYS)
        for paper in self:
            expiry = paper.expiry_date
            if not paper.has_document:
                paper.state = "missing"
            elif expiry and expiry < today:
                paper.state = "expired"
            else:
                paper.state = "expiring" if expiry and expiry <= soon else "valid"

    @api.model_create_multi
    def create(self, vals_list):
        papers = super().create(vals_list)
        papers.dossier_id._sync_deadlines()
        return papers

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {"date", "expiry_date", "document", "is_required", "name"}:
            self.dossier_id._sync_deadlines()
        return result

    def _missing_on(self, step, date):
        """Return the required papers of a step that are not there on a date."""
        return self.filtered(
            lambda p: (
                p.step == step
                and p.is_required
                and (not p.has_document or (p.expiry_date and p.expiry_date < date))
            )
        )

    def _prepare_reuse_vals(self):
        """Return what another dossier's paper of the same name needs of this one."""
        self.ensure_one()
        return {
            "document": self.document,
            "document_name": self.document_name,
            "date": self.date,
            "expiry_date": self.expiry_date,
        }
