from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

RESERVED_MINUTES = 15


class ConciergerieCopayReservation(models.Model):
    """Shares kept for a payment that is open at a counter (CASES B3).

    Freed when the counter leaves the payment, after a quarter of an hour, or when the
    sale is paid: then they are used.
    """

    _name = "conciergerie.copay.reservation"
    _description = "Reserved Co-Pay"

    token = fields.Char(required=True, readonly=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    expires_at = fields.Datetime(required=True, readonly=True, index=True)
    shares = fields.Json(readonly=True)
    line_ids = fields.One2many(
        comodel_name="conciergerie.copay.reservation.line",
        inverse_name="reservation_id",
        readonly=True,
    )

    _token_once = models.UniqueIndex("(token)")

    def _free(self):
        """Give the reserved amounts back to their ceilings."""
        lines = self.line_ids
        self.env["conciergerie.copay.ceiling"]._change(
            reserved=[(line.ceiling_id.id, -line.amount) for line in lines]
        )
        self.unlink()

    def _is_kept_for(self, person, prices):
        """Say whether this was kept for what is paid: the person and each price."""
        self.ensure_one()
        if person is None and prices is None:
            return True
        compare = self.company_id.currency_id.compare_amounts
        return self.partner_id == person and all(
            share["key"] in prices
            and compare(prices[share["key"]], share["price_total"]) == 0
            for share in self.shares
        )

    @api.model
    def _free_expired_of(self, person):
        """Free what no counter has paid or left in time of a person's ceilings."""
        self.sudo().search(
            [
                ("partner_id", "=", person.id),
                ("expires_at", "<", fields.Datetime.now()),
            ]
        )._free()

    @api.model
    def _cron_free_expired(self, limit=500):
        """Free what no counter has paid or left in time."""
        expired = self.search([("expires_at", "<", fields.Datetime.now())], limit=limit)
        count = len(expired)
        expired._free()
        left = self.search_count([("expires_at", "<", fields.Datetime.now())])
        self.env["ir.cron"]._commit_progress(count, remaining=left)


class ConciergerieCopayReservationLine(models.Model):
    """The part of a ceiling that a reservation keeps."""

    _name = "conciergerie.copay.reservation.line"
    _description = "Reserved Part of a Ceiling"

    reservation_id = fields.Many2one(
        comodel_name="conciergerie.copay.reservation",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    ceiling_id = fields.Many2one(
        comodel_name="conciergerie.copay.ceiling",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    amount = fields.Float(readonly=True, digits=(16, 4))


class ConciergerieCopay(models.AbstractModel):
    _inherit = "conciergerie.copay"

    @api.model
    def _reserve(
        self, token, person, company, day, lines, site=None, minutes=RESERVED_MINUTES
    ):
        """Compute the shares of a sale and keep them, for a quarter of an hour.

        What the token kept before is replaced. The caller checks that the user may
        sell to this person; parameters and result are those of ``_compute_shares``.

        :param str token: names the payment; a uuid given by the counter
        :param int minutes: how long they are kept if they are neither used nor left
        """
        reservation_sudo = self.env["conciergerie.copay.reservation"].sudo()
        reservation_sudo.search([("token", "=", token)])._free()
        result = self._compute_shares(person, company, day, lines, site=site)
        kept = self.env["conciergerie.copay.ceiling"]._raise(
            person, day, self._by_rule(result), column="reserved_amount"
        )
        self.env.flush_all()
        expires_at = fields.Datetime.now() + relativedelta(minutes=minutes)
        # A token sent twice at once gets a serialization failure, and is tried again.
        [(reservation_id,)] = self.env.execute_query(
            SQL(
                """
                INSERT INTO conciergerie_copay_reservation
                       (token, company_id, partner_id, expires_at)
                VALUES (%s, %s, %s, %s)
                    ON CONFLICT (token) DO NOTHING
             RETURNING id
                """,
                token,
                company.id,
                person.id,
                expires_at,
            )
        )
        reservation_sudo.browse(reservation_id).write(
            {
                "shares": self._frozen_shares(result),
                "line_ids": [
                    fields.Command.create({"ceiling_id": key, "amount": amount})
                    for key, amount in kept.items()
                ],
            }
        )
        return result

    @api.model
    def _release(self, token):
        """Free what a token keeps: the counter has left the payment."""
        self.env["conciergerie.copay.reservation"].sudo().search(
            [("token", "=", token)]
        )._free()

    @api.model
    def _consume(self, token, person=None, prices=None):
        """Turn what a token keeps into what is used: the sale is paid.

        The caller makes the ``conciergerie.copay.use`` from what is returned. What was
        kept for something else than what is paid is freed.

        :param person: ``res.partner`` of what is paid, to be told from what was kept
        :param dict prices: by key, what each line costs that is paid, for the same
        :return: list of dicts of ``key``, ``convention_id``, ``rule_id`` (or False),
            ``payer_id`` and ``amount``; None where nothing is kept any more, and the
            shares are to be computed anew
        """
        reservation_sudo = (
            self.env["conciergerie.copay.reservation"]
            .sudo()
            .search([("token", "=", token)])
        )
        if not reservation_sudo:
            return None
        if not reservation_sudo._is_kept_for(person, prices):
            reservation_sudo._free()
            return None
        lines = reservation_sudo.line_ids
        self.env["conciergerie.copay.ceiling"]._change(
            used=[(line.ceiling_id.id, line.amount) for line in lines],
            reserved=[(line.ceiling_id.id, -line.amount) for line in lines],
        )
        shares = reservation_sudo.shares
        reservation_sudo.unlink()
        return shares

    @api.model
    def _by_rule(self, result):
        """Return the sum of the shares of each rule in what is computed."""
        amounts = {}
        for line in result.values():
            for share in line["shares"]:
                if share["rule"]:
                    rule = share["rule"]
                    amounts[rule] = amounts.get(rule, 0.0) + share["amount"]
        return amounts

    @api.model
    def _frozen_shares(self, result):
        return [
            {
                "key": key,
                "convention_id": share["convention"].id,
                "rule_id": share["rule"].id,
                "payer_id": share["payer"].id,
                "amount": share["amount"],
                "price_total": line["rest"] + sum(s["amount"] for s in line["shares"]),
            }
            for key, line in result.items()
            for share in line["shares"]
        ]
