from odoo import api, fields, models
from odoo.tools import SQL

CAPS = {"month": ("cap_month", "%Y-%m"), "year": ("cap_year", "%Y")}


class ConciergerieCopayCeiling(models.Model):
    """What a rule has given a person in a month or a year, under its ceiling.

    Only a summed column under a CHECK holds when two sell at once: of two
    transactions that raise it, the later one gets a serialization failure and is
    tried again by Odoo with what is left by then. The person is told by
    ``person_key``, without a foreign key: merging contacts deletes rows that clash on
    a UNIQUE with a contact's column.
    """

    _name = "conciergerie.copay.ceiling"
    _description = "Ceiling of a Co-Pay"
    _order = "period desc, id desc"

    rule_id = fields.Many2one(
        comodel_name="conciergerie.copay.rule",
        required=True,
        readonly=True,
        ondelete="cascade",
    )
    convention_id = fields.Many2one(
        comodel_name="contract.contract",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    person_key = fields.Integer(required=True, readonly=True)
    period = fields.Char(
        required=True, readonly=True, help="A year, “2026”, or a month, “2026-11”."
    )
    limit_amount = fields.Monetary(
        string="Ceiling",
        readonly=True,
        help="What was already given, where the ceiling was lowered below it.",
    )
    used_amount = fields.Monetary(string="Used", readonly=True)
    reserved_amount = fields.Monetary(
        string="Reserved", readonly=True, help="By payments open at a counter."
    )
    left_amount = fields.Monetary(string="Left", compute="_compute_left_amount")

    _once = models.UniqueIndex("(rule_id, period, person_key)")
    _ceiling_holds = models.Constraint(
        "CHECK(used_amount >= 0 AND reserved_amount >= 0 "
        "AND used_amount + reserved_amount <= limit_amount)",
        "The ceiling of what is taken in charge for this person is reached: begin "
        "again, the share is computed anew.",
    )

    @api.depends("limit_amount", "used_amount", "reserved_amount")
    def _compute_left_amount(self):
        for ceiling in self:
            ceiling.left_amount = (
                ceiling.limit_amount - ceiling.used_amount - ceiling.reserved_amount
            )

    @api.depends("rule_id", "period")
    def _compute_display_name(self):
        for ceiling in self:
            name = ceiling.convention_id.name or ""
            ceiling.display_name = f"{name}, {ceiling.period}"

    # ------------------------------------------------------------------
    # Reading
    # ------------------------------------------------------------------

    @api.model
    def _periods(self, rule, day):
        """Return the periods of a day in which a rule has a ceiling, and the ceiling.

        :rtype: dict of str to float
        """
        return {
            day.strftime(pattern): rule[cap]
            for cap, pattern in CAPS.values()
            if rule[cap]
        }

    @api.model
    def _left(self, rules, person, day, token=None):
        """Return what is left under each ceiling of a person on a day.

        Reservations out of date, and the one of the token, are free again.

        :return: dict by (rule id, period); nothing where a rule has no ceiling
        """
        left = {
            (rule.id, period): cap
            for rule in rules
            for period, cap in self._periods(rule, day).items()
        }
        if not left:
            return left
        ceilings_sudo = self.sudo().search(
            [
                ("rule_id", "in", rules.ids),
                ("person_key", "=", person._origin.id),
                ("period", "in", list({period for _rule, period in left})),
            ]
        )
        free = dict(
            self.env["conciergerie.copay.reservation.line"]
            .sudo()
            ._read_group(
                [
                    ("ceiling_id", "in", ceilings_sudo.ids),
                    "|",
                    ("reservation_id.expires_at", "<", fields.Datetime.now()),
                    ("reservation_id.token", "=", token or ""),
                ],
                ["ceiling_id"],
                ["amount:sum"],
            )
        )
        for ceiling in ceilings_sudo:
            key = (ceiling.rule_id.id, ceiling.period)
            if key in left:
                left[key] = ceiling.left_amount + free.get(ceiling, 0.0)
        return left

    # ------------------------------------------------------------------
    # Raising and lowering
    # ------------------------------------------------------------------

    @api.model
    def _raise(self, person, day, amounts, column="used_amount"):
        """Use or reserve a part of the ceilings of a person.

        :param dict amounts: positive amount of each rule
        :param str column: ``used_amount`` or ``reserved_amount``
        :return: dict by ceiling id of the amount
        :raise IntegrityError: more than is left; to compute the shares first
            prevents it, and two at once get a serialization failure
        """
        rows = [
            (rule, period, cap, amount)
            for rule, amount in amounts.items()
            if amount
            for period, cap in self._periods(rule, day).items()
        ]
        if not rows:
            return {}
        # Their room was counted as free: it has to be, before the CHECK looks.
        self.env["conciergerie.copay.reservation"]._free_expired_of(person)
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO conciergerie_copay_ceiling
                       (rule_id, convention_id, company_id, partner_id, person_key,
                        period, limit_amount, used_amount, reserved_amount,
                        create_uid, create_date)
                VALUES %s
                    ON CONFLICT (rule_id, period, person_key) DO NOTHING
                """,
                SQL(", ").join(
                    SQL(
                        "(%s, %s, %s, %s, %s, %s, %s, 0, 0, %s, NOW() AT TIME ZONE "
                        "'UTC')",
                        rule.id,
                        rule.convention_id.id,
                        rule.company_id.id,
                        person.id,
                        person.id,
                        period,
                        cap,
                        self.env.uid,
                    )
                    for rule, period, cap, _amount in rows
                ),
            )
        )
        found = self.env.execute_query(
            SQL(
                """
                UPDATE conciergerie_copay_ceiling ceiling
                   SET %(column)s = ceiling.%(column)s + given.amount
                  FROM (VALUES %(given)s) given (rule_id, period, amount)
                 WHERE ceiling.rule_id = given.rule_id
                   AND ceiling.period = given.period
                   AND ceiling.person_key = %(person)s
             RETURNING ceiling.id, given.amount
                """,
                column=SQL.identifier(column),
                given=SQL(", ").join(
                    SQL(
                        "(%s, %s, ROUND(%s::numeric, %s))",
                        rule.id,
                        period,
                        amount,
                        rule.currency_id.decimal_places,
                    )
                    for rule, period, _cap, amount in rows
                ),
                person=person.id,
            )
        )
        self.invalidate_model()
        return {ceiling_id: float(amount) for ceiling_id, amount in found}

    @api.model
    def _change(self, used=(), reserved=()):
        """Lower ceilings, or turn what is reserved into what is used.

        A ceiling that had been lowered below what was used comes down with it.

        :param used: pairs of ceiling id and amount to add to what is used
        :param reserved: the same for what is reserved
        """
        changes = [(key, amount, 0.0) for key, amount in used]
        changes += [(key, 0.0, amount) for key, amount in reserved]
        if not changes:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE conciergerie_copay_ceiling ceiling
                   SET used_amount = ceiling.used_amount + given.used,
                       reserved_amount = ceiling.reserved_amount + given.reserved,
                       limit_amount = GREATEST(
                           CASE WHEN LENGTH(ceiling.period) = 4 THEN rule.cap_year
                                ELSE rule.cap_month END,
                           ceiling.used_amount + given.used
                           + ceiling.reserved_amount + given.reserved)
                  FROM (SELECT id, ROUND(SUM(used), 4) AS used,
                               ROUND(SUM(reserved), 4) AS reserved
                          FROM (VALUES %s) change (id, used, reserved)
                         GROUP BY id) given, conciergerie_copay_rule rule
                 WHERE ceiling.id = given.id AND rule.id = ceiling.rule_id
                """,
                SQL(", ").join(
                    SQL("(%s, %s::numeric, %s::numeric)", *change) for change in changes
                ),
            )
        )
        self.invalidate_model()

    @api.model
    def _give_back(self, person, day, amounts):
        """Give back what was used on a day; where there is no ceiling, nothing.

        :param day: day of the sale that is refunded: its period gets it back
        :param dict amounts: positive amount of each rule
        """
        rules = self.env["conciergerie.copay.rule"].concat(*amounts)
        ceilings_sudo = self.sudo().search(
            [
                ("rule_id", "in", rules.ids),
                ("person_key", "=", person.id),
                ("period", "in", [day.strftime(p) for _cap, p in CAPS.values()]),
            ]
        )
        self._change(used=[(c.id, -amounts[c.rule_id]) for c in ceilings_sudo])

    # ------------------------------------------------------------------
    # Rules that change, contacts that are merged
    # ------------------------------------------------------------------

    @api.model
    def _follow_rules(self, rules):
        """Follow ceilings that were changed, added or removed on rules.

        What was given before counts; a ceiling below it stands at what was given.
        """
        self.env.flush_all()
        for cap, pattern in CAPS.values():
            self._drop_unlimited(rules, cap, pattern)
            limited = rules.filtered(cap)
            if limited:
                self._limit(limited, cap, pattern)
        self.invalidate_model()

    @api.model
    def _drop_unlimited(self, rules, cap, pattern):
        size = 4 if pattern == "%Y" else 7
        unlimited = rules - rules.filtered(cap)
        self.sudo().search([("rule_id", "in", unlimited.ids)]).filtered(
            lambda ceiling: len(ceiling.period) == size
        ).unlink()

    @api.model
    def _limit(self, rules, cap, pattern):
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO conciergerie_copay_ceiling AS ceiling
                       (rule_id, convention_id, company_id, partner_id, person_key,
                        period, used_amount, reserved_amount, limit_amount)
                SELECT rule.id, rule.convention_id, rule.company_id, use.partner_id,
                       use.partner_id, period.name, GREATEST(SUM(use.share_amount), 0),
                       0, GREATEST(rule.%(cap)s, SUM(use.share_amount))
                  FROM conciergerie_copay_use use
                  JOIN conciergerie_copay_rule rule ON rule.id = use.rule_id
                  LEFT JOIN conciergerie_copay_use sold
                    ON sold.id = use.refunded_use_id
                 CROSS JOIN LATERAL (
                       SELECT TO_CHAR(COALESCE(sold.date, use.date), %(pattern)s)
                           AS name
                  ) period
                 WHERE rule.id IN %(rules)s
                 GROUP BY rule.id, use.partner_id, period.name
                    ON CONFLICT (rule_id, period, person_key) DO NOTHING
                """,
                cap=SQL.identifier(cap),
                pattern="YYYY" if pattern == "%Y" else "YYYY-MM",
                rules=tuple(rules.ids),
            )
        )
        self.env.cr.execute(
            SQL(
                """
                UPDATE conciergerie_copay_ceiling ceiling
                   SET limit_amount = GREATEST(
                       rule.%(cap)s, ceiling.used_amount + ceiling.reserved_amount)
                  FROM conciergerie_copay_rule rule
                 WHERE rule.id = ceiling.rule_id
                   AND rule.id IN %(rules)s
                   AND LENGTH(ceiling.period) = %(size)s
                """,
                cap=SQL.identifier(cap),
                rules=tuple(rules.ids),
                size=4 if pattern == "%Y" else 7,
            )
        )

    @api.model
    def _join_people(self, source_ids, person_id):
        """Join the ceilings of contacts that are merged into one person.

        What two contacts used together may be more than the ceiling: it then stands
        at what was used, and gives nothing more.
        """
        self.env.flush_all()
        ceilings_sudo = self.sudo().search(
            [("person_key", "in", [*source_ids, person_id])], order="id"
        )
        for same in ceilings_sudo.grouped(lambda c: (c.rule_id, c.period)).values():
            kept = same.filtered(lambda c: c.person_key == person_id)[:1] or same[:1]
            others = same - kept
            if others:
                lines_sudo = self.env["conciergerie.copay.reservation.line"].sudo()
                lines_sudo.search([("ceiling_id", "in", others.ids)]).write(
                    {"ceiling_id": kept.id}
                )
                used = sum(others.mapped("used_amount"))
                reserved = sum(others.mapped("reserved_amount"))
                self.env.flush_all()
                others.unlink()
                self._change(used=[(kept.id, used)], reserved=[(kept.id, reserved)])
            kept.write({"person_key": person_id, "partner_id": person_id})
        self.env.flush_all()


class ConciergerieCopayRule(models.Model):
    _inherit = "conciergerie.copay.rule"

    def write(self, vals):
        result = super().write(vals)
        if vals.keys() & {cap for cap, _pattern in CAPS.values()}:
            self.env["conciergerie.copay.ceiling"]._follow_rules(self)
        return result
