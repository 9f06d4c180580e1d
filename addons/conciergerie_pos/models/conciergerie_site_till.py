from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class ConciergerieSite(models.Model):
    """The tills of a site: made in one step, opened from its home screen."""

    _inherit = "conciergerie.site"

    pos_config_ids = fields.One2many(
        comodel_name="pos.config", inverse_name="site_id", string="Tills"
    )
    till_count = fields.Integer(compute="_compute_till_count")

    @api.depends("pos_config_ids")
    def _compute_till_count(self):
        counts = dict(
            self.env["pos.config"]._read_group(
                [("site_id", "in", self.ids)], ["site_id"], ["__count"]
            )
        )
        for site in self:
            site.till_count = counts.get(site, 0)

    def action_set_up_till(self):
        """Open the dialog that makes a till for this site."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_pos.conciergerie_till_wizard_action"
        )
        action["context"] = {"default_site_id": self.id}
        return action

    def action_open_till(self):
        """Open the register of the site, or the list where it has several.

        :raise UserError: the site has no till that this person may open
        """
        self.ensure_one()
        tills = self.env["pos.config"].search([("site_id", "=", self.id)])
        if not tills:
            raise UserError(
                self.env._(
                    "%s has no till yet, or none that you may open: ask a manager to "
                    "set one up on the site.",
                    self.name,
                )
            )
        if len(tills) == 1:
            return tills.open_ui()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "point_of_sale.action_pos_config_kanban"
        )
        action["domain"] = [("site_id", "=", self.id)]
        return action

    def action_view_tills(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "point_of_sale.action_pos_config_kanban"
        )
        action["domain"] = [("site_id", "=", self.id)]
        action["context"] = {"default_site_id": self.id}
        return action

    def _create_till(self, name, bank_journal, opening_float=0.0):
        """Make a till with all that a French counter needs, ready to open.

        Its cash journal is its own; the other ways of paying are shared by the tills
        of the company. Runs with elevated rights once the caller is known to manage
        the site: journals and accounts are the accountant's otherwise.

        :param str name: name of the till
        :param bank_journal: ``account.journal`` of the bank that gets the money
        :param float opening_float: cash left in the drawer overnight, in the company's
            currency
        :return: ``pos.config``
        :raise AccessError: the caller is no manager
        """
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group("conciergerie_base.group_manager"):
            raise AccessError(self.env._("Setting up a till is for managers."))
        company = self.company_id
        # Accounts and journals are read in the books, in the company's language.
        site_sudo = (
            self.sudo()
            .with_company(company)
            .with_context(lang=company.partner_id.lang or self.env.lang)
        )
        till_sudo = site_sudo.env["pos.config"].create(
            {
                **site_sudo._prepare_till_vals(name, opening_float),
                "payment_method_ids": [
                    fields.Command.create(site_sudo._prepare_cash_method_vals(name))
                ],
            }
        )
        site_sudo._prepare_bank_journal(bank_journal.sudo())
        for journal_sudo in (
            till_sudo.payment_method_ids.journal_id | bank_journal.sudo()
        ):
            company._set_difference_accounts_sudo(journal_sudo)
        till_sudo._add_payment_methods(
            till_sudo._till_payment_methods_vals(bank_journal)
        )
        till_sudo._add_coins_and_notes()
        return till_sudo.with_env(self.env)

    def _prepare_till_vals(self, name, opening_float):
        """Return the values of a till of this site, before its payment methods."""
        company = self.company_id
        return {
            "name": name,
            "company_id": company.id,
            "site_id": self.id,
            "opening_float": opening_float,
            "down_payment_product_id": company._down_payment_product_sudo().id,
            # Prices are those the customer pays.
            "iface_tax_included": "total",
            # Services have no photos: without empty frames more of them fit.
            "show_product_images": False,
        }

    def _prepare_cash_method_vals(self, name):
        """Return the values of the till's cash, with a journal and account of its own.

        Two drawers on one account could not be counted apart.
        """
        journal = self.env["account.journal"].create(
            {
                "name": self.env._("Cash %s", name),
                "type": "cash",
                "company_id": self.company_id.id,
            }
        )
        return {
            "name": self.env._("Cash"),
            "journal_id": journal.id,
            "company_id": self.company_id.id,
            "sequence": 0,
        }

    def _prepare_bank_journal(self, journal_sudo):
        """Give the bank's method lines the accounts on which payments wait.

        Without one a payment gets no entry where an addon switches core to its
        accounting mode, as the SEPA one does. Lines that have an account keep it.
        """
        payment = self.env["account.payment"].new({"company_id": self.company_id.id})
        for direction in ("inbound", "outbound"):
            lines = journal_sudo[f"{direction}_payment_method_line_ids"]
            empty = lines.filtered(lambda line: not line.payment_account_id)
            if empty:
                empty.payment_account_id = payment._get_outstanding_account(direction)
