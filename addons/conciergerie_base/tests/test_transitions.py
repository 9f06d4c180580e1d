from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import ConciergerieCommon

# Sentences of refusals, by a short name used in the table below.
REFUSALS = {
    "step": "is at the step “.*”: it is not possible to",
    "own": "is done by the conciergerie itself",
    "went": "has not been to the provider yet: send it first",
    "away": "is not ready: piece .* is still with Laundry of the Bridge",
    "with": "cannot be handed over: it is with Laundry of the Bridge",
    "not there": "is not expected from a provider",
    "nothing": "has nothing at the counter",
}
COLUMNS = (
    "deposit",
    "send",
    "receive",
    "ready",
    "hand over",
    "cancel",
    "problem",
    "resume",
    "remind",
    "notice",
)
# For each kind of request and step: what each transition leads to, or why it is
# refused. Problems of this table happened at the first step.
TABLE = """
relayed, pieces / todo        : todo|provider|not there|went|step|cancelled|problem|step|step|step
relayed, pieces / provider    : provider|step|ready|away|with|cancelled|problem|step|step|step
relayed, pieces / ready       : ready|provider|not there|step|handed_over|cancelled|problem|step|ready|ready
relayed, pieces / problem     : problem|step|not there|step|step|cancelled|step|todo|step|step
relayed, pieces / handed_over : step|step|not there|step|step|step|step|step|step|step
relayed, pieces / cancelled   : step|step|not there|step|cancelled|step|step|step|step|cancelled
relayed, bare / todo          : todo|provider|-|ready|handed_over|cancelled|problem|step|step|step
relayed, bare / provider      : provider|step|-|ready|handed_over|cancelled|problem|step|step|step
relayed, bare / ready         : ready|provider|-|step|handed_over|cancelled|problem|step|ready|nothing
relayed, bare / problem       : problem|step|-|step|handed_over|cancelled|step|todo|step|step
relayed, bare / handed_over   : step|step|-|step|step|step|step|step|step|step
relayed, bare / cancelled     : step|step|-|step|step|step|step|step|step|nothing
own, pieces / todo            : todo|own|not there|ready|step|cancelled|problem|step|step|step
own, pieces / ready           : ready|own|not there|step|handed_over|cancelled|problem|step|ready|ready
own, pieces / problem         : problem|step|not there|step|step|cancelled|step|todo|step|step
own, pieces / handed_over     : step|step|not there|step|step|step|step|step|step|step
own, pieces / cancelled       : step|step|not there|step|cancelled|step|step|step|step|cancelled
own, bare / todo              : todo|own|-|ready|handed_over|cancelled|problem|step|step|step
own, bare / ready             : ready|own|-|step|handed_over|cancelled|problem|step|ready|nothing
own, bare / problem           : problem|step|-|step|handed_over|cancelled|step|todo|step|step
own, bare / handed_over       : step|step|-|step|step|step|step|step|step|step
own, bare / cancelled         : step|step|-|step|step|step|step|step|step|nothing
"""  # noqa: E501
# Where a card can be dragged: the refusal, or the step it really goes to.
DRAGS = """
relayed, pieces / todo        : todo|provider|went|pieces|reason|reason
relayed, pieces / provider    : back|provider|away|pieces|reason|reason
relayed, pieces / ready       : back|provider|ready|pieces|reason|reason
relayed, pieces / problem     : todo|step|step|pieces|reason|problem
relayed, pieces / handed_over : back|step|step|handed_over|reason|reason
relayed, pieces / cancelled   : back|step|step|pieces|cancelled|reason
relayed, bare / todo          : todo|provider|ready|handed_over|reason|reason
relayed, bare / problem       : todo|step|step|handed_over|reason|problem
relayed, bare / cancelled     : back|step|step|step|cancelled|reason
own, bare / todo              : todo|own|ready|handed_over|reason|reason
own, bare / ready             : back|own|ready|handed_over|reason|reason
"""
DRAG_STEPS = ("todo", "provider", "ready", "handed_over", "cancelled", "problem")
DRAG_REFUSALS = {
    **REFUSALS,
    "back": "cannot go back to",
    "pieces": "has pieces: open it and press",
    "reason": "A reason is needed: open",
}


class Undo(Exception):
    """Leaves a savepoint without keeping what was done in it."""


def _rows(table):
    for line in table.strip().splitlines():
        kind_step, cells = line.split(":")
        kind, step = (part.strip() for part in kind_step.split("/"))
        yield kind, step, [cell.strip() for cell in cells.split("|")]


class TransitionCase(ConciergerieCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parcel = cls._new_service(
            "Parcel sent back", 4.0, sellers=[(cls.laundry, 1.0, 1)]
        )
        cls.kinds = {
            "relayed, pieces": cls.ironing,
            "relayed, bare": cls.parcel,
            "own, pieces": cls.alteration,
            "own, bare": cls.copies,
        }

    def _request_at(self, service, step, pieces=2):
        """Take a request and bring it to a step by the shortest way."""
        task = self._new_request(service, pieces=pieces)
        relayed = task.fulfilment == "relayed"
        if step in ("provider", "ready", "handed_over") and relayed:
            task._send_to_provider()
        if step in ("ready", "handed_over"):
            if task.piece_ids and relayed:
                task._receive_pieces(task.piece_ids)
            else:
                task._mark_ready()
        if step == "handed_over":
            task._hand_over(task.piece_ids)
        elif step == "cancelled":
            task._cancel_request("Not needed")
        elif step == "problem":
            task._report_problem("A stain", "damaged")
        self.assertEqual(task.step, step)
        return task

    def _snapshot(self, task):
        task.flush_recordset()
        return (
            task.step,
            task.state,
            task.stage_id,
            task.reference,
            task.project_id,
            task.reason,
            task.resume_step,
            task.ready_date,
            task.closed_date,
            task.last_reminder_date,
            task.unclaimed_notice_date,
            task.active,
            task.access_token,
            task.sudo().tracking_token,
            task.piece_ids,
            task.piece_ids.mapped("holder"),
            task.piece_ids.event_ids,
            len(task.message_ids),
            task.sale_line_id.qty_delivered,
        )

    def _run(self, task, function, expected, refusals):
        """Run a transition and undo it: the step it leads to, or the refusal.

        A refusal is caught without going back to a savepoint first: it must come
        before anything was written.
        """
        before = self._snapshot(task)
        try:
            with self.env.cr.savepoint():
                try:
                    function()
                except UserError as error:
                    self.assertIn(expected, refusals, f"refused: {error}")
                    self.assertRegex(str(error), refusals[expected])
                    self.assertEqual(self._snapshot(task), before)
                else:
                    self.assertNotIn(expected, refusals, "should be refused")
                    self.assertEqual(task.step, expected)
                    self.assertEqual(task.step, task.stage_id.step)
                raise Undo()
        except Undo:
            task.invalidate_recordset()


@tagged("post_install", "-at_install")
class TestTransitionTable(TransitionCase):
    """Every transition from every step, as the counter user."""

    def _transitions(self, task):
        pieces = task.piece_ids
        return {
            "deposit": lambda: task._deposit(1),
            "send": task.action_send_to_provider,
            "receive": lambda: task._receive_pieces(pieces),
            "ready": task.action_mark_ready,
            "hand over": lambda: task._hand_over(pieces),
            "cancel": lambda: task._cancel_request("Not needed"),
            "problem": lambda: task._report_problem("A stain", "damaged"),
            "resume": task.action_resume,
            "remind": task.action_send_reminder,
            "notice": task.action_send_unclaimed_notice,
        }

    def test_transitions(self):
        done = set()
        for kind, step, cells in _rows(TABLE):
            task = self._request_at(self.kinds[kind], step)
            transitions = self._transitions(task)
            self.assertEqual(len(cells), len(COLUMNS))
            for name, expected in zip(COLUMNS, cells, strict=True):
                if expected == "-":
                    continue
                with self.subTest(kind=kind, step=step, transition=name):
                    self._run(task, transitions[name], expected, REFUSALS)
            done.add((kind, step))
        steps = dict(self.env["project.task"]._fields["step"].selection)
        self.assertEqual(
            done,
            {
                (kind, step)
                for kind, service in self.kinds.items()
                for step in steps
                if step != "provider" or service.fulfilment == "relayed"
            },
            "every kind of request is tried at every step",
        )

    def test_drags(self):
        stages = self.env["project.task.type"]
        for kind, step, cells in _rows(DRAGS):
            task = self._request_at(self.kinds[kind], step)
            for target, expected in zip(DRAG_STEPS, cells, strict=True):
                stage = stages._stage_of_step(target)
                with self.subTest(kind=kind, step=step, target=target):
                    self._run(
                        task,
                        lambda task=task, stage=stage: task.write(
                            {"stage_id": stage.id}
                        ),
                        expected,
                        DRAG_REFUSALS,
                    )

    def test_drag_back_from_a_problem(self):
        """A problem returns to the step it came from, and to no other."""
        stages = self.env["project.task.type"]
        for step in ("todo", "provider", "ready"):
            task = self._request_at(self.ironing, step)
            task._report_problem("A stain", "damaged")
            for other in {"todo", "provider", "ready"} - {step}:
                with self.assertRaises(UserError):
                    task.write({"stage_id": stages._stage_of_step(other).id})
            task.write({"stage_id": stages._stage_of_step(step).id})
            self.assertEqual(task.step, step)
            self.assertFalse(task.reason)

    def test_drag_of_several_is_all_or_nothing(self):
        good = self._request_at(self.copies, "todo")
        bad = self._request_at(self.copies, "cancelled")
        ready = self.env["project.task.type"]._stage_of_step("ready")
        with self.assertRaisesRegex(UserError, "is at the step “Cancelled”"):
            (good | bad).write({"stage_id": ready.id})
        self.assertEqual(good.step, "todo")

    def test_drag_with_other_values(self):
        task = self._request_at(self.copies, "todo")
        ready = self.env["project.task.type"]._stage_of_step("ready")
        task.write({"stage_id": ready.id, "priority": "1"})
        self.assertEqual(task.step, "ready")
        self.assertEqual(task.priority, "1")
        self.assertTrue(task.ready_date)

    def test_foreign_stage(self):
        """Neither a stage of another project nor none at all can be entered."""
        task = self._request_at(self.copies, "todo")
        other = self.env["project.task.type"].create({"name": "Elsewhere"})
        for stage_id in (other.id, False):
            with self.assertRaisesRegex(UserError, "cannot go"):
                task.write({"stage_id": stage_id})
        self.assertEqual(task.step, "todo")

    def test_plain_tasks_are_left_alone(self):
        project = self.env["project.project"].create({"name": "Garden"})
        stages = self.env["project.task.type"].create(
            [
                {"name": "One", "project_ids": project.ids},
                {"name": "Two", "project_ids": project.ids, "fold": True},
            ]
        )
        task = self.env["project.task"].create(
            {"name": "Dig", "project_id": project.id}
        )
        task.write({"stage_id": stages[1].id, "state": "1_done"})
        self.assertEqual(task.stage_id, stages[1])
        self.assertEqual(task.state, "1_done")
        self.assertFalse(task.step)
        self.assertFalse(task.reference)
