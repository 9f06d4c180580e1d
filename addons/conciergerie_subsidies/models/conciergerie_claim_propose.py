from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .conciergerie_allocation_check import OPEN_STATES
from .conciergerie_claim_left_out import REASONS
from .conciergerie_cost_refresh import MANY


class ConciergerieClaim(models.Model):
    """A draft claim is what its proposal found, less what somebody took out."""

    _inherit = "conciergerie.claim"

    explanation = fields.Text(
        readonly=True, copy=False, help="Which limits cut the aid, with the figures."
    )
    line_count = fields.Integer(compute="_compute_counts")
    left_out_count = fields.Integer(compute="_compute_counts")

    def _compute_counts(self):
        lines = dict(
            self.env["conciergerie.claim.line"]._read_group(
                [("claim_id", "in", self.ids)], ["claim_id"], ["__count"]
            )
        )
        left = dict(
            self.env["conciergerie.claim.left.out"]._read_group(
                [("claim_id", "in", self.ids)], ["claim_id"], ["__count"]
            )
        )
        for claim in self:
            claim.line_count = lines.get(claim, 0)
            claim.left_out_count = left.get(claim, 0)

    def action_propose(self):
        """Propose all that can be claimed today, and say why each other cost cannot.

        Reads the books first. What was proposed before is replaced.
        """
        self.ensure_one()
        self.check_access("write")
        self._check_draft()
        self.env["conciergerie.cost"]._refresh(self.company_id)
        self._clear_proposal()
        if self.kind != "advance":
            self._insert_lines()
            self._insert_left_out()
            self._insert_flat_rate()
        self.env.invalidate_all()
        self._set_figures()
        return True

    def _check_draft(self):
        """Refuse what only a draft of an open dossier allows.

        :raise UserError: with the state in the way
        """
        for claim in self:
            if claim.state != "draft":
                raise UserError(
                    self.env._(
                        "%(claim)s is submitted: it is frozen. What changes goes to "
                        "the next claim.",
                        claim=claim.name,
                    )
                )
            dossier = claim.dossier_id
            if dossier.state not in OPEN_STATES:
                states = dict(dossier._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "%(dossier)s is in the state “%(state)s”: aid is claimed from "
                        "the award until the balance.",
                        dossier=dossier.name,
                        state=states[dossier.state],
                    )
                )

    def _clear_proposal(self):
        self.env.flush_all()
        for table in ("conciergerie_claim_line", "conciergerie_claim_left_out"):
            self.env.cr.execute(
                SQL(
                    "DELETE FROM %s WHERE claim_id = %s", SQL.identifier(table), self.id
                )
            )

    def _insert_lines(self):
        """One line for each allocation; one piece number for each document.

        Who proposed them is on the claim: each foreign key is a check of each row.
        """
        self.env.cr.execute(
            SQL(
                """
                %(candidates)s,
                document AS (
                    SELECT candidate.*, cost.name, cost.date, cost.paid_date,
                           cost.cap_amount, partner.name AS partner_name,
                           COALESCE(cost.reference, TO_CHAR(cost.date, 'YYYY-MM'))
                               AS reference, employee.name AS employee_name,
                           COALESCE('M' || cost.move_id,
                                    'H' || cost.employee_id
                                    || TO_CHAR(cost.date, 'YYYYMM'),
                                    'C' || cost.id) AS document
                      FROM candidate
                      JOIN conciergerie_cost cost ON cost.id = candidate.cost_id
                      LEFT JOIN res_partner partner ON partner.id = cost.partner_id
                      LEFT JOIN hr_employee employee ON employee.id = cost.employee_id
                     WHERE candidate.amount != 0
                ),
                dated AS (
                    SELECT document.*,
                           MIN(date) OVER (PARTITION BY document) AS first_date
                      FROM document
                )
                INSERT INTO conciergerie_claim_line
                       (claim_id, dossier_id, company_id, allocation_id, budget_line_id,
                        name, date, paid_date, partner_name, reference, cost_amount,
                        amount, aid, accepted_amount, released_amount, is_flat,
                        is_difference, is_frozen, piece_number, create_date)
                SELECT %(claim)s, %(dossier)s, %(company)s, allocation_id,
                       budget_line_id, name, date, paid_date,
                       COALESCE(partner_name, employee_name), reference, cap_amount,
                       amount, %(aid)s, 0, 0, FALSE, is_difference OR amount < 0, FALSE,
                       DENSE_RANK() OVER (ORDER BY first_date, document),
                       NOW() AT TIME ZONE 'UTC'
                  FROM dated
                WINDOW running AS (ORDER BY first_date, document, date, allocation_id)
                 ORDER BY first_date, document, date, allocation_id
                """,
                candidates=self._sql_candidates(),
                aid=self._sql_line_aid(),
                claim=self.id,
                dossier=self.dossier_id.id,
                company=self.company_id.id,
            )
        )
        if self.env.cr.rowcount > MANY:
            # What follows is planned on what the table holds now.
            self.env.cr.execute("ANALYZE conciergerie_claim_line")

    def _insert_left_out(self):
        """One row for each cost that is left out, with all its reasons in words."""
        words = dict(
            self.env["conciergerie.claim.left.out"]
            ._fields["reason"]
            ._description_selection(self.env)
        )
        not_allocated = (
            SQL(
                """
                UNION ALL
                SELECT cost_id, NULL, NULL, amount, ARRAY['not_allocated']
                  FROM (%s) loose
                """,
                self._sql_not_allocated(),
            )
            if self._source().analytic_account_id
            else SQL()
        )
        self.env.cr.execute(
            SQL(
                """
                %(candidates)s,
                word AS (
                    SELECT * FROM (VALUES %(words)s) word (code, name, rank)
                )
                INSERT INTO conciergerie_claim_left_out
                       (claim_id, company_id, cost_id, allocation_id, budget_line_id,
                        amount, reason, reasons, create_date)
                SELECT %(claim)s, %(company)s, cost_id, allocation_id, budget_line_id,
                       amount, reasons[1],
                       (SELECT STRING_AGG(word.name, ', ' ORDER BY word.rank)
                          FROM word WHERE word.code = ANY(reasons)),
                       NOW() AT TIME ZONE 'UTC'
                  FROM (SELECT cost_id, allocation_id, budget_line_id,
                               rest - amount AS amount,
                               CASE WHEN reasons = ARRAY[]::text[]
                                    THEN ARRAY['above_cap'] ELSE reasons END AS reasons
                          FROM candidate WHERE rest != amount
                          %(not_allocated)s) rows
                """,
                candidates=self._sql_candidates(),
                words=SQL(", ").join(
                    SQL("(%s, %s, %s)", code, words[code], rank)
                    for rank, (code, _name) in enumerate(REASONS)
                ),
                claim=self.id,
                company=self.company_id.id,
                not_allocated=not_allocated,
            )
        )

    def _insert_flat_rate(self):
        """The flat rate of real costs (cases D2, D3), less what was claimed of it.

        Computed on all costs claimed so far, so that cents and cuts even out.
        """
        dossier = self.dossier_id
        if dossier.flat_rate_base in (False, "none") or not dossier.flat_rate:
            return
        line = self._source().budget_line_ids.filtered(
            lambda row: row.side == "expense" and row.is_flat
        )[:1]
        base, before = self._flat_base()
        currency = self.currency_id
        amount = currency.round(currency.round(base * dossier.flat_rate / 100) - before)
        if not amount:
            return
        self.env["conciergerie.claim.line"].sudo().create(
            {
                "claim_id": self.id,
                "budget_line_id": line.id,
                "name": self._flat_words(base),
                "date": self.date,
                "amount": amount,
                "is_flat": True,
                "piece_number": 0,
            }
        )

    def _refresh_figures(self):
        """Compute the flat rate and the aid again after a cost was taken out."""
        self.ensure_one()
        self.sudo().line_ids.filtered("is_flat").unlink()
        self._insert_flat_rate()
        self.env.invalidate_all()
        self._set_figures()

    def _flat_words(self, base):
        self.ensure_one()
        dossier = self.dossier_id
        bases = {
            "direct": self.env._("direct costs"),
            "staff": self.env._("staff costs"),
            "staff_all": self.env._("staff costs, for all other costs"),
        }
        return self.env._(
            "Flat rate: %(rate)s %% of %(base)s of %(what)s",
            rate=dossier._short_number(dossier.flat_rate),
            base=self.currency_id.format(base),
            what=bases[dossier.flat_rate_base],
        )

    def _flat_base(self):
        """Return the base of the flat rate with this claim, and the flat before it."""
        self.env.flush_all()
        [row] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(amount) FILTER (WHERE NOT is_flat AND in_base), 0),
                       COALESCE(SUM(amount) FILTER (WHERE is_flat
                                AND claim_id != %(claim)s), 0)
                  FROM (
                    SELECT row.claim_id, row.is_flat,
                           %(in_base)s AS in_base,
                           CASE WHEN claim.state IN ('answered', 'paid')
                                THEN row.accepted_amount ELSE row.amount END AS amount
                      FROM conciergerie_claim_line row
                      JOIN conciergerie_claim claim ON claim.id = row.claim_id
                      JOIN conciergerie_dossier dossier ON dossier.id = row.dossier_id
                      LEFT JOIN conciergerie_budget_line line
                        ON line.id = row.budget_line_id
                      LEFT JOIN conciergerie_expense_kind kind
                        ON kind.id = line.expense_kind_id
                     WHERE row.dossier_id = %(dossier)s
                       AND (row.is_frozen OR row.claim_id = %(claim)s)) known
                """,
                claim=self.id,
                dossier=self.dossier_id.id,
                in_base=self.dossier_id._sql_in_flat_base(),
            )
        )
        return tuple(map(float, row))
