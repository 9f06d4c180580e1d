from itertools import zip_longest

from odoo import api, models
from odoo.tools import float_round


class ConciergerieFormTable(models.AbstractModel):
    """The table of the official forms: headings in their order, in whole euros."""

    _name = "conciergerie.form.table"
    _description = "Table of an Official Form"

    @api.model
    def _whole_euros(self, amounts):
        """Return amounts in whole euros whose sum is the rounded sum of all.

        The largest amount takes what rounding leaves, so that expenses and resources
        that are equal stay equal on paper.

        :param dict amounts: amount by any key
        """
        rounded = {
            key: int(float_round(value, precision_digits=0, rounding_method="HALF-UP"))
            for key, value in amounts.items()
        }
        if rounded:
            total = int(
                float_round(
                    sum(amounts.values()),
                    precision_digits=0,
                    rounding_method="HALF-UP",
                )
            )
            largest = max(rounded, key=lambda key: abs(amounts[key]))
            rounded[largest] += total - sum(rounded.values())
        return rounded

    @api.model
    def _headings_of(self, lines):
        """Return the headings of the form's version that the lines stand under."""
        headings = self.env["conciergerie.form.heading"]
        first = lines.heading_id[:1]
        if not first:
            first = headings.search([], order="form_version desc", limit=1)
        return headings.search(
            [
                ("form_number", "=", first.form_number),
                ("form_version", "=", first.form_version),
            ]
        )

    @api.model
    def _form_table(self, lines, columns):
        """Return the table that plan and report print.

        :param lines: ``conciergerie.budget.line``
        :param columns: list of dicts, amount by line
        :return: ``{direct, indirect, in_kind: list of (expense row, resource row),
            expense_total, resource_total, expense_all, resource_all: amounts by
            column}``; a row is ``{label, level, amounts, details}`` or none
        """
        whole = []
        for column in columns:
            merged = {}
            for side in ("expense", "resource"):
                for in_kind in (False, True):
                    merged |= self._whole_euros(
                        {
                            line: column.get(line, 0.0)
                            for line in lines
                            if line.side == side and line.in_kind == in_kind
                        }
                    )
            whole.append(merged)
        headings = self._headings_of(lines)
        table = {}
        for section in ("direct", "indirect", "in_kind"):
            rows = {
                side: self._section_rows(headings, lines, whole, side, section)
                for side in ("expense", "resource")
            }
            table[section] = list(zip_longest(rows["expense"], rows["resource"]))
        for side in ("expense", "resource"):
            of_side = lines.filtered(lambda line, side=side: line.side == side)
            table[f"{side}_total"] = [
                sum(column[line] for line in of_side if not line.in_kind)
                for column in whole
            ]
            table[f"{side}_all"] = [
                sum(column[line] for line in of_side) for column in whole
            ]
        return table

    @api.model
    def _section_rows(self, headings, lines, whole, side, section):
        """Return the rows of one side of one section, in the order of the form."""
        rows = []
        of_part = headings.filtered(lambda h: h.side == side and h.section == section)
        for heading in of_part:
            below = heading | heading.child_ids
            own = lines.filtered(lambda line, below=below: line.heading_id in below)
            direct = own.filtered(lambda line, h=heading: line.heading_id == h)
            rows.append(
                {
                    "label": heading.display_name,
                    "level": 1 if heading.parent_id else 0,
                    "amounts": [sum(column[line] for line in own) for column in whole],
                    "details": [
                        {
                            "label": line.name,
                            "amounts": [column[line] for column in whole],
                        }
                        for line in direct
                        if line.name and line.name != heading.name
                    ],
                }
            )
        return rows
