from odoo import models
from odoo.tools import SQL, format_date

from .conciergerie_claim import SENT


class ConciergerieClaim(models.Model):
    """The aid of a claim: rate, caps, advances (cases D3 and D5).

    Everything is computed on all that was claimed so far and the earlier claims are
    taken off, so that cuts, corrections and cents even out in the next claim.
    """

    _inherit = "conciergerie.claim"

    def _set_figures(self):
        """Write the amounts of a draft from its lines, and the aid of each line."""
        self.ensure_one()
        self._set_line_aid()
        self.sudo().write(self._get_figures())

    def _get_figures(self):
        """Return the amounts of this claim: a dictionary of values to write.

        Queries only: nothing is written.
        """
        self.ensure_one()
        currency, dossier = self.currency_id, self.dossier_id
        real, flat = self._line_sums()
        before = self._before()
        rate = self._rate()
        eligible = currency.round(real + flat)
        total = before["eligible"] + eligible
        aid_total = currency.round(total * rate / 100)
        aid = currency.round(
            aid_total - currency.round(before["eligible"] * rate / 100)
        )
        if self.kind == "advance":
            rate = dossier.advance_rate
            aid = aid_total = currency.round(dossier.awarded_amount * rate / 100)
        limit, words = self._limit(total, before)
        if self.kind == "advance":
            left = currency.round(limit - before["justified"] - before["advance"])
            claimed, deducted = min(aid, max(left, 0.0)), 0.0
        else:
            left = currency.round(limit - before["justified"])
            claimed, deducted = self._deduct(
                currency.round(min(aid_total, limit) - before["justified"]), before
            )
        if currency.compare_amounts(aid, max(left, 0.0)) <= 0:
            words = []
        return {
            "real_amount": real,
            "flat_amount": flat,
            "eligible_amount": eligible,
            "rate": rate,
            "aid_amount": aid,
            "cap_amount": max(left, 0.0),
            "deducted_amount": deducted,
            "claimed_amount": claimed,
            "explanation": "\n".join(words) or False,
        }

    def _deduct(self, gross, before):
        """Deduct advances from what a claim gives.

        An interim claim never goes below zero, the rest waits; a balance does: what was
        received in excess is paid back.

        :return: what is claimed, and the advances deducted
        """
        self.ensure_one()
        open_advance = self.currency_id.round(before["advance"] - before["deducted"])
        if self.kind == "balance":
            return self.currency_id.round(gross - open_advance), open_advance
        gross = max(gross, 0.0)
        deducted = min(gross, open_advance)
        return self.currency_id.round(gross - deducted), deducted

    def _rate(self):
        """Return the aid rate in %: the award's, else the programme's, else all."""
        self.ensure_one()
        return self.dossier_id.awarded_rate or self.dossier_id.aid_rate or 100.0

    def _line_sums(self, accepted=False):
        """Return real and flat amounts of the lines, asked or accepted."""
        self.ensure_one()
        self.env["conciergerie.claim.line"].flush_model()
        column = SQL.identifier("accepted_amount" if accepted else "amount")
        [row] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(%(column)s) FILTER (WHERE NOT is_flat), 0),
                       COALESCE(SUM(%(column)s) FILTER (WHERE is_flat), 0)
                  FROM conciergerie_claim_line WHERE claim_id = %(claim)s
                """,
                column=column,
                claim=self.id,
            )
        )
        return tuple(self.currency_id.round(float(value)) for value in row)

    def _before(self):
        """Return what the other claims of the dossier that were submitted add up to.

        ``eligible`` costs, ``justified`` aid (advances deducted from it included),
        ``advance`` claimed and ``deducted`` so far, ``claimed`` in all.
        """
        self.ensure_one()
        self.env["conciergerie.claim"].flush_model()
        self.env["conciergerie.claim.line"].flush_model()
        [row] = self.env.execute_query(
            SQL(
                """
                SELECT COALESCE(SUM(lines.amount), 0),
                       COALESCE(SUM(asked + deducted) FILTER (WHERE NOT advance), 0),
                       COALESCE(SUM(asked) FILTER (WHERE advance), 0),
                       COALESCE(SUM(deducted), 0), COALESCE(SUM(asked), 0)
                  FROM (SELECT id, kind = 'advance' AS advance,
                               COALESCE(deducted_amount, 0) AS deducted,
                               CASE WHEN state = 'submitted' THEN claimed_amount
                                    ELSE accepted_amount END AS asked, state
                          FROM conciergerie_claim
                         WHERE dossier_id = %(dossier)s AND id != %(claim)s
                           AND state IN %(sent)s
                           AND (%(number)s = 0 OR number < %(number)s)) claim
                  LEFT JOIN LATERAL (
                       SELECT SUM(CASE WHEN claim.state = 'submitted' THEN row.amount
                                       ELSE row.accepted_amount END) AS amount
                         FROM conciergerie_claim_line row
                        WHERE row.claim_id = claim.id) lines ON TRUE
                """,
                dossier=self.dossier_id.id,
                claim=self._origin.id or 0,
                sent=SENT,
                number=self.number or 0,
            )
        )
        names = ("eligible", "justified", "advance", "deducted", "claimed")
        values = (self.currency_id.round(float(value)) for value in row)
        return dict(zip(names, values, strict=True))

    # ------------------------------------------------------------------
    # Limits
    # ------------------------------------------------------------------

    def _limit(self, total, before):
        """Return the most aid of all claims up to this one, and the words of each cut.

        :param float total: eligible costs so far, this claim included
        """
        self.ensure_one()
        dossier, currency = self.dossier_id, self.currency_id
        limit = dossier.awarded_amount
        words = [self._award_words(before)]
        if self.kind != "balance" and 0 < dossier.cap_before_balance < 100:
            cap = currency.round(limit * dossier.cap_before_balance / 100)
            words = [
                self.env._(
                    "Before the balance, %(percent)s %% of the award of %(award)s at "
                    "most: %(cap)s, of which %(claimed)s is claimed.",
                    percent=dossier._short_number(dossier.cap_before_balance),
                    award=currency.format(limit),
                    cap=currency.format(cap),
                    claimed=currency.format(before["claimed"]),
                )
            ]
            limit = cap
        if self.kind != "advance":
            for cap, word in self._public_limits(total):
                if currency.compare_amounts(cap, limit) < 0:
                    limit, words = max(cap, 0.0), [word]
        return limit, words

    def _award_words(self, before):
        """Say what the award in force allows, with its date (case D14)."""
        dossier, currency = self.dossier_id, self.currency_id
        award = dossier.award_ids.sorted(lambda a: (a.date, a.id))[-1:]
        return self.env._(
            "The award of %(dossier)s is %(award)s since %(day)s, of which %(claimed)s "
            "is claimed: %(left)s at most.",
            dossier=dossier.name,
            award=currency.format(dossier.awarded_amount),
            day=format_date(self.env, award.date or dossier.awarded_date or self.date),
            claimed=currency.format(before["claimed"]),
            left=currency.format(max(dossier.awarded_amount - before["claimed"], 0.0)),
        )

    def _public_limits(self, total):
        """Return limits from what others give: rate of public aid, no profit (D5).

        What others give counts in proportion before the balance, since they pay as the
        operation goes on.
        """
        self.ensure_one()
        dossier, currency = self.dossier_id, self.currency_id
        public, private = self._others()
        share = 1.0
        if self.kind != "balance" and self._source().eligible_cost:
            share = min(total / self._source().eligible_cost, 1.0)
        public, private = (currency.round(part * share) for part in (public, private))
        limits = []
        rate = dossier.public_rate_max
        if public and 0 < rate < 100 and dossier.funder_id.is_public_funder:
            cap = currency.round(total * rate / 100)
            limits.append(
                (
                    cap - public,
                    self.env._(
                        "Public aid is %(rate)s %% of %(cost)s at most: %(cap)s, of "
                        "which others give %(others)s.",
                        rate=self.dossier_id._short_number(rate),
                        cost=currency.format(total),
                        cap=currency.format(cap),
                        others=currency.format(public),
                    ),
                )
            )
        if public or private:
            limits.append(
                (
                    total - public - private,
                    self.env._(
                        "All aid together cannot be above the eligible cost of "
                        "%(cost)s: others give %(others)s.",
                        cost=currency.format(total),
                        others=currency.format(public + private),
                    ),
                )
            )
        return limits

    def _others(self):
        """Return what other public and private funders give to the operation."""
        self.ensure_one()
        dossier, public, private = self.dossier_id, 0.0, 0.0
        for line in self._source().budget_line_ids:
            if line.side != "resource" or line.is_own or line.in_kind:
                continue
            other = line.other_dossier_id
            if other == dossier or (not other and line.funder_id == dossier.funder_id):
                continue
            if not (other or line.funder_id):
                continue
            amount = (
                other.awarded_amount
                or other.requested_amount
                or line.awarded_amount
                or line.planned_amount
            )
            if line.is_public or other.funder_id.is_public_funder:
                public += amount
            else:
                private += amount
        return public, private

    def _sql_line_aid(self):
        """The aid of a line in a window ``running``: the cents cumulatively."""
        return SQL(
            """
            ROUND(SUM(amount) OVER running * %(rate)s / 100, %(digits)s)
            - ROUND((SUM(amount) OVER running - amount) * %(rate)s / 100, %(digits)s)
            """,
            rate=SQL("%s::numeric", str(self._rate())),
            digits=self.currency_id.decimal_places,
        )

    def _set_line_aid(self):
        """Give each line its part of the aid at the rate.

        Lines just proposed have it: an update of many rows costs as much as they did.
        """
        self.env["conciergerie.claim.line"].flush_model()
        self.env.cr.execute(
            SQL(
                """
                UPDATE conciergerie_claim_line line SET aid = part.aid
                  FROM (SELECT id, %(aid)s AS aid
                          FROM conciergerie_claim_line WHERE claim_id = %(claim)s
                        WINDOW running AS (ORDER BY is_flat, piece_number, id)) part
                 WHERE part.id = line.id AND line.aid IS DISTINCT FROM part.aid
                """,
                aid=self._sql_line_aid(),
                claim=self.id,
            )
        )
        self.env["conciergerie.claim.line"].invalidate_model(["aid"], flush=False)
