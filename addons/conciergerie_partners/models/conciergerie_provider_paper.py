from datetime import timedelta

from odoo import api, fields, models, tools

# Days before expiry when a paper is asked for again.
PAPER_NOTICE_DAYS = 30


class ConciergerieProviderPaper(models.Model):
    """A paper that a provider must show: insurance, vigilance certificate, identity."""

    _name = "conciergerie.provider.paper"
    _description = "Provider's Paper"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "expiry_date, id"

    agreement_id = fields.Many2one(
        comodel_name="agreement", required=True, index=True, ondelete="cascade"
    )
    provider_id = fields.Many2one(
        related="agreement_id.commercial_partner_id", store=True, index=True
    )
    company_id = fields.Many2one(related="agreement_id.company_id", store=True)
    kind = fields.Selection(
        selection=[
            ("insurance", "Liability insurance"),
            ("vigilance", "Vigilance certificate"),
            ("identity", "Identity or registration"),
            ("other", "Other"),
        ],
        required=True,
        default="insurance",
    )
    name = fields.Char(string="Title")
    document = fields.Binary(attachment=True)
    document_name = fields.Char()
    expiry_date = fields.Date(tracking=True)
    is_blocking = fields.Boolean(
        string="Blocks New Requests",
        default=True,
        help="Without a valid paper, no new request is sent to the provider; those "
        "running go on.",
    )
    state = fields.Selection(
        selection=[
            ("missing", "Missing"),
            ("valid", "Valid"),
            ("expiring", "Expires soon"),
            ("expired", "Expired"),
        ],
        compute="_compute_state",
    )

    @api.depends("document", "expiry_date")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for paper in self:
            if not paper.document:
                paper.state = "missing"
            elif paper.expiry_date and paper.expiry_date < today:
                paper.state = "expired"
            elif paper.expiry_date and paper.expiry_date < today + timedelta(
                days=PAPER_NOTICE_DAYS
            ):
                paper.state = "expiring"
            else:
                paper.state = "valid"

    @api.depends("kind", "name")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for paper in self:
            paper.display_name = paper.name or kinds.get(paper.kind, "")

    @api.model_create_multi
    def create(self, vals_list):
        papers = super().create(vals_list)
        self.env.registry.clear_cache()
        return papers

    def write(self, vals):
        result = super().write(vals)
        if {"agreement_id", "is_blocking", "expiry_date"} & vals.keys():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache("company_id")
    def _asked_paper_ids(self, company_id):
        """Return which papers each provider must show, the first to run out first.

        Kept in memory, since each sale asks; whether a paper is valid is read. Whatever
        changes which are asked, or the life of an agreement, clears it.

        :return: dict of provider id to a tuple of ids, of running agreements
        """
        papers_sudo = self.sudo().search(
            [
                ("company_id", "=", company_id),
                ("agreement_id.state", "in", ("signed", "running")),
                ("is_blocking", "=", True),
            ]
        )
        return {
            provider.id: tuple(papers.ids)
            for provider, papers in papers_sudo.grouped("provider_id").items()
        }

    def _is_valid_on(self, date):
        self.ensure_one()
        return bool(self.document) and (
            not self.expiry_date or self.expiry_date >= date
        )

    @api.model
    def _cron_remind(self):
        """Give the person in charge an activity for papers that run out, once."""
        limit = fields.Date.context_today(self) + timedelta(days=PAPER_NOTICE_DAYS)
        papers = self.search(
            [
                ("expiry_date", "<=", limit),
                ("agreement_id.state", "in", ("signed", "running")),
                ("activity_ids", "=", False),
            ],
            limit=200,
        )
        for paper in papers:
            paper.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=paper.expiry_date,
                summary=self.env._(
                    "%(paper)s of %(provider)s runs out",
                    paper=paper.display_name,
                    provider=paper.provider_id.name,
                ),
                user_id=paper.agreement_id.user_id.id or self.env.uid,
            )
