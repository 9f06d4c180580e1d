from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class ConciergerieClaim(models.Model):
    """What is said of a draft before it is submitted: too late, or for nothing."""

    _inherit = "conciergerie.claim"

    warning = fields.Text(
        compute="_compute_warning", help="What to know before this claim is submitted."
    )
    is_doubtful = fields.Boolean(
        compute="_compute_warning",
        help="It is submitted by a button of its own: the warning was read.",
    )

    @api.depends(
        *("state", "kind", "date", "claimed_amount", "deducted_amount"),
        *("dossier_id.claim_until", "dossier_id.claim_max"),
        "dossier_id.claim_ids.state",
    )
    def _compute_warning(self):
        for claim in self:
            warnings = claim._get_warnings()
            weights = {weight for weight, _words in warnings}
            claim.warning = "\n".join(words for _weight, words in warnings) or False
            claim.is_doubtful = "doubt" in weights and "refusal" not in weights

    def _get_warnings(self):
        """Return what speaks against submitting this draft, the gravest first.

        :return: list of (weight, sentence): ``refusal``, ``doubt``, which somebody may
            override, or ``notice``, which is only read
        """
        self.ensure_one()
        if self.state != "draft" or not self.dossier_id:
            return []
        return [*filter(None, (self._late_warning(), self._nothing_warning()))]

    def _late_warning(self):
        """What comes after the last day to claim is lost.

        Money that goes back to the funder is due all the same. A claim that was sent in
        time and is entered later is known by its date only: who submits it is asked.
        """
        today = fields.Date.context_today(self)
        until, date = self.dossier_id.claim_until, self.date or today
        if not until or self.claimed_amount < 0 or max(date, today) <= until:
            return None
        words = {
            "dossier": self.dossier_id.name,
            "until": format_date(self.env, until),
            "date": format_date(self.env, date),
        }
        if date > until:
            return "refusal", self.env._(
                "The last day to claim aid of %(dossier)s is %(until)s, this claim is "
                "dated %(date)s: what comes later is lost. If the funder gave more "
                "time, the manager records it with “Amend” on the dossier, under “Last "
                "Claim By”.",
                **words,
            )
        return "doubt", self.env._(
            "The last day to claim aid of %(dossier)s was %(until)s. This claim is "
            "dated %(date)s: submit it all the same only if the funder had it in time. "
            "If the funder gave more time, the manager records it with “Amend” on the "
            "dossier, under “Last Claim By”.",
            **words,
        )

    def _nothing_warning(self):
        """A claim of nothing may use up one of those that the programme allows."""
        if (
            self.kind == "advance"
            or not self.currency_id.is_zero(self.claimed_amount)
            or not self.line_count
        ):
            return None
        words = (
            self.env._(
                "This claim asks for nothing: the advance covers its aid, "
                "%(deducted)s.",
                deducted=self.currency_id.format(self.deducted_amount),
            )
            if self.deducted_amount
            else self.env._("This claim asks for nothing.")
        )
        most = self.dossier_id.claim_max
        if not most or self.kind == "balance":
            return "notice", words
        return "doubt", self.env._(
            "%(words)s It would be number %(number)s of the %(most)s claims that "
            "%(dossier)s allows: wait for more costs, unless the funder wants to see "
            "these now.",
            words=words,
            number=self._count_sent() + 1,
            most=most,
            dossier=self.dossier_id.name,
        )

    def _check_warnings(self, sure):
        """Refuse what comes too late, and a doubtful claim unless somebody is sure.

        :param bool sure: the warning was read
        """
        self.ensure_one()
        doubts = []
        for weight, words in self._get_warnings():
            if weight == "refusal":
                raise ValidationError(words)
            if weight == "doubt":
                doubts.append(words)
        if doubts and not sure:
            raise ValidationError(
                self.env._(
                    "%(words)s For that, the claim has the button “Submit all the "
                    "same”.",
                    words="\n".join(doubts),
                )
            )
