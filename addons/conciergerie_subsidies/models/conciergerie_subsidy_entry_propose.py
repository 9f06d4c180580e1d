from calendar import monthrange
from datetime import timedelta
from fractions import Fraction

from odoo import api, fields, models
from odoo.tools import format_date, formatLang


def months_between(start, end):
    """Return the months from ``start`` to ``end``, both included, as a fraction.

    A month that is covered in part counts for its share of days: whole months are
    whole numbers.
    """
    total = Fraction(0)
    day = start
    while day <= end:
        length = monthrange(day.year, day.month)[1]
        last = min(day.replace(day=length), end)
        total += Fraction((last - day).days + 1, length)
        day = last + timedelta(days=1)
    return total


class ConciergerieSubsidyEntry(models.Model):
    """What is to be booked, computed from the dossiers; nothing is posted here."""

    _inherit = "conciergerie.subsidy.entry"

    @api.model
    def _propose(self, dossier, kind, period, date, amount, accounts, explanation):
        """Propose an entry, or bring the proposal that waits up to date.

        :param dossier: ``conciergerie.dossier``
        :param str kind: one of the kinds
        :param str period: award, claim or financial year; once each
        :param date: date of the entry
        :param float amount: signed; negative takes back what was booked before
        :param tuple accounts: debit and credit account of a positive amount
        :param str explanation: how the amount comes about
        :return: (entry or none, message or ``False``)
        """
        currency = dossier.currency_id
        amount = currency.round(amount)
        existing = self._standing(dossier, kind, period)
        if existing.state == "posted":
            return existing, existing._booked_otherwise(amount)
        if currency.is_zero(amount):
            existing.unlink()
            return self.browse(), False
        debit, credit = accounts if amount > 0 else reversed(accounts)
        values = {
            "dossier_id": dossier.id,
            "company_id": dossier.company_id.id,
            "kind": kind,
            "period": period,
            "date": date,
            "amount": abs(amount),
            "is_decrease": amount < 0,
            "debit_account_id": debit.id,
            "credit_account_id": credit.id,
            "explanation": explanation,
        }
        if existing:
            existing.write(values)
            return existing, False
        return self.create(values), False

    @api.model
    def _standing(self, dossier, kind, period):
        """Return what is proposed or posted for a dossier, kind and period."""
        return self.search(
            [
                ("dossier_id", "=", dossier.id),
                ("kind", "=", kind),
                ("period", "=", period),
                ("state", "!=", "reversed"),
            ],
            limit=1,
        )

    def _booked_otherwise(self, amount):
        """Return what to say where the figures moved since an entry was posted.

        :return: a sentence, ``False`` where it is still right
        """
        self.ensure_one()
        booked = self._signed_amount()
        if self.currency_id.compare_amounts(booked, amount) == 0:
            return False
        return self.env._(
            "%(entry)s is booked with %(booked)s; the figures now say %(amount)s. "
            "Reverse it and propose again if it has to change.",
            entry=self.display_name,
            booked=self._money(booked, self.currency_id),
            amount=self._money(amount, self.currency_id),
        )

    @api.model
    def _fiscal_period(self, company, date):
        """Return the financial year's name and dates around ``date``."""
        dates = company.compute_fiscalyear_dates(date)
        start, end = dates["date_from"], dates["date_to"]
        name = str(end.year) if start.year == end.year else f"{start.year}-{end.year}"
        return name, start, end

    def _booked(self, dossier, kind, until, but=False):
        """Return the sum booked for a dossier, reversals left out.

        :param str kind: one of the kinds
        :param until: last date
        :param str but: period that is left out: the one that is computed
        """
        return self.search(
            [
                ("dossier_id", "=", dossier.id),
                ("kind", "=", kind),
                ("state", "=", "posted"),
                ("date", "<=", until),
                ("period", "!=", but),
            ]
        )._signed_amount()

    def _money(self, amount, currency):
        return formatLang(self.env, amount, currency_obj=currency)

    # ------------------------------------------------------------------
    # At the award or the claim
    # ------------------------------------------------------------------

    @api.model
    def _propose_receivable(self, dossier):
        """Propose receivable and income of what was awarded or claimed (case D8).

        An amendment brings the difference only, negative where the award fell.

        :return: list of messages
        """
        accounts = (
            dossier._subsidy_account("subsidy_receivable_account_id"),
            dossier._subsidy_credit_account(),
        )
        messages, before = [], 0.0
        for period, date, total, why in dossier._receivable_steps():
            _entry, message = self._propose(
                dossier, "receivable", period, date, total - before, accounts, why
            )
            messages.append(message)
            before = total
        return messages

    # ------------------------------------------------------------------
    # At the year's end
    # ------------------------------------------------------------------

    @api.model
    def _propose_year_end(self, dossier, date):
        """Propose what the financial year around ``date`` needs for a dossier.

        :return: list of messages
        """
        waiting = self._income_waiting(dossier, date)
        if dossier.investment:
            return waiting + self._propose_release(dossier, date)
        if dossier.unspent == "deferral":
            return waiting + self._propose_deferral(dossier, date)
        if dossier.unspent == "dedicated":
            return waiting + self._propose_dedicated(dossier, date)
        return []

    @api.model
    def _income_waiting(self, dossier, date):
        """Say that aid of the year is proposed and not posted.

        What is kept for later starts from what is posted: nothing of it is proposed,
        which would look as if there were nothing to keep.

        :return: list of one message or none
        """
        _period, _start, end = self._fiscal_period(dossier.company_id, date)
        waiting = self.search(
            [
                ("dossier_id", "=", dossier.id),
                ("kind", "=", "receivable"),
                ("state", "=", "proposed"),
                ("date", "<=", end),
            ]
        )
        if not waiting:
            return []
        amount = sum(entry._signed_amount() for entry in waiting)
        return [
            self.env._(
                "%(dossier)s: %(amount)s of its aid wait to be posted. Post them, then "
                "close the year again: what is kept for later follows from what is "
                "posted.",
                dossier=dossier.display_name,
                amount=self._money(amount, dossier.currency_id),
            )
        ]

    @api.model
    def _propose_deferral(self, dossier, date):
        """Propose the part of the income that is for later, and its take-back (D8).

        What is booked at each claim is for costs that were borne: nothing is for
        later.
        """
        period, _start, end = self._fiscal_period(dossier.company_id, date)
        if dossier.recognition != "award" or not (
            dossier.date_from and dossier.date_to
        ):
            return []
        booked = self._booked(dossier, "receivable", end)
        share = dossier._share_after(end)
        amount = dossier.currency_id.round(booked * float(share))
        income = dossier._subsidy_credit_account()
        deferred = dossier._subsidy_account("subsidy_deferred_account_id")
        entry, message = self._propose(
            dossier,
            "deferral",
            period,
            end,
            amount,
            (income, deferred),
            self._why_deferred(dossier, booked, share, end),
        )
        messages = [message]
        _back, message = self._propose(
            dossier,
            "deferral_back",
            period,
            end + timedelta(days=1),
            entry._signed_amount(),
            (deferred, income),
            self.env._(
                "Takes back what was deferred on %s.", format_date(self.env, end)
            ),
        )
        return [*messages, message]

    @api.model
    def _why_deferred(self, dossier, booked, share, end):
        """Say how a deferral was computed."""
        return self.env._(
            "%(booked)s booked for %(start)s to %(stop)s; %(part)s %% of that time is "
            "after %(end)s.",
            booked=self._money(booked, dossier.currency_id),
            start=format_date(self.env, dossier.date_from),
            stop=format_date(self.env, dossier.date_to),
            part=formatLang(self.env, float(share) * 100, digits=2),
            end=format_date(self.env, end),
        )

    @api.model
    def _propose_dedicated(self, dossier, date):
        """Propose what a defined project has not used yet, or uses now (case D9)."""
        period, _start, end = self._fiscal_period(dossier.company_id, date)
        currency = dossier.currency_id
        granted = self._booked(dossier, "receivable", end)
        used = min(dossier._aid_used(end), granted)
        kept = self._booked(dossier, "fonds_dedies", end, but=period) - self._booked(
            dossier, "fonds_dedies_back", end, but=period
        )
        change = currency.round(granted - used - kept)
        fund = dossier._subsidy_account("subsidy_fund_account_id")
        why = self.env._(
            "%(granted)s granted, %(used)s used until %(end)s; dedicated funds were "
            "%(kept)s.",
            granted=self._money(granted, currency),
            used=self._money(used, currency),
            end=format_date(self.env, end),
            kept=self._money(kept, currency),
        )
        _entry, carried = self._propose(
            dossier,
            "fonds_dedies",
            period,
            end,
            max(change, 0.0),
            (dossier._subsidy_account("subsidy_fund_charge_account_id"), fund),
            why,
        )
        _entry, back = self._propose(
            dossier,
            "fonds_dedies_back",
            period,
            end,
            max(-change, 0.0),
            (fund, dossier._subsidy_account("subsidy_fund_income_account_id")),
            why,
        )
        return [carried, back]

    @api.model
    def _propose_release(self, dossier, date):
        """Propose the year's share of an investment aid (D10).

        By months since the asset is in use, that month whole; what remains goes with
        the last one, so that the shares add up to the aid.
        """
        period, _start, end = self._fiscal_period(dossier.company_id, date)
        currency = dossier.currency_id
        booked = self._booked(dossier, "receivable", end)
        if not dossier.asset_date or not dossier.asset_months:
            return [self._ask_for_asset(dossier)] if booked else []
        first = fields.Date.start_of(dossier.asset_date, "month")
        elapsed = int(months_between(first, end)) if first <= end else 0
        elapsed = min(elapsed, dossier.asset_months)
        due = currency.round(booked * elapsed / dossier.asset_months)
        released = self._booked(dossier, "investment_release", end, but=period)
        _entry, message = self._propose(
            dossier,
            "investment_release",
            period,
            end,
            due - released,
            (
                dossier._subsidy_account("subsidy_released_account_id"),
                dossier._subsidy_account("subsidy_release_income_account_id"),
            ),
            self.env._(
                "%(elapsed)s of %(months)s months of %(booked)s, less %(released)s of "
                "earlier years.",
                elapsed=elapsed,
                months=dossier.asset_months,
                booked=self._money(booked, currency),
                released=self._money(released, currency),
            ),
        )
        messages = [message]
        if elapsed == dossier.asset_months:
            messages.append(self._propose_close(dossier, end, period, booked))
        return messages

    @api.model
    def _ask_for_asset(self, dossier):
        return self.env._(
            "%s: say since when the asset is in use and in how many months it wears "
            "out.",
            dossier.display_name,
        )

    @api.model
    def _propose_close(self, dossier, end, period, booked):
        """Propose to clear the aid against what was released, once it is all used."""
        released = self._booked(dossier, "investment_release", end)
        if dossier.currency_id.compare_amounts(released, booked):
            # The last share is not in the books yet.
            return False
        _entry, message = self._propose(
            dossier,
            "investment_close",
            period,
            end,
            released,
            (
                dossier._subsidy_credit_account(),
                dossier._subsidy_account("subsidy_released_account_id"),
            ),
            self.env._("The aid is used up: both accounts are cleared."),
        )
        return message
