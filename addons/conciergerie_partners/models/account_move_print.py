from odoo import models


class AccountMove(models.Model):
    """Our own invoice shows what is collected for others apart, outside our VAT."""

    _inherit = "account.move"

    def _mandate_lines(self):
        """Return the lines sold in the name of a provider."""
        return self.invoice_line_ids.filtered(
            lambda line: line.display_type == "product" and line.deal_mode == "mandate"
        )

    def _get_move_lines_to_report(self):
        """Print our own lines first, then those of each provider."""
        lines = super()._get_move_lines_to_report()
        mandate = lines & self._mandate_lines()
        return (lines - mandate) | mandate.sorted(
            lambda line: (line.provider_id.commercial_partner_id.id, line.sequence)
        )

    def _collected_headings(self):
        """Return the first line of each provider, which bears its heading."""
        lines = self._get_move_lines_to_report() & self._mandate_lines()
        return self.env["account.move.line"].union(
            *(
                of_provider[:1]
                for of_provider in lines.grouped(
                    lambda line: line.provider_id.commercial_partner_id
                ).values()
            )
        )

    def _provider_document_of(self, provider):
        """Return the provider's own document of this invoice, or none."""
        return (
            self.env["conciergerie.provider.document"]
            .sudo()
            .search(
                [
                    ("move_id", "=", self.id),
                    ("provider_id", "=", provider.commercial_partner_id.id),
                ],
                limit=1,
            )
        )

    def _tax_totals_to_report(self):
        """Return core's totals, what is collected for others taken out of ours."""
        self.ensure_one()
        totals = self.tax_totals
        lines = self._mandate_lines()
        if not totals or not lines:
            return totals
        collected = [
            (provider.name, sum(of_provider.mapped("price_total")))
            for provider, of_provider in lines.grouped(
                lambda line: line.provider_id.commercial_partner_id
            ).items()
        ]
        amount = sum(amount for _name, amount in collected)
        subtotals = [dict(subtotal) for subtotal in totals["subtotals"]]
        for subtotal in subtotals[:1]:
            base = subtotal["base_amount_currency"] - amount
            subtotal["base_amount_currency"] = self.currency_id.round(base)
        return {**totals, "subtotals": subtotals, "collected_for_others": collected}

    def action_view_provider_documents(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_partners.conciergerie_provider_document_action"
        )
        action["domain"] = [("move_id", "=", self.id)]
        return action
