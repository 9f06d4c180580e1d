from datetime import datetime, time, timedelta

from odoo import api, fields, models

from odoo.addons.conciergerie_base.demo.history_plan import TZ, Plan

# Sales of the last two months: (months ago, rank among the month's open days of the one
# on which it is taken, service, quantity, beneficiary, what is on the label, outcome).
SALES = [
    (2, 1, "coat", 1, 3, "manteau de laine gris", "paid"),
    (2, 2, "duvet", 1, 9, "couette 220 × 240", "paid"),
    (2, 3, "curtains", 1, 14, "rideaux du salon", "paid"),
    (2, 4, "basket", 3, 21, "", "paid"),
    (1, 1, "coat", 1, 27, "imperméable beige", "paid"),
    (1, 2, "bike", 1, 31, "vélo de ville bleu", "paid"),
    (1, 3, "curtains", 1, 3, "rideaux de lin", "paid"),
    (1, 4, "tyre", 1, 36, "roue arrière de vélo", "paid"),
    (1, 5, "basket", 2, 21, "", "paid"),
    (1, -1, "duvet", 1, 40, "édredon en plumes", "prepaid"),
]
FOOD_VAT = 5.5


class ConciergerieDemo(models.AbstractModel):
    """Sales for the providers, so that the first user sees a ledger that lives.

    The month before last is settled: the laundry is paid and disputes a line, the farm
    waits for a word on its account number. Last month waits to be settled.
    """

    _inherit = "conciergerie.demo"

    @api.model
    def _play_provider_sales(self):
        """Play two months of sales, the settlement and the payout of the first one.

        Without the French chart, which has the farm's VAT, nothing is played.
        """
        company = self.env.ref("base.main_company")
        food = self.env["account.tax"].search_count(
            [
                ("company_id", "=", company.id),
                ("type_tax_use", "=", "purchase"),
                ("amount", "=", FOOD_VAT),
            ]
        )
        if not food:
            return
        # The hook that does it for everybody may come after the demo data.
        company.commission_tax_id = (
            company.commission_tax_id or company.account_sale_tax_id
        )
        demo = self._in_the_past()
        site = self._ref("site_val_demo")
        first = demo._month_start(2)
        days = [first + timedelta(days=n) for n in range(80)]
        days = [day for day in days if site._is_open_on(day)]
        demo._play_plans([demo._plan_sale(site, days, *sale) for sale in SALES])
        banks = demo.env["res.partner.bank"]
        for name in ("bank_laundry_demo", "bank_bikes_demo"):
            banks |= demo.env.ref(f"conciergerie_partners.{name}")
        banks.with_user(self._ref("user_manager_demo")).action_confirm_number()
        demo._declare_sales()
        statements = demo._settle_first_month()
        laundry = statements.filtered(
            lambda s: s.provider_id == self._ref("partner_laundry_demo")
        )
        demo._pay_out(laundry)
        demo._dispute_a_line(laundry)

    @api.model
    def _month_start(self, months_ago):
        today = fields.Date.context_today(self)
        return fields.Date.subtract(today.replace(day=1), months=months_ago)

    @api.model
    def _plan_sale(
        self, site, days, months_ago, rank, key, quantity, partner, what, outcome
    ):
        """Return the plan of a sale of which all happens within its month.

        :param days: the open days of the site since then
        """
        month = self._month_start(months_ago).month
        taken = [day for day in days if day.month == month][rank]
        product = self._ref(f"service_{key}_demo").product_variant_id
        promised = product._get_promised_date(site, product._propose_provider(), taken)
        back = next(day for day in days if day >= max(promised, taken + timedelta(1)))
        plan = Plan(
            outcome=outcome,
            service=key,
            site="val",
            partner=partner,
            quantity=quantity,
            taken=self._moment(taken, 10),
            promised=promised,
            relayed=True,
            with_pieces=product.needs_deposit,
            sent=self._moment(taken, 17),
            extra={"pieces": [what] * 4, "rack": f"D{partner % 8 + 1}", "cash": False},
        )
        if outcome == "paid":
            plan.back = self._moment(back, 9)
            plan.handed = self._moment(back, 11)
        return plan

    @api.model
    def _moment(self, day, hour):
        return TZ.localize(datetime.combine(day, time(hour, 20)))

    @api.model
    def _declare_sales(self):
        """Declare two gardens: one is checked, the other waits for the accountant."""
        garden = self.env.ref("conciergerie_partners.partner_garden_demo")
        service = self.env.ref("conciergerie_partners.service_garden_demo")
        last_month = self._month_start(1)
        sales = self.env["conciergerie.referral"].create(
            [
                {
                    "provider_id": garden.id,
                    "company_id": self.env.company.id,
                    "product_id": service.product_variant_id.id,
                    "date": day,
                    "declaration_date": max(day, last_month + timedelta(days=20)),
                    "price_total": price,
                    "provider_reference": number,
                    "description": description,
                }
                for day, price, number, description in (
                    (last_month, 340.0, "F-118", "Taille de haies, évacuation"),
                    (
                        last_month + timedelta(days=24),
                        190.0,
                        "F-126",
                        "Tonte et débroussaillage",
                    ),
                )
            ]
        )
        sales[0].with_user(self._ref("user_accountant_demo")).action_check()

    @api.model
    def _settle_first_month(self):
        """Settle the month before last, in the first days of the last one."""
        period_end = self._month_start(1) - timedelta(days=1)
        statements = (
            self.env["conciergerie.statement"]
            .with_user(self._ref("user_accountant_demo"))
            ._settle(self.env.company, period_end, date=period_end + timedelta(days=3))
        )
        statements.sudo().sent_date = datetime.combine(
            period_end + timedelta(days=3), time(16)
        )
        return statements

    @api.model
    def _pay_out(self, statement):
        run = (
            self.env["conciergerie.pay.run"]
            .with_user(self._ref("user_accountant_demo"))
            .with_company(self.env.company)
            .create(
                {
                    "statement_ids": statement.ids,
                    "due_until": statement.due_date,
                    "date": statement.due_date,
                }
            )
        )
        run.action_pay()

    @api.model
    def _dispute_a_line(self, statement):
        """Let the provider's person dispute the dearest line; nobody answered yet."""
        person = self.env.ref("conciergerie_partners.partner_laundry_person_demo")
        entry = statement.due_entry_ids.sorted("collected_amount")[-1:]
        text = (
            "Le prix convenu pour ces rideaux était de 38 €, doublure comprise : "
            "pouvez-vous vérifier le bon de dépôt ?"
        )
        dispute = (
            self.env["conciergerie.statement.dispute"]
            .sudo()
            .create(
                {
                    "statement_id": statement.id,
                    "entry_id": entry.id,
                    "text": text,
                    "author_id": person.id,
                }
            )
        )
        dispute.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=f"{statement.provider_id.name} conteste une ligne",
            note=text,
            user_id=self._ref("user_accountant_demo").id,
        )
