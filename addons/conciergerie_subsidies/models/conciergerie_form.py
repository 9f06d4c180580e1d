from odoo import api, fields, models
from odoo.tools import formatLang

# What the documents of this addon print in a form's own words.
TEXT_KEYS = [
    ("title", "Title"),
    ("intro", "Introduction"),
    ("part_account", "First part"),
    ("done", "What was done"),
    ("people", "For whom"),
    ("place", "When and where"),
    ("goals", "Goals and indicators"),
    ("part_table", "Table"),
    ("expense_title", "Column of expenses"),
    ("resource_title", "Column of resources"),
    ("planned", "Column of the plan"),
    ("actual", "Column of what was done"),
    ("amount", "Column of amounts"),
    ("expense_direct", "Direct expenses"),
    ("resource_direct", "Direct resources"),
    ("expense_total", "Total of expenses"),
    ("resource_total", "Total of resources"),
    ("total", "Total with what is in kind"),
    ("request", "What is asked for: {amount}, {rate}"),
    ("part_annex", "Annex"),
    ("keys", "Rules by which indirect costs were spread"),
    ("differences", "Explanation of differences"),
    ("in_kind", "Contributions in kind"),
    ("remarks", "Remarks"),
    ("statement", "Statement: {name}, {role}, {organisation}"),
    ("done_at", "Made at: {place}, {date}"),
    ("signature", "Signature"),
]


class ConciergerieForm(models.Model):
    """An official form: number, version, and the words that its print takes from it."""

    _name = "conciergerie.form"
    _description = "Official Form"
    _order = "number, version desc"

    name = fields.Char(required=True)
    kind = fields.Selection(
        selection=[
            ("plan", "Financing plan"),
            ("report", "Financial report"),
            ("de_minimis", "De minimis statement"),
        ],
        required=True,
    )
    number = fields.Char(help="12156 for instance; empty where it has none.")
    version = fields.Char()
    active = fields.Boolean(default=True)
    legal_reference = fields.Char()
    text_ids = fields.One2many(
        comodel_name="conciergerie.form.text", inverse_name="form_id", string="Words"
    )

    _version_unique = models.UniqueIndex(
        "(kind, number, version)", "This version of the form is there already."
    )

    @api.depends("name", "number", "version")
    def _compute_display_name(self):
        for form in self:
            form.display_name = " ".join(
                filter(None, (form._number_label(), form.name))
            )

    def _number_label(self):
        """Return the number as forms print it: 12156*06."""
        self.ensure_one()
        return "*".join(filter(None, (self.number, self.version)))

    @api.model
    def _current(self, kind):
        """Return the newest version of a kind of form."""
        return self.search([("kind", "=", kind)], order="version desc, id", limit=1)

    def _texts(self):
        """Return the words of the form by their key; "" where there are none."""
        self.ensure_one()
        words = {text.key: text.text for text in self.text_ids}
        return {key: words.get(key) or "" for key, _label in TEXT_KEYS}

    @api.model
    def _euros(self, amount):
        """Return an amount in whole euros, grouped as the language does."""
        return formatLang(self.env, round(amount), digits=0)

    @api.model
    def _number(self, value):
        """Return a number with one decimal, as the language writes it."""
        return formatLang(self.env, value, digits=1)

    @api.model
    def _percent(self, amounts):
        """Return actual of planned in whole per cent, "" where nothing was planned."""
        planned, actual = amounts
        return str(round(100 * actual / planned)) if planned else ""

    @api.model
    def _fill(self, text, **values):
        """Return a sentence with its ``{name}`` filled in; other braces stay."""
        for key, value in values.items():
            text = text.replace("{" + key + "}", str(value or "………"))
        return text


class ConciergerieFormText(models.Model):
    """One sentence of a form, which an administrator can put right."""

    _name = "conciergerie.form.text"
    _description = "Words of a Form"
    _order = "form_id, sequence, id"

    form_id = fields.Many2one(
        comodel_name="conciergerie.form", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    key = fields.Selection(selection=TEXT_KEYS, string="Place", required=True)
    text = fields.Text(required=True)

    _key_once = models.UniqueIndex(
        "(form_id, key)", "The form has words for this place already."
    )
