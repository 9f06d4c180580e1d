from odoo import models


class ContractLine(models.Model):
    _inherit = "contract.line"

    def _indexed(self, factor, day):
        """Propose the prices of a fee from a day on, rounded to the cent.

        :param float factor: new index ÷ old index
        :param date day: day from which the new price is in force
        :return: list of values of ``conciergerie.indexation.line``
        """
        self.ensure_one()
        if self.display_type:
            return []
        if self.fee_kind != "step":
            old = [(self._fee_price_on(day), self.name, False)]
        else:
            old = [
                (
                    step.amount,
                    self.env._(
                        "%(fee)s, from %(uses)s uses",
                        fee=self.name,
                        uses=step.from_uses,
                    ),
                    step.id,
                )
                for step in self._fee_steps_on(day)
            ]
        return [
            {
                "contract_line_id": self.id,
                "step_id": step_id,
                "name": name,
                "price_old": price,
                "price_new": self.currency_id.round(price * factor),
            }
            for price, name, step_id in old
        ]
