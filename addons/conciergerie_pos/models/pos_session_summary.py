from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import AccessError

# What an account of the closing entry is for the person who counts the till, in the
# order in which it is shown.
BUCKETS = ("own", "membership", "provider", "disbursement", "down_payment", "other")


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _increase_rank(self, field, n=1):
        """Leave the rank alone while a closing is only looked at."""
        if self.env.context.get("conciergerie_preview"):
            return None
        return super()._increase_rank(field, n)


class PosSession(models.Model):
    """What a session sold and took, as its closing entry books it.

    The amounts are those that core accumulates for the entry, so the summary and the
    entry cannot differ; they are sorted by their accounts: each provider has its own.
    Frozen when the session closes.
    """

    _inherit = "pos.session"

    closing_summary = fields.Json(readonly=True, copy=False)

    def _accumulate_amounts(self, data):
        """Freeze the summary with the amounts that the entry is made of."""
        data = super()._accumulate_amounts(data)
        if not self.env.context.get("conciergerie_preview"):
            self.closing_summary = self._summarise(data)
        return data

    def _get_closing_summary(self):
        """Return the frozen summary of a closed session, or that of the moment.

        :rtype: dict of lists and amounts, see :meth:`_summarise`
        :raise AccessError: the caller may not read the session
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("point_of_sale.group_pos_user"):
            raise AccessError(self.env._("The summary is for the team of the till."))
        session_sudo = self.sudo().with_company(self.company_id)
        if session_sudo.closing_summary:
            return session_sudo.closing_summary
        preview = session_sudo.with_context(conciergerie_preview=True)
        return preview._summarise(preview._accumulate_amounts({}))

    def _summarise(self, data):
        """Sort the amounts of the closing entry by what they are.

        :param dict data: what core accumulated for the entry
        :return: ``buckets`` {bucket: [{label, amount, account}]}, without VAT;
            ``vat`` [{label, rate, base, amount}]; ``methods`` and ``copay`` [{label,
            amount, count}]; ``cash``, ``differences``; ``orders``, ``tickets``,
            ``invoiced``: number, total of all tickets, part of it by invoice
        """
        self.ensure_one()
        accounts, taxes = self._summary_amounts(data)
        orders = self._get_closed_orders()
        invoices = orders.account_move
        return {
            "buckets": self._summary_buckets(accounts),
            "vat": self._summary_vat(taxes),
            **self._summary_payments(),
            "cash": self._summary_cash(),
            "differences": self._summary_differences(data),
            "orders": len(orders),
            "tickets": self.currency_id.round(sum(orders.mapped("amount_total"))),
            "invoiced": self.currency_id.round(
                sum(invoices.mapped("amount_total_signed"))
            ),
        }

    def _summary_amounts(self, data):
        """Return the credits by account and the VAT by tax, invoices included.

        What was invoiced is in the invoices' own entries, the rest in the session's.
        """
        accounts = defaultdict(float)
        taxes = defaultdict(lambda: [0.0, 0.0])
        for key, amounts in data["sales"].items():
            accounts[key["account_id"]] -= amounts["amount_converted"]
            for tax in key["tax_ids"]:
                taxes[tax][0] -= amounts["amount_converted"]
        repartition = self.env["account.tax.repartition.line"].browse(
            [key[1] for key in data["taxes"]]
        )
        for line, amounts in zip(repartition, data["taxes"].values(), strict=True):
            taxes[line.tax_id.id][1] -= amounts["amount_converted"]
        invoices = self._get_closed_orders().account_move
        for line in invoices.line_ids.filtered(
            lambda ln: ln.display_type in ("product", "tax", "rounding")
        ):
            if line.tax_line_id:
                taxes[line.tax_line_id.id][1] -= line.balance
                continue
            accounts[line.account_id.id] -= line.balance
            for tax in line.tax_ids.ids:
                taxes[tax][0] -= line.balance
        return accounts, taxes

    def _summary_buckets(self, amounts):
        """Sort amounts by what their accounts are for.

        :param dict amounts: credit by id of ``account.account``
        """
        accounts = self.env["account.account"].browse(amounts)
        debts = accounts.filtered(lambda a: a.account_type == "liability_current")
        providers = self._summary_providers(debts)
        down_payment = self._summary_down_payment(
            debts.filtered(lambda account: account not in providers)
        )
        membership = self._summary_membership()
        buckets = {bucket: [] for bucket in BUCKETS}
        for account in accounts.sorted("code"):
            label = account.name
            if account in providers:
                bucket, label = "provider", providers[account]
            elif account == down_payment:
                bucket = "down_payment"
            elif account == membership:
                bucket = "membership"
            elif account.internal_group == "income":
                bucket = "own"
            else:
                bucket = "disbursement" if account in debts else "other"
            amount = self.currency_id.round(amounts[account.id])
            if amount:
                buckets[bucket].append(
                    {"label": label, "amount": amount, "account": account.code}
                )
        return buckets

    def _summary_down_payment(self, accounts):
        """Return the account of down payments, asked for where it may be among some."""
        if not accounts:
            return accounts
        product = self.config_id.down_payment_product_id
        return product.with_company(self.company_id).property_account_income_id

    def _summary_membership(self):
        """Return the account of membership fees, that of their category, if sold."""
        if not any(self._get_closed_orders().lines.product_id.mapped("membership")):
            return self.env["account.account"]
        category = self.env["product.category"].browse(
            self.env["ir.model.data"]._xmlid_to_res_id(
                "conciergerie_conventions.product_category_membership"
            )
        )
        return category.with_company(self.company_id).property_account_income_categ_id

    def _summary_providers(self, accounts):
        """Return the names of the providers whose third-party accounts these are.

        Those of the tickets are known; others are asked for.
        """
        sold = self._get_closed_orders().lines.provider_id.commercial_partner_id
        names = self._names_by_account(sold.with_company(self.company_id))
        if others := accounts.filtered(lambda account: account not in names):
            partners = (
                self.env["res.partner"]
                .with_company(self.company_id)
                .with_context(active_test=False)
                .search([("third_party_account_id", "in", others.ids)])
            )
            names |= self._names_by_account(partners)
        return names

    def _names_by_account(self, partners):
        return {partner.third_party_account_id: partner.name for partner in partners}

    def _summary_vat(self, taxes):
        """Return base and VAT by rate, the highest first."""
        rates = defaultdict(lambda: [0.0, 0.0])
        for tax in self.env["account.tax"].browse(taxes):
            base, amount = taxes[tax.id]
            rates[tax.amount][0] += base
            rates[tax.amount][1] += amount
        rounded = self.currency_id.round
        return [
            {"rate": rate, "base": rounded(base), "amount": rounded(amount)}
            for rate, (base, amount) in sorted(rates.items(), reverse=True)
            if rounded(base) or rounded(amount)
        ]

    def _summary_payments(self):
        """Return what was taken by each method, shares of payers apart."""
        groups = self._get_closed_orders().payment_ids.grouped(
            lambda payment: (payment.payment_method_id, payment.copay_partner_id)
        )
        methods, copay = [], []
        for (method, payer), payments in groups.items():
            rows = copay if payer else methods
            rows.append(
                {
                    "label": payer.name or method.name,
                    "amount": self.currency_id.round(sum(payments.mapped("amount"))),
                    "count": len(payments),
                    "type": method.type,
                    "sequence": method.sequence,
                }
            )
        methods.sort(key=lambda row: (row["type"] != "cash", row["sequence"]))
        copay.sort(key=lambda row: row["label"])
        return {"methods": methods, "copay": copay}

    def _summary_cash(self):
        """Return the drawer: float, takings, what was put in or taken out."""
        if not self.cash_control:
            return {}
        lines = self.statement_line_ids.sorted("id")
        return {
            "opening": self.cash_register_balance_start,
            "moves": [
                {"label": self._move_words(line), "amount": line.amount}
                for line in lines
            ],
            "expected": self.cash_register_balance_end,
            "counted": self.cash_register_balance_end_real,
        }

    def _move_words(self, line):
        """Return the reason of moved cash: session and sense are told beside it."""
        label = line.payment_ref or ""
        if not label.startswith(f"{self.name}-"):
            return label
        return label.removeprefix(f"{self.name}-").split("-", 1)[-1]

    def _summary_differences(self, data):
        """Return what was counted above or below what was expected, by method."""
        diffs = {
            self.env["pos.payment.method"].browse(method).name: amount
            for method, amount in (data.get("bank_payment_method_diffs") or {}).items()
        }
        if self.cash_control and self.state in ("closing_control", "closed"):
            name = self.payment_method_ids.filtered("is_cash_count")[:1].name
            diffs = {name: self.cash_register_difference, **diffs}
        return [
            {"label": label, "amount": self.currency_id.round(amount)}
            for label, amount in diffs.items()
            if not self.currency_id.is_zero(amount)
        ]
