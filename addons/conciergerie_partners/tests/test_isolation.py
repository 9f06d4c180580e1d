from odoo.tests import tagged

from . import isolation_case


@tagged("post_install", "-at_install")
class TestIsolation(isolation_case.IsolationCase):
    """Case A20: a provider reaches nothing of another one, by any way."""

    def test_core_pages(self):
        """Core's own pages and files show nothing of the other provider."""
        self._login(self.laundry_user)
        move, attachment = self.records["account.move"], self.records["ir.attachment"]
        task = self.records["project.task"]
        paths = (
            f"/my/invoices/{move.id}",
            f"/my/invoices/{move.id}?report_type=pdf",
            f"/web/content/{attachment.id}",
            f"/web/content/agreement/{self.other.id}/signature",
            f"/report/pdf/conciergerie_partners.report_agreement/{self.other.id}",
            f"/report/html/conciergerie_partners.report_statement/"
            f"{self.records['conciergerie.statement'].id}",
            f"/my/tasks/{task.id}",
            f"/mail/view?model=project.task&res_id={task.id}",
            f"/mail/view?model=agreement&res_id={self.other.id}",
        )
        self._core_pages_show_nothing(paths, [move.name])
