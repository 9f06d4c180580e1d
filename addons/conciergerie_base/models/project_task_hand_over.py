from odoo import fields, models
from odoo.exceptions import UserError

from .conciergerie_piece import AT_SITE, GONE
from .project_task import OPEN_STEPS


class ProjectTask(models.Model):
    """The hand-over of a request to its beneficiary, whole or in parts."""

    _inherit = "project.task"

    def action_hand_over(self):
        """Hand over at once what has no pieces; ask which ones for the rest."""
        if len(self) == 1 and self.piece_ids:
            return self._action_custody("hand_over")
        return self._drag_to_stage(
            self.env["project.task.type"].sudo()._stage_of_step("handed_over")
        )

    def _hand_over(self, pieces=None, receiver_name="", is_proxy=False, proof=None):
        """Give pieces to the beneficiary or to a proxy; the last one closes.

        Pieces of a cancelled request are given back the same way; it stays
        cancelled.

        :param pieces: ``conciergerie.piece`` to give, all of these requests
        :param str receiver_name: who takes them, required for a proxy
        :param bool is_proxy: somebody takes them for the beneficiary
        :param dict proof: ``signature`` and ``photo``, base64, both optional
        :raise UserError: a piece is elsewhere, or the proxy has no name
        """
        pieces = pieces or self.env["conciergerie.piece"]
        self._check_hand_over(pieces)
        receiver_name = (receiver_name or "").strip()
        if is_proxy and not receiver_name:
            raise UserError(
                self.env._(
                    "Write the name of the person who takes the pieces for another."
                )
            )
        bodies = self._give(pieces, receiver_name, is_proxy, proof or {})
        done = self.filtered(
            lambda t: (
                t.step != "cancelled" and all(p.holder in GONE for p in t.piece_ids)
            )
        )
        self._message_log_batch(
            bodies={id_: body for id_, body in bodies.items() if id_ not in done._ids}
        )
        # One message says both: that the pieces left, and that nothing is left.
        closed = self.env._("Handed over")
        done._set_step(
            "handed_over",
            {
                task.id: "\n".join(filter(None, (bodies.get(task.id), closed)))
                for task in done
            },
            {"closed_date": fields.Datetime.now()},
        )

    def _check_hand_over(self, pieces):
        """Check that the requests may be handed over and the pieces are here."""
        for task in self:
            task._check_step(task._hand_over_steps(), self.env._("hand it over"))
        for piece in pieces:
            if piece.holder not in AT_SITE:
                raise UserError(
                    self.env._(
                        "Piece %(label)s cannot be handed over: %(where)s.",
                        label=piece.display_name,
                        where=piece._holder_sentence(),
                    )
                )

    def _hand_over_steps(self):
        """Return the steps from which this request may be handed over."""
        self.ensure_one()
        if not self.piece_ids and not self.needs_deposit:
            return OPEN_STEPS
        return ("provider", "ready", "cancelled")

    def _give(self, pieces, receiver_name, is_proxy, proof_vals):
        """Record one hand-over of pieces of these requests, each with its proof.

        :return: what to log on each request that gives pieces, by id
        """
        self.check_access("write")
        given = pieces.grouped("task_id")
        tasks = self.filtered(lambda t: t in given)
        proof_model_sudo = self.env["conciergerie.custody.proof"].sudo()
        proofs_sudo = proof_model_sudo.create(
            [task._prepare_proof_vals(receiver_name, proof_vals) for task in tasks]
        )
        holder = "proxy" if is_proxy else "beneficiary"
        pieces._record_events(
            [
                piece._prepare_event_vals(
                    holder, task.site_id, task.partner_id, proof_sudo
                )
                for task, proof_sudo in zip(tasks, proofs_sudo, strict=True)
                for piece in given[task]
            ]
        )
        # The name stays in the proof, which is erased one day; the log is not.
        said = (
            self.env._("Handed to a proxy: %s")
            if is_proxy
            else self.env._("Handed to the beneficiary: %s")
        )
        return {
            task.id: said % ", ".join(given[task].mapped("label")) for task in tasks
        }

    def _prepare_proof_vals(self, receiver_name, proof_vals):
        """Return the values of the proof of a hand-over of this request."""
        self.ensure_one()
        return {
            "company_id": self.company_id.id,
            "receiver_name": receiver_name or self.partner_id.name or "",
            **{k: v for k, v in proof_vals.items() if k in ("signature", "photo")},
        }
