from odoo import api, models
from odoo.tools import SQL, format_amount


class ConciergerieCost(models.Model):
    """What changes after allocation or claim: releases and differences."""

    _inherit = "conciergerie.cost"

    @api.model
    def _release_what_shrank(self, company):
        """Release the allocations that an unclaimed cost no longer covers.

        Hours are revalued instead, unless they are gone.
        """
        self.env.cr.execute(
            SQL(
                """
                SELECT id FROM conciergerie_cost
                 WHERE company_id = %s AND kind != 'difference'
                   AND NOT COALESCE(frozen, FALSE) AND allocated_amount != 0
                   AND (kind != 'timesheet' OR current_amount = 0)
                   AND allocated_amount NOT BETWEEN LEAST(current_amount, 0)
                                                AND GREATEST(current_amount, 0)
                """,
                company.id,
            )
        )
        costs_sudo = self.sudo().browse(row[0] for row in self.env.cr.fetchall())
        if not costs_sudo:
            return
        costs_sudo.invalidate_recordset()
        told = {}
        for cost in costs_sudo:
            for dossier in cost.allocation_ids.dossier_id:
                told.setdefault(dossier, []).append(cost._shrunk_words(dossier))
        costs_sudo.allocation_ids._withdraw()
        for dossier, words in told.items():
            dossier._tell_about_costs(
                self.env._("Costs changed: allocate them again"), words
            )
        self.env.flush_all()

    def _shrunk_words(self, dossier):
        """Say what is released of this cost, for the owner of a dossier."""
        self.ensure_one()
        shares = self.allocation_ids.filtered(lambda a: a.dossier_id == dossier)
        return self.env._(
            "%(cost)s was %(old)s and is %(new)s: %(released)s of it is no longer "
            "allocated to %(lines)s.",
            cost=self.display_name,
            old=format_amount(self.env, self.cap_amount, self.currency_id),
            new=format_amount(self.env, self.current_amount, self.currency_id),
            released=format_amount(
                self.env, sum(shares.mapped("amount")), self.currency_id
            ),
            lines=", ".join(shares.budget_line_id.mapped("name")),
        )

    @api.model
    def _make_differences(self, company):
        """Keep one open row of what changed since a cost was claimed (case D13)."""
        self._follow_origins(company)
        self.env.cr.execute(
            SQL(
                """
                SELECT * FROM (
                    SELECT origin.id, MAX(row.id) FILTER (WHERE NOT row.frozen) AS open,
                           origin.current_amount - origin.cap_amount - COALESCE(
                               SUM(row.cap_amount) FILTER (WHERE row.frozen), 0)
                               AS target,
                           COALESCE(SUM(row.cap_amount) FILTER (WHERE NOT row.frozen),
                                    0) AS known
                      FROM conciergerie_cost origin
                      LEFT JOIN conciergerie_cost row ON row.origin_id = origin.id
                     WHERE origin.company_id = %s AND origin.frozen
                       AND origin.kind != 'difference'
                       AND (origin.current_amount != origin.cap_amount
                            OR row.id IS NOT NULL)
                     GROUP BY origin.id) difference
                 WHERE target != known
                """,
                company.id,
            )
        )
        rows = self.env.cr.fetchall()
        if not rows:
            return
        self.env.invalidate_all()
        self._drop_differences([row[1] for row in rows if row[1]])
        origins_sudo = self.sudo().browse(row[0] for row in rows)
        targets = {row[0]: float(row[2]) for row in rows}
        self.sudo().create(
            [
                origin._prepare_difference_vals(targets[origin.id])
                for origin in origins_sudo
                if targets[origin.id]
            ]
        )
        origins_sudo._spread_differences()
        self.env.flush_all()

    @api.model
    def _follow_origins(self, company):
        """A difference is paid and proved as the cost that it corrects."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE conciergerie_cost difference
                   SET is_paid = origin.is_paid, paid_date = origin.paid_date,
                       has_evidence = origin.has_evidence
                  FROM conciergerie_cost origin
                 WHERE origin.id = difference.origin_id
                   AND difference.company_id = %s
                   AND (difference.is_paid, difference.paid_date,
                        difference.has_evidence)
                       IS DISTINCT FROM
                       (origin.is_paid, origin.paid_date, origin.has_evidence)
                """,
                company.id,
            )
        )

    @api.model
    def _drop_differences(self, ids):
        """Take open differences back: what they were is made again, or nothing."""
        open_sudo = self.sudo().browse(ids)
        open_sudo.allocation_ids._withdraw()
        self.env.flush_all()
        if ids:
            self.env.cr.execute(
                SQL("DELETE FROM conciergerie_cost WHERE id IN %s", tuple(ids))
            )
        self.env.invalidate_all()

    def _prepare_difference_vals(self, amount):
        """Return the values of the row that carries what a claimed cost changed by."""
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "kind": "difference",
            "origin_id": self.id,
            "date": self.date,
            "name": self.env._("Difference: %(name)s", name=self.name or ""),
            "reference": self.reference,
            "partner_id": self.partner_id.id,
            "account_id": self.account_id.id,
            "product_id": self.product_id.id,
            "employee_id": self.employee_id.id,
            "move_id": self.move_id.id,
            "current_amount": amount,
            "cap_amount": amount,
            "allocated_amount": 0,
            "free_amount": amount,
            "frozen": False,
            "is_booked": True,
            "is_paid": self.is_paid,
            "paid_date": self.paid_date,
            "has_evidence": self.has_evidence,
        }

    def _spread_differences(self):
        """Put each difference on the budget lines that have a share of its cost.

        In the same shares, the cents cumulatively; what a claim has already is left,
        what of the cost is allocated after it bears its part too.
        """
        differences_sudo = self.sudo().difference_ids
        if not differences_sudo:
            return
        vals_list = []
        for row_sudo in differences_sudo:
            vals_list += row_sudo._spread_over(row_sudo.origin_id)
        allocations_sudo = self.env["conciergerie.allocation"].sudo()
        allocations_sudo._place(vals_list)

    def _spread_over(self, origin):
        """Mend what is open of this difference; return what is to be allocated."""
        self.ensure_one()
        lines = origin.allocation_ids.grouped("budget_line_id")
        mine = self.allocation_ids.grouped("budget_line_id")
        for line in mine.keys() - lines.keys():
            mine[line].filtered(lambda a: not a._is_claimed())._withdraw()
        vals_list, before, after = [], 0.0, 0.0
        room = self.cap_amount - self.allocated_amount
        for line, shares in lines.items():
            after += sum(shares.mapped("amount"))
            part = [
                self.currency_id.round(self.cap_amount * amount / origin.cap_amount)
                if origin.cap_amount
                else 0.0
                for amount in (after, before)
            ]
            before = after
            known = mine.get(line, self.env["conciergerie.allocation"])
            claimed = known.filtered(lambda a: a._is_claimed())
            known -= claimed
            wanted = self._left_to_spread(part[0] - part[1], claimed)
            has = sum(known.mapped("amount"))
            if wanted > 0 and self.cap_amount > 0:
                wanted = min(wanted, self.currency_id.round(room + has))
            if self.currency_id.compare_amounts(wanted, has) == 0:
                continue
            known._withdraw()
            room += has - wanted
            if wanted:
                vals_list.append(
                    {"cost_id": self.id, "budget_line_id": line.id, "amount": wanted}
                )
        return vals_list

    def _left_to_spread(self, part, claimed):
        """Return what of a line's part of this difference no claim has taken.

        What the funder cut of it is not asked again, nor given back to the funder.
        """
        amount = sum(claimed.mapped("amount"))
        left = part - amount
        cut = sum(claimed.claim_line_ids.mapped("released_amount"))
        if left * cut > 0:
            left -= cut if abs(cut) < abs(left) else left
        # Together they stay on the side of the difference.
        bound = max if self.cap_amount > 0 else min
        return self.currency_id.round(bound(left, -amount))
