from datetime import datetime, time, timedelta

import pytz

from odoo import api, models
from odoo.exceptions import AccessError

READERS = ("conciergerie_base.group_manager", "conciergerie_base.group_accountant")


class ConciergerieIndicator(models.AbstractModel):
    """What was done in a period, site by site: the figures that reports show.

    Addons add what they know to ``_get_sources``; whoever reports asks ``_measure``
    and knows none of them.
    """

    _name = "conciergerie.indicator"
    _description = "Activity Indicators"

    @api.model
    def _get_sources(self):
        """Return what is counted, in the order in which it is shown: the hook.

        :return: list of dictionaries:

            * ``code``: what the indicator is called in data;
            * ``name``: what people read;
            * ``unit``: ``count``, ``hours`` or ``money``;
            * ``model`` and ``domain``: records, which have a ``company_id``;
            * ``date``: their field, of a day or a moment, that lies in the period;
            * ``site``: their field of a site, or of the project of a site;
            * ``aggregate``: as in ``_read_group``.
        """
        requests = {
            "unit": "count",
            "model": "project.task",
            "site": "site_id",
            "domain": [("site_id", "!=", False)],
        }
        done = {
            **requests,
            "date": "closed_date",
            "domain": [("site_id", "!=", False), ("step", "=", "handed_over")],
        }
        hours = {
            "unit": "hours",
            "model": "account.analytic.line",
            "domain": [("project_id.site_ids", "!=", False)],
            "date": "date",
            "site": "project_id",
            "aggregate": "unit_amount:sum",
        }
        return [
            {
                **requests,
                "code": "requests_received",
                "name": self.env._("Requests received"),
                "date": "create_date",
                "aggregate": "__count",
            },
            {
                **done,
                "code": "requests_handed_over",
                "name": self.env._("Requests handed over"),
                "aggregate": "__count",
            },
            {
                **done,
                "code": "beneficiaries",
                "name": self.env._("People served"),
                "aggregate": "partner_id:count_distinct",
            },
            {
                **done,
                "code": "providers",
                "name": self.env._("Local professionals who worked"),
                "aggregate": "provider_id:count_distinct",
            },
            {**hours, "code": "hours", "name": self.env._("Hours worked")},
        ]

    @api.model
    def _measure(self, company, date_from, date_to, sites=None):
        """Return the indicators of a company in a period, both days included.

        One query for each, whatever the number of sites and records. Who is counted
        at two sites is one person in the total.

        :param company: ``res.company``
        :param sites: ``conciergerie.site``, the whole company by default
        :return: list of dictionaries ``code``, ``name``, ``unit``, ``total`` and
            ``by_site``, the figures by site where there is one
        :raise AccessError: neither a manager's nor an accountant's company
        """
        self._check_reader(company)
        # Totals name nobody: what is counted may be closed to who reads its number.
        self_sudo = self.sudo()
        sites_sudo = (sites or self.env["conciergerie.site"]).sudo()
        return [
            {
                **{name: source[name] for name in ("code", "name", "unit")},
                **self_sudo._measure_one(
                    source, company, date_from, date_to, sites_sudo
                ),
            }
            for source in self._get_sources()
        ]

    @api.model
    def _check_reader(self, company):
        allowed = company in self.env.companies and any(
            self.env.user.has_group(group) for group in READERS
        )
        if not allowed and not self.env.su:
            raise AccessError(
                self.env._(
                    "The figures of %(company)s are its managers' and accountants'.",
                    company=company.sudo().name,
                )
            )

    @api.model
    def _measure_one(self, source, company, date_from, date_to, sites):
        """Return total and figures by site of one source, in one query."""
        model = self.env[source["model"]].with_context(active_test=False)
        place = model._fields[source["site"]]
        of_project = place.comodel_name == "project.project"
        domain = [
            *source["domain"],
            ("company_id", "=", company.id),
            *self._period_domain(
                model._fields[source["date"]], company, date_from, date_to
            ),
        ]
        if sites:
            places = sites.project_id if of_project else sites
            domain.append((place.name, "in", places.ids))
        everything, groups = model._read_grouping_sets(
            domain, [[], [place.name]], [source["aggregate"]]
        )
        return {
            "total": everything[0][0] or 0 if everything else 0,
            "by_site": {
                found.site_ids if of_project else found: figure or 0
                for found, figure in groups
                if found
            },
        }

    @api.model
    def _period_domain(self, field, company, date_from, date_to):
        """Return the domain of a field in a period; moments in the company's time."""
        if field.type == "date":
            return [(field.name, ">=", date_from), (field.name, "<=", date_to)]
        tz = pytz.timezone(company.resource_calendar_id.tz or "UTC")
        start, stop = (
            tz.localize(datetime.combine(day, time.min))
            .astimezone(pytz.utc)
            .replace(tzinfo=None)
            for day in (date_from, date_to + timedelta(days=1))
        )
        return [(field.name, ">=", start), (field.name, "<", stop)]
