from odoo import models

# Widths of the columns, in characters.
COLUMNS = (8, 12, 12, 28, 20, 40, 15, 15, 15, 30)
HEAD_ROW = 5
COST, CLAIMED, ACCEPTED, REASON = 6, 7, 8, 9


class ClaimXlsx(models.AbstractModel):
    """The list of expenses of a claim as a spreadsheet, for the funder's platform.

    Texts are written as texts: a label that begins with "=" is no formula.
    """

    _name = "report.conciergerie_subsidies.claim_xlsx"
    _description = "List of Expenses (XLSX)"
    _inherit = "report.report_xlsx.abstract"

    def generate_xlsx_report(self, workbook, data, claims):
        money = {"num_format": "#,##0.00"}
        formats = {
            "title": workbook.add_format({"bold": True, "font_size": 14}),
            "head": workbook.add_format(
                {"bold": True, "bg_color": "#E7E6E6", "border": 1, "text_wrap": True}
            ),
            "text": workbook.add_format({"text_wrap": True, "valign": "top"}),
            "money": workbook.add_format({**money, "valign": "top"}),
            "total": workbook.add_format({**money, "bold": True, "top": 1}),
            "sum": workbook.add_format({**money, "bold": True}),
            "bold": workbook.add_format({"bold": True}),
            "date": workbook.add_format({"num_format": "dd/mm/yyyy", "valign": "top"}),
        }
        for index, claim in enumerate(claims, start=1):
            claim.check_access("read")
            name = self.env._("Expenses")
            sheet = workbook.add_worksheet(f"{name} {index}" if claims[1:] else name)
            self._set_page(sheet)
            self._write_head(sheet, claim, formats)
            row = self._write_lines(sheet, claim, HEAD_ROW + 1, formats)
            self._write_sums(sheet, claim, row + 1, formats)

    def _set_page(self, sheet):
        """Print on the width of a landscape page, the heads on each of them."""
        for column, width in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(HEAD_ROW + 1, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEAD_ROW)
        sheet.set_footer("&L&F&R&P / &N")

    def _write_head(self, sheet, claim, formats):
        dossier = claim.dossier_id
        sheet.write_string(0, 0, claim.name or "", formats["title"])
        company = claim.company_id
        registry = company.company_registry
        sheet.write_string(
            1, 0, f"{company.name}, SIRET {registry}" if registry else company.name
        )
        rows = [
            (self.env._("Funder"), claim.funder_id.name),
            (self.env._("Reference of the funder"), dossier._funder_reference()),
            (self.env._("Our reference"), dossier.reference),
        ]
        row = 1
        for label, value in rows:
            if value:
                sheet.write(row, 4, label, formats["bold"])
                sheet.write_string(row, 5, value)
                row += 1
        sheet.write(row, 4, self.env._("Period"), formats["bold"])
        for column, day in ((5, dossier.date_from), (6, dossier.date_to)):
            if day:
                sheet.write_datetime(row, column, day, formats["date"])
        labels = (
            self.env._("Piece"),
            self.env._("Date"),
            self.env._("Paid on"),
            self.env._("Supplier or employee"),
            self.env._("Document"),
            self.env._("Label"),
            self.env._("Cost without recoverable VAT"),
            self.env._("Claimed"),
            self.env._("Accepted"),
            self.env._("Reason of the cut"),
        )
        for column, label in enumerate(labels):
            if column < ACCEPTED or self._is_answered(claim):
                sheet.write(HEAD_ROW, column, label, formats["head"])

    def _is_answered(self, claim):
        return claim.state in ("answered", "paid")

    def _write_lines(self, sheet, claim, row, formats):
        """Write the lines by budget line, each with its total, then the total of all.

        :return: the row below
        """
        totals = []
        for budget_line, lines in claim._lines_by_budget().items():
            sheet.write_string(row, 0, budget_line.name or "", formats["bold"])
            first = row + 1
            for row, line in enumerate(lines, start=first):
                self._write_line(sheet, claim, line, row, formats)
            row += 1
            self._write_total(sheet, claim, lines, row, [f"{first + 1}:{row}"], formats)
            totals.append(row + 1)
            row += 2
        if len(totals) > 1:
            self._write_total(sheet, claim, claim.line_ids, row, totals, formats)
            row += 1
        return row

    def _write_line(self, sheet, claim, line, row, formats):
        sheet.write(row, 0, line.piece_number or "", formats["text"])
        for column, day in ((1, line.date), (2, line.paid_date)):
            if day:
                sheet.write_datetime(row, column, day, formats["date"])
        for column, text in (
            (3, line.partner_name),
            (4, line.reference),
            (5, line.name),
        ):
            sheet.write_string(row, column, text or "", formats["text"])
        if not line.is_flat:
            sheet.write(row, COST, line.cost_amount, formats["money"])
        sheet.write(row, CLAIMED, line.amount, formats["money"])
        if self._is_answered(claim):
            sheet.write(row, ACCEPTED, line.accepted_amount, formats["money"])
            sheet.write_string(row, REASON, line.cut_reason or "", formats["text"])

    def _write_total(self, sheet, claim, lines, row, rows, formats):
        """Write the formula of a total, and its value for readers that compute none.

        :param rows: rows to add, as numbers of the sheet or as one range of them
        """
        sheet.write(row, 5, self.env._("Total"), formats["bold"])
        columns = [(CLAIMED, "amount")]
        if self._is_answered(claim):
            columns.append((ACCEPTED, "accepted_amount"))
        for column, fname in columns:
            letter = "ABCDEFGHIJ"[column]
            cells = ",".join(
                ":".join(f"{letter}{part}" for part in str(each).split(":"))
                for each in rows
            )
            sheet.write_formula(
                row,
                column,
                f"=SUM({cells})",
                formats["total"],
                sum(lines.mapped(fname)),
            )

    def _write_sums(self, sheet, claim, row, formats):
        rows = [
            (self.env._("Eligible costs"), claim.eligible_amount),
            (self.env._("Aid rate (%)"), claim.rate),
            (self.env._("Aid at the rate"), claim.aid_amount),
            (self.env._("Aid claimed"), claim.claimed_amount),
        ]
        if claim.deducted_amount:
            rows.insert(3, (self.env._("Advances deducted"), -claim.deducted_amount))
        if self._is_answered(claim):
            rows.append((self.env._("Aid accepted"), claim.accepted_amount))
        for label, value in rows:
            sheet.write(row, 5, label, formats["bold"])
            sheet.write(row, CLAIMED, value, formats["sum"])
            row += 1
        for sentence in (claim.explanation or "").splitlines():
            sheet.write_string(row, 0, sentence)
            row += 1
