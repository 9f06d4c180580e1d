from odoo import models
from odoo.tools.misc import get_lang


class PosSession(models.Model):
    """The closing summary as it is read: sections of labelled amounts."""

    _inherit = "pos.session"

    def get_closing_summary(self):
        """Return the sections of the summary, for the closing popup and the PDF.

        :return: list of ``{key, title, rows: [{label, amount, detail}], total}``, and
            of ``{key, title, text}`` for what is said in a sentence
        :raise AccessError: the caller may not read the session
        """
        summary = self._get_closing_summary()
        sections = [
            self._section_turnover(summary),
            *self._sections_held(summary),
            self._section_payments(summary),
            self._section_copay(summary),
            self._section_cash(summary),
            self._section_differences(summary),
            self._section_certified(summary),
        ]
        return [section for section in sections if section]

    def get_closing_control_data(self):
        """Show the summary where the till is counted."""
        return {
            **super().get_closing_control_data(),
            "conciergerie_summary": self.get_closing_summary(),
        }

    def _section(self, key, title, rows, total=True, **values):
        """Return a section, none where it has no row."""
        if not rows:
            return None
        return {
            "key": key,
            "title": title,
            "rows": rows,
            "total": self._sum(rows) if total else None,
            **values,
        }

    def _sum(self, rows):
        return self.currency_id.round(sum(row["amount"] for row in rows))

    def _section_turnover(self, summary):
        """Return our own sales without VAT, then the VAT by rate."""
        rows = [
            {"label": row["label"], "amount": row["amount"]}
            for row in summary["buckets"]["own"]
        ]
        rows += [
            {
                "label": self.env._(
                    "VAT %(rate)s %%", rate=self._rate_words(row["rate"])
                ),
                "detail": self.env._("on %s", self.currency_id.format(row["base"])),
                "amount": row["amount"],
            }
            for row in summary["vat"]
        ]
        return self._section("turnover", self.env._("Own turnover, VAT incl."), rows)

    def _rate_words(self, rate):
        """Return a rate in percent as it is written in the reader's language."""
        return f"{rate:g}".replace(".", get_lang(self.env).decimal_point)

    def _sections_held(self, summary):
        """Return what is not our turnover, kind by kind."""
        titles = {
            "membership": self.env._("Memberships"),
            "provider": self.env._("Held for professionals"),
            "disbursement": self.env._("Disbursements"),
            "down_payment": self.env._("Down payments held"),
            "other": self.env._("Other accounts"),
        }
        return [
            self._section(
                bucket,
                title,
                [
                    {"label": row["label"], "amount": row["amount"]}
                    for row in summary["buckets"][bucket]
                ],
            )
            for bucket, title in titles.items()
        ]

    def _section_payments(self, summary):
        rows = [
            {
                "label": row["label"],
                "detail": f"({row['count']})",
                "amount": row["amount"],
            }
            for row in summary["methods"]
        ]
        return self._section("methods", self.env._("Taken at the till"), rows)

    def _section_copay(self, summary):
        rows = [
            {
                "label": row["label"],
                "detail": f"({row['count']})",
                "amount": row["amount"],
            }
            for row in summary["copay"]
        ]
        return self._section("copay", self.env._("Taken in charge by payers"), rows)

    def _section_cash(self, summary):
        """Return what should be in the drawer, and what to take to the bank."""
        cash = summary["cash"]
        if not cash:
            return None
        taken = sum(r["amount"] for r in summary["methods"] if r["type"] == "cash")
        rows = [
            {"label": self.env._("Float at the opening"), "amount": cash["opening"]},
            {"label": self.env._("Sales in cash"), "amount": taken},
            *cash["moves"],
        ]
        section = self._section("cash", self.env._("Cash in the drawer"), rows)
        wanted = self.config_id.opening_float
        surplus = self.currency_id.round(cash["expected"] - wanted)
        if self.state != "closed" and wanted and surplus > 0:
            section["text"] = self.env._(
                "Float %(float)s: %(surplus)s can go to the bank, by Cash In/Out.",
                float=self.currency_id.format(wanted),
                surplus=self.currency_id.format(surplus),
            )
        return section

    def _section_differences(self, summary):
        return self._section(
            "differences", self.env._("Differences"), summary["differences"]
        )

    def _section_certified(self, summary):
        """Explain the total of the closings that the certification addon makes.

        It adds up tickets whole, money held for others included, company by company
        and day by day: it is no turnover.
        """
        parts = {
            "own": self.env._("Own turnover, VAT incl."),
            "membership": self.env._("Memberships"),
            "provider": self.env._("Held for professionals"),
            "disbursement": self.env._("Disbursements"),
            "down_payment": self.env._("Down payments held"),
            "other": self.env._("Other accounts"),
        }
        rows = []
        for bucket, label in parts.items():
            amount = self._sum(summary["buckets"][bucket])
            if bucket == "own":
                amount += self._sum(summary["vat"])
            rows.append({"label": label, "amount": self.currency_id.round(amount)})
        rest = self.currency_id.round(summary["tickets"] - self._sum(rows))
        rows.append({"label": self.env._("Rounding"), "amount": rest})
        rows = [row for row in rows if not self.currency_id.is_zero(row["amount"])]
        section = self._section(
            "certified",
            self.env._("Total of the tickets, as in the certified closings"),
            rows,
        )
        if section:
            section["text"] = self.env._(
                "The daily, monthly and annual closings add up whole tickets, also the "
                "money held for others: only the first line is turnover."
            )
            if summary["invoiced"]:
                section["text"] += " " + self.env._(
                    "Of this, %s was invoiced, in the entries of the invoices.",
                    self.currency_id.format(summary["invoiced"]),
                )
        return section
