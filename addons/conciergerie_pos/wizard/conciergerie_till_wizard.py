from odoo import api, fields, models


class ConciergerieTillWizard(models.TransientModel):
    """Make the till of a site: a name, a bank, a float, and it opens."""

    _name = "conciergerie.till.wizard"
    _description = "Set up a Till"
    _check_company_auto = True

    site_id = fields.Many2one(comodel_name="conciergerie.site", required=True)
    company_id = fields.Many2one(related="site_id.company_id")
    currency_id = fields.Many2one(related="company_id.currency_id")
    name = fields.Char(
        compute="_compute_name",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        string="Name of the Till",
    )
    bank_journal_id = fields.Many2one(
        comodel_name="account.journal",
        compute="_compute_bank_journal_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        string="Bank",
        domain="[('type', '=', 'bank'), ('company_id', '=', company_id)]",
        help="Where cards are paid, and cheques and cash are deposited.",
    )
    opening_float = fields.Monetary(
        string="Float",
        currency_field="currency_id",
        help="Cash left in the drawer overnight, to give change in the morning.",
    )

    @api.depends("site_id")
    def _compute_name(self):
        for wizard in self:
            name = wizard.site_id.name or ""
            count = wizard.site_id.till_count
            wizard.name = f"{name} {count + 1}" if count else name

    @api.depends("company_id")
    def _compute_bank_journal_id(self):
        for wizard in self:
            wizard.bank_journal_id = self.env["account.journal"].search(
                [("type", "=", "bank"), ("company_id", "=", wizard.company_id.id)],
                limit=1,
            )

    def action_create_till(self):
        """Make the till and show it, to be opened."""
        self.ensure_one()
        self.site_id._create_till(self.name, self.bank_journal_id, self.opening_float)
        return self.site_id.action_view_tills()
