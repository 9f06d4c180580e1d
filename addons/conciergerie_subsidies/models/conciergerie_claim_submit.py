from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from .. import triggers
from .conciergerie_claim import SENT

FROZEN = (
    *("dossier_id", "number", "kind", "date", "date_from", "date_to", "real_amount"),
    *("flat_amount", "eligible_amount", "rate", "aid_amount", "cap_amount"),
    *("deducted_amount", "claimed_amount", "submitted_date"),
)


class ConciergerieClaim(models.Model):
    """Submission: the last checks, then everything is frozen."""

    _inherit = "conciergerie.claim"

    def init(self):
        triggers.freeze(
            self.env,
            self._table,
            FROZEN,
            SQL("OLD.state IN ('submitted', 'answered', 'paid')"),
        )

    @api.model
    def _drop_triggers(self):
        triggers.drop(self.env, self._table)

    @api.model_create_multi
    def create(self, vals_list):
        claims = super().create(vals_list)
        claims._check_draft()
        return claims

    def write(self, vals):
        frozen = [name for name in FROZEN if name in vals]
        for claim in self:
            if claim.state in ("draft", "cancelled"):
                continue
            for name in frozen:
                field = self._fields[name]
                value = field.convert_to_cache(vals[name], claim)
                if claim[name] != field.convert_to_record(value, claim):
                    claim._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_draft_only(self):
        if any(claim.state not in ("draft", "cancelled") for claim in self):
            raise UserError(
                self.env._(
                    "A claim that was submitted is kept: what changes goes to the next "
                    "one."
                )
            )

    def action_cancel(self):
        """Give up a draft; its costs are free for another claim."""
        self.check_access("write")
        self._check_draft()
        for claim in self:
            claim._clear_proposal()
        self.env.invalidate_all()
        self.write({"state": "cancelled"})

    def action_submit(self):
        """Submit a draft to the funder: check the programme's rules, then freeze."""
        return self._submit()

    def action_submit_anyway(self):
        """Submit a draft whose warning was read: sent in time, or asking nothing."""
        return self._submit(sure=True)

    def _submit(self, sure=False):
        self.ensure_one()
        self.check_access("write")
        self._check_draft()
        self._lock_dossier()
        self.env["conciergerie.cost"]._refresh(self.company_id)
        self._check_count()
        self._check_award()
        self._check_still_true()
        self._check_order()
        self._check_warnings(sure)
        self._freeze()
        self._advance_dossier()
        return True

    # ------------------------------------------------------------------
    # Checks
    # ------------------------------------------------------------------

    def _lock_dossier(self):
        """Let two who submit claims of one dossier at once come one after the other."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE conciergerie_dossier SET write_date = write_date WHERE id = %s",
                self.dossier_id.id,
            )
        )

    def _other_sent(self):
        """Return the other claims of the dossier that were submitted."""
        self.ensure_one()
        return self.dossier_id.claim_ids.filtered(
            lambda c: c != self._origin and c.state in SENT
        )

    def _count_sent(self):
        """Return how many of the claims that the programme allows were submitted."""
        return len(self._other_sent().filtered(lambda c: c.kind != "advance"))

    def _check_count(self):
        """Refuse more claims than the programme allows, and any after the balance."""
        others = self._other_sent()
        if any(claim.kind == "balance" for claim in others):
            raise ValidationError(
                self.env._(
                    "The balance of %(dossier)s was claimed: nothing follows it.",
                    dossier=self.dossier_id.name,
                )
            )
        most = self.dossier_id.claim_max
        count = self._count_sent()
        if most and self.kind != "advance" and count >= most:
            raise ValidationError(
                self.env._(
                    "%(dossier)s allows %(most)s claims: %(count)s were submitted.",
                    dossier=self.dossier_id.name,
                    most=most,
                    count=count,
                )
            )
        if self.kind == "advance" and any(c.kind != "advance" for c in others):
            raise ValidationError(
                self.env._("An advance is asked before the first claim of costs.")
            )

    def _check_award(self):
        """Refuse more than the award in force allows, with the figures (case D14)."""
        before = self._before()
        limit, words = self._limit(before["eligible"] + self.eligible_amount, before)
        most = max(limit - before["justified"], 0.0)
        if self.kind == "advance":
            most = max(most - before["advance"], 0.0)
        asked = self.claimed_amount + self.deducted_amount
        if self.kind == "balance":
            asked = self.claimed_amount + before["advance"] - before["deducted"]
        if self.currency_id.compare_amounts(asked, most) > 0:
            raise ValidationError(
                self.env._(
                    "%(claim)s asks %(asked)s, more than is allowed. %(words)s Propose "
                    "it again.",
                    claim=self.name,
                    asked=self.currency_id.format(asked),
                    words=" ".join(words),
                )
            )

    def _check_still_true(self):
        """Refuse a draft whose costs or figures changed since it was proposed."""
        if self.kind == "advance":
            if not self.claimed_amount:
                raise ValidationError(
                    self.env._("There is no advance to ask: propose it first.")
                )
            return
        stale, missing, count = self._compare_with_candidates()
        # What was kept back until the balance is asked without any new cost.
        if not count and not (self.kind == "balance" and self.claimed_amount):
            raise ValidationError(
                self.env._(
                    "%(claim)s has no cost to claim. Propose it again: what is left "
                    "out is listed with its reason.",
                    claim=self.name,
                )
            )
        figures = self._get_figures()
        differs = any(
            self.currency_id.compare_amounts(self[name], figures[name])
            for name in ("eligible_amount", "claimed_amount", "deducted_amount")
        )
        if differs and not (stale or missing):
            raise ValidationError(
                self.env._(
                    "Another claim or an amendment changed what %(claim)s may ask. "
                    "Propose it again.",
                    claim=self.name,
                )
            )
        if stale or missing:
            raise ValidationError(
                self.env._(
                    "Costs of %(claim)s changed since it was proposed (%(stale)s no "
                    "longer as shown, %(missing)s corrections not in it). Propose it "
                    "again.",
                    claim=self.name,
                    stale=stale,
                    missing=missing,
                )
            )

    def _compare_with_candidates(self):
        """Return how many lines are no longer true, corrections left out, and lines.

        One who took a cost out of a claim may; a correction stays in.
        """
        self.env["conciergerie.claim.line"].flush_model()
        [row] = self.env.execute_query(
            SQL(
                """
                %(candidates)s
                SELECT COUNT(*) FILTER (
                           WHERE line.id IS NOT NULL
                             AND line.amount IS DISTINCT FROM candidate.amount
                             -- Without a candidate nothing is left to claim of it.
                             AND NOT COALESCE(
                                 line.amount > 0 AND line.amount <= candidate.rest
                                 AND candidate.reasons = ARRAY[]::text[], FALSE)),
                       COUNT(*) FILTER (
                           WHERE line.id IS NULL AND candidate.amount < 0),
                       COUNT(line.id)
                  FROM (SELECT * FROM conciergerie_claim_line
                         WHERE claim_id = %(claim)s AND NOT is_flat) line
                  FULL JOIN candidate
                    ON candidate.allocation_id = line.allocation_id
                """,
                candidates=self._sql_candidates(),
                claim=self.id,
            )
        )
        return row

    def _check_order(self):
        """Refuse a claim whose lines together pass the cap of a budget line."""
        rows = self.env.execute_query(
            SQL(
                """
                WITH %(room)s
                SELECT line.name, room.amount, SUM(asked.amount)
                  FROM conciergerie_claim_line asked
                  JOIN room ON room.id = asked.budget_line_id
                  JOIN conciergerie_budget_line line ON line.id = room.id
                 WHERE asked.claim_id = %(claim)s AND NOT asked.is_flat
                 GROUP BY line.id, line.name, room.amount
                HAVING SUM(asked.amount) > GREATEST(room.amount, 0)
                """,
                room=self._sql_room(),
                claim=self.id,
            )
        )
        if rows:
            raise ValidationError(
                "\n".join(
                    self.env._(
                        "“%(line)s” has %(room)s left to claim, %(asked)s is asked. "
                        "Propose the claim again.",
                        line=name,
                        room=self.currency_id.format(float(room)),
                        asked=self.currency_id.format(float(asked)),
                    )
                    for name, room, asked in rows
                )
            )

    # ------------------------------------------------------------------
    # Freezing
    # ------------------------------------------------------------------

    def _freeze(self):
        """Freeze the lines, the costs at what they are, and the figures."""
        number = max(self.dossier_id.claim_ids.mapped("number"), default=0) + 1
        values = {
            "state": "submitted",
            "number": number,
            "submitted_date": fields.Date.context_today(self),
        }
        self.sudo().write(values)
        self.env.flush_all()
        for query in self._sql_freeze():
            self.env.cr.execute(query)
        self.env.invalidate_all()

    def _sql_freeze(self):
        """The statements that freeze, each for all lines at once."""
        yield SQL(
            """
            UPDATE conciergerie_cost cost
               SET frozen = TRUE, was_paid = cost.is_paid
              FROM conciergerie_allocation share
              JOIN conciergerie_claim_line line ON line.allocation_id = share.id
             WHERE share.cost_id = cost.id AND line.claim_id = %s
               AND (cost.frozen, cost.was_paid) IS DISTINCT FROM (TRUE, cost.is_paid)
            """,
            self.id,
        )
        yield SQL(
            """
            UPDATE conciergerie_allocation share SET state = 'claimed'
              FROM conciergerie_claim_line line
             WHERE line.allocation_id = share.id AND line.claim_id = %s
               AND share.state = 'open'
            """,
            self.id,
        )
        yield SQL(
            """
            UPDATE conciergerie_claim_line
               SET is_frozen = TRUE, accepted_amount = amount
             WHERE claim_id = %s
            """,
            self.id,
        )

    def _advance_dossier(self):
        """Move the dossier on: to claimed, or to its balance."""
        dossier_sudo = self.dossier_id.sudo()
        if self.kind == "balance" and dossier_sudo.state != "balance":
            dossier_sudo.action_balance()
        elif self.kind == "interim" and dossier_sudo.state in ("awarded", "running"):
            dossier_sudo.action_claim()
