from datetime import timedelta

import pytz

from odoo import Command, api, fields, models
from odoo.tools import SQL

from .history_plan import HISTORY_DAYS, HistoryPlanner

ADDON = "conciergerie_base"
PEOPLE = [f"partner_inhabitant_{n:02d}_demo" for n in range(1, 45)] + [
    f"partner_employee_{n:02d}_demo" for n in range(1, 17)
]
FOOD = ("basket", "bread")


class Clock:
    """The moment at which the history stands. No context that comes by RPC holds one.

    One object for the whole history rather than a moment in the context: the ORM
    keeps an environment for each context.
    """

    now = None


class ConciergeriePiece(models.Model):
    _inherit = "conciergerie.piece"

    def _custody_date(self):
        clock = self.env.context.get("conciergerie_clock")
        return clock.now if isinstance(clock, Clock) else super()._custody_date()


class ConciergerieDemo(models.AbstractModel):
    """Makes the demo data that no static record can: a history up to today.

    Called by the demo files only. The requests go through the same methods as those
    of the staff, in the order in which they would have happened, as the user who
    would have done it; only the dates are set back.
    """

    _name = "conciergerie.demo"
    _description = "Demo Data of a Conciergerie"

    # ------------------------------------------------------------------
    # Settings
    # ------------------------------------------------------------------

    @api.model
    def _set_service_taxes(self):
        """Give the services the French VAT of their kind, prices including it.

        Without the French chart the company's default tax stays.
        """
        company = self.env.ref("base.main_company")
        prefix = f"account.{company.id}_"
        normal = self.env.ref(
            f"{prefix}tva_normale_encaissement_ttc", raise_if_not_found=False
        )
        food = self.env.ref(f"{prefix}tva_reduite_ttc", raise_if_not_found=False)
        if not normal or not food:
            return
        (normal | food).active = True
        for product, xmlid in self._demo_services():
            is_food = xmlid in [f"{ADDON}.service_{key}_demo" for key in FOOD]
            product.taxes_id = [Command.set((food if is_food else normal).ids)]

    @api.model
    def _demo_services(self):
        """Return the services of the demo files: list of (product, external id)."""
        products = self.env["product.template"].search(
            [("is_conciergerie_service", "=", True)]
        )
        xmlids = products.get_external_id()
        return [
            (product.product_variant_id, xmlids[product.id])
            for product in products
            if xmlids[product.id].startswith(f"{ADDON}.service_")
        ]

    @api.model
    def _ref(self, name):
        return self.env.ref(f"{ADDON}.{name}")

    # ------------------------------------------------------------------
    # History
    # ------------------------------------------------------------------

    @api.model
    def _play_history(self):
        """Take a hundred requests over six weeks and lead them to today's state."""
        demo = self._in_the_past()
        demo._play_plans(demo._plan_history())

    @api.model
    def _in_the_past(self):
        """Return the model in the context of a history: French, silent, timed."""
        return self.with_company(self.env.ref("base.main_company")).with_context(
            lang="fr_FR",
            tz="Europe/Paris",
            tracking_disable=True,
            conciergerie_past_dates=True,
            conciergerie_clock=Clock(),
        )

    @api.model
    def _play_plans(self, plans):
        """Lead requests to where their plans leave them, in the order of the moments.

        :return: dict of the plan's id to its request
        """
        steps = []
        for plan in plans:
            steps += [
                (at, len(steps) + n, plan, do)
                for n, (at, do) in enumerate(self._plan_steps(plan))
            ]
        tasks = {}
        self.env.cr.flush()
        message = self.env["mail.message"].sudo()
        last = message.search([], order="id desc", limit=1).id or 0
        for at, _rank, plan, do in sorted(steps, key=lambda step: step[:2]):
            at = at.astimezone(pytz.utc).replace(tzinfo=None)
            self.env.context["conciergerie_clock"].now = at
            tasks[id(plan)] = getattr(self, do)(plan, tasks.get(id(plan)), at)
            last = self._set_back_messages(last, at)
        self.env.flush_all()
        self._set_back_creation([(tasks[id(plan)], plan) for plan in plans])
        self.env.invalidate_all()
        return tasks

    @api.model
    def _plan_history(self):
        now = fields.Datetime.now().replace(tzinfo=pytz.utc)
        sites = {key: self._ref(f"site_{key}_demo") for key in ("val", "tou")}
        products = {
            xmlid.removeprefix(f"{ADDON}.service_").removesuffix("_demo"): product
            for product, xmlid in self._demo_services()
        }
        promises = {}

        def promise(key, site, date):
            if (key, site, date) not in promises:
                product = products[key]
                promises[key, site, date] = product._get_promised_date(
                    sites[site], product._propose_provider(), date
                )
            return promises[key, site, date]

        first = now.date() - timedelta(days=HISTORY_DAYS + 1)
        return HistoryPlanner(
            now,
            promise=promise,
            relayed={k for k, p in products.items() if p.fulfilment == "relayed"},
            deposited={k for k, p in products.items() if p.needs_deposit},
            open_days={
                key: [
                    day
                    for day in (
                        first + timedelta(days=n) for n in range(HISTORY_DAYS + 60)
                    )
                    if site._is_open_on(day)
                ]
                for key, site in sites.items()
            },
            offered=lambda key, site: (
                not products[key].site_ids or sites[site] in products[key].site_ids
            ),
            people=len(PEOPLE),
        ).draw()

    @api.model
    def _plan_steps(self, plan):
        """Return what happens to a request: list of (moment, method)."""
        steps = [(plan.taken, "_take")]
        if plan.outcome == "prepaid":
            steps.append((plan.taken, "_collect"))
        if plan.sent:
            steps.append((plan.sent, "_send"))
        if plan.back and (plan.relayed or plan.with_pieces):
            steps.append((plan.back, "_get_back"))
        if plan.outcome == "problem":
            steps.append((plan.wrong, "_go_wrong"))
        if plan.outcome == "cancelled":
            steps.append((plan.taken + timedelta(hours=1), "_cancel"))
        if plan.handed:
            steps.append((plan.handed, "_hand_over"))
            if plan.outcome in ("paid", "proxy", "unpaid"):
                steps.append((plan.handed, "_collect"))
        return steps

    @api.model
    def _as_staff(self, records, plan):
        """Return records as seen by the site's staff.

        Elevated, since only the software may promise dates that are past.
        """
        user = self._ref(
            "user_counter_demo" if plan.site == "val" else "user_volunteer_demo"
        )
        return records.with_env(self.env).with_user(user).sudo()

    @api.model
    def _take(self, plan, _task, at):
        wizard = self._as_staff(self.env["conciergerie.request.wizard"], plan).create(
            {
                "site_id": self._ref(f"site_{plan.site}_demo").id,
                "partner_id": self._ref(PEOPLE[plan.partner]).id,
                "service_id": self._ref(
                    f"service_{plan.service}_demo"
                ).product_variant_id.id,
                "quantity": plan.quantity,
                "remarks": plan.extra.get("remark"),
            }
        )
        wizard.promised_date = plan.promised
        task = wizard._create_request()
        if task.sale_order_id:
            task.sale_order_id.date_order = at
        for piece in task.piece_ids:
            piece.description = plan.extra["pieces"][piece.number - 1]
        task.piece_ids.rack = plan.extra["rack"]
        return task.with_env(self.env)

    @api.model
    def _send(self, plan, task, at):
        self._as_staff(task, plan)._send_to_provider()
        return task

    @api.model
    def _get_back(self, plan, task, at):
        moving = self._as_staff(task, plan)
        if moving.piece_at_provider_count:
            moving._receive_pieces(moving.piece_ids)
        else:
            moving._mark_ready()
        moving.ready_date = at
        return task

    @api.model
    def _hand_over(self, plan, task, at):
        moving = self._as_staff(task, plan)
        if plan.outcome == "partial":
            moving._hand_over(moving.piece_ids[:-1])
            return task
        moving._hand_over(
            moving.piece_ids,
            receiver_name=plan.extra.get("receiver", ""),
            is_proxy=plan.outcome == "proxy",
        )
        moving.closed_date = at
        return task

    @api.model
    def _go_wrong(self, plan, task, at):
        self._as_staff(task, plan)._report_problem(plan.extra["reason"])
        return task

    @api.model
    def _cancel(self, plan, task, at):
        moving = self._as_staff(task, plan)
        moving._cancel_request(plan.extra["reason"])
        moving._hand_over(moving.piece_ids)
        moving.closed_date = at
        return task

    @api.model
    def _collect(self, plan, task, at):
        """Invoice at the date of the step; take the payment unless it is awaited."""
        day = fields.Datetime.context_timestamp(self, at).date()
        wizard = (
            self._as_staff(self.env["conciergerie.collect.wizard"], plan)
            .with_context(default_invoice_date=day, default_payment_date=day)
            .create({"task_ids": task.ids, "pay_now": plan.outcome != "unpaid"})
        )
        wizard.journal_id = self._payment_journal(plan.extra["cash"])
        wizard.action_confirm()
        return task

    @api.model
    def _payment_journal(self, cash):
        """Return the counter's cash box, or the bank for cards and transfers."""
        cash_journal = self._ref("journal_cash_demo")
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.env.company.id)], limit=1
        )
        return cash_journal if cash else bank or cash_journal

    # ------------------------------------------------------------------
    # Dates that the ORM sets by itself
    # ------------------------------------------------------------------

    @api.model
    def _set_back_messages(self, last, at):
        """Date the messages of the last step; nothing of it is sent.

        :return: id of the newest message
        """
        # What waits for the end of the transaction, as tracking does, belongs here too.
        self.env.cr.flush()
        messages = self.env["mail.message"].sudo().search([("id", ">", last)])
        if not messages:
            return last
        messages.date = at
        self.env["mail.mail"].sudo().search(
            [("mail_message_id", "in", messages.ids)]
        ).state = "sent"
        return max(messages.ids)

    @api.model
    def _set_back_creation(self, tasks_and_plans):
        """Set creation dates back: the ORM refuses them once the server runs."""
        for task, plan in tasks_and_plans:
            taken = plan.taken.astimezone(pytz.utc).replace(tzinfo=None)
            for records in (
                task,
                task.piece_ids,
                task.sale_order_id,
                task.sale_line_id,
            ):
                if records:
                    self.env.cr.execute(
                        SQL(
                            "UPDATE %s SET create_date = %s WHERE id IN %s",
                            SQL.identifier(records._table),
                            taken,
                            tuple(records.ids),
                        )
                    )
