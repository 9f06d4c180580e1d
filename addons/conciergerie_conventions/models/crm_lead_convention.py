from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

# Who pays, by the audience of the prospect.
KINDS = {
    "company": "employer",
    "institution": "institution",
    "commune": "commune",
    "landlord": "landlord",
}


class CrmLead(models.Model):
    """A prospect who would pay for others: won, it becomes a convention."""

    _inherit = "crm.lead"

    is_payer_prospect = fields.Boolean(compute="_compute_is_payer_prospect")
    can_make_convention = fields.Boolean(compute="_compute_can_make_convention")
    headcount = fields.Integer(
        help="How many people would be entitled, as the prospect says.",
    )
    fee_wished_kind = fields.Selection(
        selection=[("head", "per head"), ("flat", "flat")],
        string="Kind of Fee",
        default="head",
    )
    fee_wished = fields.Monetary(
        string="Fee a Month",
        currency_field="company_currency",
        help="Price of the fee of the convention made from the prospect; 0 for none.",
    )
    convention_start = fields.Date(
        help="First day wished; the first of next month where it is empty."
    )
    convention_id = fields.Many2one(
        comodel_name="contract.contract",
        copy=False,
        readonly=True,
        index="btree_not_null",
        help="Made from this prospect, or to be renewed.",
    )
    renewal_term_end = fields.Date(
        string="Term to Renew",
        copy=False,
        readonly=True,
        help="Last day of the term of the convention that this opportunity renews.",
    )

    _headcount_positive = models.Constraint(
        "CHECK(headcount >= 0)", "The number of people is not negative."
    )
    _fee_wished_positive = models.Constraint(
        "CHECK(fee_wished >= 0)", "The fee wished is not negative."
    )

    @api.depends("audience_id")
    def _compute_is_payer_prospect(self):
        for lead in self:
            lead.is_payer_prospect = lead.audience_id.code in KINDS

    @api.depends("active", "won_status", "audience_id", "convention_id")
    def _compute_can_make_convention(self):
        for lead in self:
            lead.can_make_convention = (
                lead.active
                and lead.won_status == "won"
                and lead.is_payer_prospect
                and not lead.convention_id
            )

    def _start_due_playbooks(self):
        """A renewal is no prospecting: the playbook starts by its button only."""
        return super(
            CrmLead, self.filtered(lambda lead: not lead.renewal_term_end)
        )._start_due_playbooks()

    def _merge_get_fields(self):
        return [
            *super()._merge_get_fields(),
            "headcount",
            "fee_wished_kind",
            "fee_wished",
            "convention_start",
            "convention_id",
            "renewal_term_end",
        ]

    # ------------------------------------------------------------------
    # From the prospect to its convention
    # ------------------------------------------------------------------

    def action_make_convention(self):
        """Make the draft of the convention of a won prospect, once, and open it.

        :return: the action that opens the convention
        :raise UserError: not won, of another audience, or without a company name
        """
        self.ensure_one()
        if self.convention_id:
            return self.action_open_convention()
        conventions = self.env["contract.contract"]
        conventions.check_access("create")
        self._check_can_make_convention()
        self._handle_partner_assignment()
        company = self.company_id or self.env.company
        convention = conventions.with_company(company).create(
            self._prepare_convention_vals()
        )
        self.convention_id = convention
        self._message_log(
            body=self.env._("Convention made: %s", convention._get_html_link())
        )
        convention._message_log(
            body=self.env._("Made from the prospect %s", self._get_html_link())
        )
        return self.action_open_convention()

    def _check_can_make_convention(self):
        self.ensure_one()
        if not self.can_make_convention:
            raise UserError(
                self.env._(
                    "No convention can be made from “%(lead)s”: mark it as won, with "
                    "the audience employer, institution, commune or landlord.",
                    lead=self.name,
                )
            )
        if not self.partner_id and not self.partner_name:
            raise UserError(
                self.env._(
                    "Who pays in the convention of “%(lead)s”? Choose its contact, or "
                    "fill in the name of the company.",
                    lead=self.name,
                )
            )

    def _prepare_convention_vals(self):
        """Return the values of the draft, with its fee where one was wished."""
        self.ensure_one()
        payer = self.partner_id.commercial_partner_id
        today = fields.Date.context_today(self)
        start = self.convention_start or today + relativedelta(months=1, day=1)
        note = html2plaintext(self.description or "").strip()
        if self.headcount:
            told = self.env._("People, as told by the prospect: %s", self.headcount)
            note = f"{told}\n{note}".strip()
        vals = {
            "name": f"{payer.name} {start.year}",
            "is_convention": True,
            "contract_type": "sale",
            "convention_kind": KINDS[self.audience_id.code],
            "partner_id": payer.id,
            "company_id": (self.company_id or self.env.company).id,
            "user_id": self.user_id.id or self.env.uid,
            "site_ids": [Command.set(self.site_id.ids)],
            "start_date": start,
            "note": note,
            "recurring_invoicing_type": "post-paid",
        }
        if self.fee_wished:
            if self.fee_wished_kind == "head":
                # Heads are counted by calendar months, whatever the first day.
                vals["recurring_rule_type"] = "monthlylastday"
            vals["contract_line_ids"] = [
                Command.create(self._prepare_convention_fee_vals(start))
            ]
        return vals

    def _prepare_convention_fee_vals(self, start):
        """Return the values of the fee wished, from a day on."""
        self.ensure_one()
        product = self.env.ref(
            "conciergerie_conventions.product_product_convention_fee"
        ).with_context(lang=self.partner_id.lang or self.env.lang)
        return {
            "name": product.name,
            "product_id": product.id,
            "fee_kind": self.fee_wished_kind or "flat",
            "quantity": 1,
            "specific_price": self.fee_wished,
            "date_start": start,
        }

    def action_open_convention(self):
        """Open the convention of the prospect."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_conventions.contract_contract_action_convention"
        )
        form = self.env.ref(
            "conciergerie_conventions.contract_contract_view_form_convention"
        )
        action.update(
            res_id=self.convention_id.id, views=[(form.id, "form")], view_mode="form"
        )
        return action
