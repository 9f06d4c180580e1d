from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_date

# What is over, or never was, is not on the cockpit.
OFF_COCKPIT = ("closed", "refused", "abandoned")
BEFORE_AWARD = ("idea", "filed", "instructed")
MONTHS_OF_CASH = 12
MOST_DOSSIERS = 60
MOST_DEADLINES = 12


class ConciergerieDossier(models.Model):
    """The figures of the funding cockpit."""

    _inherit = "conciergerie.dossier"

    @api.model
    @api.readonly
    def get_cockpit_data(self, site_id=False):
        """Return what the cockpit shows, of what the user may read.

        A fixed number of queries, whatever the number of dossiers.

        :param site_id: one ``conciergerie.site``, all by default
        :return: dictionary of ``totals``, ``dossiers``, ``sites``, ``deadlines`` and
            ``cash``, dates as strings
        """
        self.browse().check_access("read")
        domain = [
            ("company_id", "in", self.env.companies.ids),
            ("state", "not in", OFF_COCKPIT),
        ]
        all_sites = self._cockpit_sites(self.search(domain))
        if site_id:
            domain.append(("site_id", "=", site_id))
        dossiers = self.search(domain, order="date_from, id")
        return {
            "today": fields.Date.to_string(fields.Date.context_today(self)),
            "currency_id": self.env.company.currency_id.id,
            "totals": self._cockpit_totals(dossiers),
            "dossiers": self._cockpit_dossiers(dossiers[:MOST_DOSSIERS]),
            "dossier_count": len(dossiers),
            "sites": all_sites,
            "deadlines": self._cockpit_deadlines(dossiers),
            "cash": self._cockpit_cash(dossiers),
        }

    @api.model
    def _cockpit_positions(self, dossiers):
        """Return the position of each dossier, by its id."""
        positions = self.env["conciergerie.dossier.position"].search_fetch(
            [("dossier_id", "in", dossiers.ids)]
        )
        return {position.id: position for position in positions}

    @api.model
    def _cockpit_totals(self, dossiers):
        """Return the sums over the dossiers."""
        positions = self._cockpit_positions(dossiers).values()
        names = ("awarded", "spent", "claimed", "received", "to_come")
        totals = {
            name: sum(position[f"{name}_amount"] for position in positions)
            for name in names
        }
        totals["asked"] = sum(
            dossier.requested_amount
            for dossier in dossiers
            if dossier.state in BEFORE_AWARD
        )
        return totals

    @api.model
    def _cockpit_dossiers(self, dossiers):
        """Return the bars of the timeline, with what is due on them."""
        positions = self._cockpit_positions(dossiers)
        states = dict(self._fields["state"]._description_selection(self.env))
        marks = self.env["conciergerie.deadline"].search_read(
            [("dossier_id", "in", dossiers.ids), ("done_date", "=", False)],
            ["dossier_id", "name", "date"],
        )
        by_dossier = {}
        for mark in marks:
            by_dossier.setdefault(mark["dossier_id"][0], []).append(
                {"name": mark["name"], "date": fields.Date.to_string(mark["date"])}
            )
        return [
            {
                "id": dossier.id,
                "name": dossier.name,
                "reference": dossier.reference or "",
                "funder": dossier.funder_id.name or "",
                "state": dossier.state,
                "state_label": states[dossier.state],
                "is_sure": dossier.state not in BEFORE_AWARD,
                "date_from": fields.Date.to_string(dossier.date_from) or False,
                "date_to": fields.Date.to_string(dossier.date_to) or False,
                "asked": dossier.requested_amount,
                "awarded": positions[dossier.id].awarded_amount,
                "claimed": positions[dossier.id].claimed_amount,
                "received": positions[dossier.id].received_amount,
                "deadlines": by_dossier.get(dossier.id, []),
            }
            for dossier in dossiers
        ]

    @api.model
    def _cockpit_sites(self, dossiers):
        """Return how the plans of each site are covered.

        ``cost`` planned, ``own`` share, ``sure`` aid that is awarded, ``asked`` aid
        that is not yet, what the plan has from ``others`` without a dossier here, and
        what no one covers so far.
        """
        others = self._cockpit_others(dossiers)
        sites = {}
        for dossier in dossiers:
            row = sites.setdefault(
                dossier.site_id,
                {"cost": 0.0, "own": 0.0, "sure": 0.0, "asked": 0.0, "others": 0.0},
            )
            if dossier.state in BEFORE_AWARD:
                row["asked"] += dossier.requested_amount
            else:
                row["sure"] += dossier.awarded_amount
            if not dossier.main_dossier_id:
                row["cost"] += dossier.total_cost
                row["own"] += dossier.own_share
                row["others"] += others[dossier]
        result = []
        for site, row in sites.items():
            covered = row["own"] + row["sure"] + row["asked"] + row["others"]
            result.append(
                {
                    "id": site.id,
                    "name": site.name or self.env._("No site"),
                    "gap": max(row["cost"] - covered, 0.0),
                    **row,
                }
            )
        return sorted(result, key=lambda row: -row["cost"])

    @api.model
    def _cockpit_others(self, dossiers):
        """Return what each plan has from funders that have no dossier here."""
        by_dossier = dict(
            self.env["conciergerie.budget.line"]._read_group(
                [
                    ("dossier_id", "in", dossiers.ids),
                    ("side", "=", "resource"),
                    ("in_kind", "=", False),
                    ("other_dossier_id", "!=", False),
                ],
                ["dossier_id"],
                ["planned_amount:sum"],
            )
        )
        return {
            dossier: dossier.total_resource
            - dossier.own_share
            - dossier.asked_in_plan
            - by_dossier.get(dossier, 0.0)
            for dossier in dossiers
        }

    @api.model
    def _cockpit_deadlines(self, dossiers):
        """Return what is due next."""
        deadlines = self.env["conciergerie.deadline"].search(
            [
                ("dossier_id", "in", dossiers.ids),
                ("done_date", "=", False),
                ("kind", "!=", "retention"),
            ],
            order="date, id",
            limit=MOST_DEADLINES,
        )
        return [
            {
                "id": deadline.id,
                "name": deadline.name,
                "date": format_date(self.env, deadline.date),
                "state": deadline.state,
                "dossier": deadline.dossier_id.name,
                "user": deadline.user_id.name or deadline.dossier_id.user_id.name or "",
            }
            for deadline in deadlines
        ]

    @api.model
    def _cockpit_cash(self, dossiers):
        """Return the money to come: what is late, then month by month."""
        start = fields.Date.start_of(fields.Date.context_today(self), "month")
        rows = self.env["conciergerie.instalment"]._read_group(
            [("dossier_id", "in", dossiers.ids), ("open_amount", "!=", 0)],
            ["expected_date:month"],
            ["open_amount:sum"],
        )
        amounts = dict(rows)
        late = sum(amount for month, amount in rows if month < start)
        months = [start + relativedelta(months=n) for n in range(MONTHS_OF_CASH)]
        later = sum(amount for month, amount in rows if month > months[-1])
        return {
            "late": late,
            "later": later,
            "months": [
                {
                    "key": fields.Date.to_string(month),
                    # The year once, and where it changes: twelve months have to fit.
                    "label": format_date(
                        self.env,
                        month,
                        date_format="MMM yy"
                        if month in (start, month.replace(month=1))
                        else "MMM",
                    ),
                    "title": format_date(self.env, month, date_format="MMMM yyyy"),
                    "amount": amounts.get(month, 0.0),
                }
                for month in months
            ],
        }
