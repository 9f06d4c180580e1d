from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .conciergerie_claim import SENT


class ConciergerieInstalment(models.Model):
    """Money expected from a funder, and what of it came."""

    _name = "conciergerie.instalment"
    _description = "Instalment of an Aid"
    _order = "expected_date, id"
    _check_company_auto = True

    dossier_id = fields.Many2one(
        comodel_name="conciergerie.dossier",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="dossier_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    funder_id = fields.Many2one(related="dossier_id.funder_id", store=True, index=True)
    site_id = fields.Many2one(related="dossier_id.site_id", store=True, index=True)
    kind = fields.Selection(
        selection=[
            ("advance", "Advance"),
            ("interim", "Interim"),
            ("balance", "Balance"),
        ],
        required=True,
        default="interim",
    )
    expected_date = fields.Date(required=True, string="Expected On")
    amount = fields.Monetary(
        required=True,
        string="Expected",
        help="Negative where a balance shows that too much was received: it is paid "
        "back.",
    )
    note = fields.Char()
    receipt_ids = fields.One2many(
        comodel_name="conciergerie.instalment.receipt",
        inverse_name="instalment_id",
        string="Received from the Bank",
        readonly=True,
    )
    received_amount = fields.Monetary(
        compute="_compute_received", store=True, string="Received"
    )
    received_date = fields.Date(
        compute="_compute_received", store=True, string="Received On"
    )
    open_amount = fields.Monetary(
        compute="_compute_received",
        store=True,
        string="To Come",
        help="What is expected less what came: the cash forecast.",
    )
    state = fields.Selection(
        selection=[
            ("expected", "Expected"),
            ("partial", "Partly received"),
            ("received", "Received"),
        ],
        compute="_compute_received",
        store=True,
    )
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")

    @api.depends("kind", "dossier_id.name")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for instalment in self:
            instalment.display_name = " – ".join(
                filter(None, (instalment.dossier_id.name, kinds.get(instalment.kind)))
            )

    @api.depends("amount", "receipt_ids.amount", "receipt_ids.is_posted")
    def _compute_received(self):
        for instalment in self:
            currency = instalment.currency_id or self.env.company.currency_id
            receipts = instalment.receipt_ids.filtered("is_posted")
            received = sum(receipts.mapped("amount"))
            left = instalment.amount - received
            if left * instalment.amount < 0:
                left = 0.0
            instalment.received_amount = received
            instalment.received_date = max(receipts.mapped("date"), default=False)
            instalment.open_amount = left
            if currency.is_zero(left) and (receipts or not instalment.amount):
                instalment.state = "received"
            else:
                instalment.state = "partial" if receipts else "expected"

    @api.depends("expected_date", "state")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for instalment in self:
            instalment.is_late = (
                instalment.state != "received"
                and bool(instalment.expected_date)
                and instalment.expected_date < today
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = [
            ("state", "!=", "received"),
            ("expected_date", "<", fields.Date.context_today(self)),
        ]
        if True in value and False in value:
            return []
        return late if True in value else ["!", "&", *late]

    @api.constrains("amount", "dossier_id")
    def _check_not_above_award(self):
        for dossier in self.dossier_id:
            total = sum(dossier.instalment_ids.mapped("amount"))
            award = dossier._schedule_total()
            if award and dossier.currency_id.compare_amounts(total, award) > 0:
                raise ValidationError(
                    self.env._(
                        "The instalments of %(dossier)s come to %(total)s, more than "
                        "the %(award)s awarded. Lower one of them.",
                        dossier=dossier.display_name,
                        total=self.env["conciergerie.subsidy.entry"]._money(
                            total, dossier.currency_id
                        ),
                        award=self.env["conciergerie.subsidy.entry"]._money(
                            award, dossier.currency_id
                        ),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_received(self):
        for instalment in self:
            if instalment.receipt_ids:
                raise UserError(
                    self.env._(
                        "Money was received for %s: take the bank's lines out of it "
                        "first.",
                        instalment.display_name,
                    )
                )

    def action_match(self):
        """Open the dialog that finds the money of this instalment at the bank."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_subsidies.conciergerie_instalment_match_wizard_action"
        )
        action["context"] = {"default_instalment_id": self.id}
        return action


class ConciergerieDossier(models.Model):
    _inherit = "conciergerie.dossier"

    instalment_ids = fields.One2many(
        comodel_name="conciergerie.instalment", inverse_name="dossier_id"
    )
    received_amount = fields.Monetary(compute="_compute_received_amount")
    to_come_amount = fields.Monetary(
        compute="_compute_received_amount",
        string="To Come",
        help="Awarded and not received; of what is claimed, once the balance is.",
    )

    @api.depends(
        "instalment_ids.received_amount",
        "awarded_amount",
        "aid_claimed",
        "claim_ids.kind",
    )
    def _compute_received_amount(self):
        received = dict(
            self.env["conciergerie.instalment"]._read_group(
                [("dossier_id", "in", self.ids)],
                ["dossier_id"],
                ["received_amount:sum"],
            )
        )
        for dossier in self:
            dossier.received_amount = received.get(dossier, 0.0)
            balance = dossier.claim_ids.filtered(
                lambda c: c.kind == "balance" and c.state in SENT
            )
            # After the balance nothing comes but what is claimed.
            expected = dossier.aid_claimed if balance else dossier.awarded_amount
            dossier.to_come_amount = max(expected - dossier.received_amount, 0.0)

    def action_view_instalments(self):
        """Open the instalments of the dossiers."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_subsidies.conciergerie_instalment_action"
        )
        action["domain"] = [("dossier_id", "in", self.ids)]
        action["context"] = {"default_dossier_id": self.id} if len(self) == 1 else {}
        return action
