from odoo import Command, api, fields, models

# Coins and notes in euro; core's own list has the quarter of a dollar.
EURO_VALUES = (
    *(0.01, 0.02, 0.05, 0.1, 0.2, 0.5),
    *(1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0),
)


class PosConfig(models.Model):
    """The till of a site: what a French counter needs in it."""

    _inherit = "pos.config"

    opening_float = fields.Monetary(
        currency_field="currency_id",
        help="Cash left in the drawer overnight. What is above it at closing is "
        "proposed for the bank.",
    )

    _opening_float_positive = models.Constraint(
        "CHECK(opening_float >= 0)", "The float of a till cannot be negative."
    )

    @api.model
    def _load_pos_data_read(self, records, config):
        """Let the team of the till put cash in and take it out, with a reason.

        Core shows the button to invoicing users only; the server checks again.
        """
        read_records = super()._load_pos_data_read(records, config)
        if read_records and records[:1].site_id:
            read_records[0]["_has_cash_move_perm"] = True
        return read_records

    # ------------------------------------------------------------------
    # Set-up
    # ------------------------------------------------------------------

    def _till_payment_methods_vals(self, bank_journal):
        """Return the ways of paying that a French till has, beside cash.

        :param bank_journal: ``account.journal`` of the bank that gets the money
        :return: list of values of ``pos.payment.method``; one that the company has
            already is shared, not made again
        """
        self.ensure_one()
        company = self.company_id
        common = {"journal_id": bank_journal.id, "company_id": company.id}
        names = {
            "cheque": self.env._("Cheque"),
            "cesu": self.env._("CESU"),
            "voucher": self.env._("Gift voucher"),
        }
        return [
            {
                **common,
                "name": self.env._("Card"),
                "outstanding_account_id": company._card_account_sudo().id,
                "sequence": 10,
            },
            *(
                {
                    **common,
                    "name": name,
                    "remittance": kind,
                    "outstanding_account_id": company._collection_account_sudo(kind).id,
                    "sequence": 20,
                }
                for kind, name in names.items()
            ),
            *self._conciergerie_payment_methods_vals(),
        ]

    def _find_payment_method(self, vals):
        """Return the method of the company that these values describe, or none."""
        methods = self.env["pos.payment.method"].search(
            [("company_id", "=", vals["company_id"]), ("is_cash_count", "=", False)]
        )
        # What kind of method it is, whatever somebody called it.
        kinds = [name for name in ("remittance", "is_copay") if name in methods._fields]

        def same(method):
            return method.journal_id.id == (vals.get("journal_id") or False) and all(
                (method[name] or False) == (vals.get(name) or False) for name in kinds
            )

        return methods.filtered(same)[:1]

    def _add_payment_methods(self, vals_list):
        """Link the methods of these values, making those that the company lacks.

        A shared method that another till has open cannot be written, so its tills are
        added from this side.
        """
        self.ensure_one()
        methods = self.env["pos.payment.method"]
        for vals in vals_list:
            methods |= self._find_payment_method(vals) or methods.create(vals)
        self.payment_method_ids = [Command.link(method.id) for method in methods]

    def _add_coins_and_notes(self):
        """Give the till the coins and notes of the euro, for counting."""
        bills = self.env["pos.bill"].search([("value", "in", EURO_VALUES)])
        known = {round(bill.value, 2): bill for bill in reversed(bills)}
        missing = [value for value in EURO_VALUES if value not in known]
        bills = self.env["pos.bill"].create(
            [{"name": f"{value:.2f}", "value": value} for value in missing]
        )
        for bill in known.values():
            bills |= bill
        self.default_bill_ids = [Command.set(bills.ids)]


class PosBill(models.Model):
    _inherit = "pos.bill"

    @api.model
    def _load_pos_data_domain(self, data, config):
        """Count with the till's own coins and notes where it has some."""
        if config.default_bill_ids:
            return [("id", "in", config.default_bill_ids.ids)]
        return super()._load_pos_data_domain(data, config)
