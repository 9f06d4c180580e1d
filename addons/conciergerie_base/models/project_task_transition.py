from odoo import fields, models
from odoo.exceptions import UserError

from .conciergerie_piece import AT_SITE, GONE
from .project_task import OPEN_STEPS, TRANSITION


class ProjectTask(models.Model):
    """The transitions of a request: one method each, with its checks.

    Nothing else writes the stage of a request.
    """

    _inherit = "project.task"

    # ------------------------------------------------------------------
    # Common parts
    # ------------------------------------------------------------------

    def _step_label(self, step=None):
        selection = self._fields["step"]._description_selection(self.env)
        return dict(selection).get(step or self.step, "")

    def _check_step(self, allowed, what):
        """Check that each request is at one of the allowed steps.

        :param allowed: steps from which the transition may start
        :param str what: what was asked, in the user's language, for the message
        :raise UserError: a request is elsewhere
        """
        for task in self:
            if not task.site_id:
                raise UserError(
                    self.env._("%s is not a request of a site.", task.display_name)
                )
            if task.step not in allowed:
                raise UserError(
                    self.env._(
                        "%(request)s is at the step “%(step)s”: it is not possible "
                        "to %(what)s.",
                        request=task.display_name,
                        step=task._step_label(),
                        what=what,
                    )
                )

    def _set_step(self, step, body, vals=None):
        """Write the stage and log it, in a number of queries that does not grow.

        :param str step: the step to enter
        :param str body: what happened, for the chatter
        :param dict vals: further values of the requests
        """
        if not self:
            return
        stage = self.env["project.task.type"].sudo()._stage_of_step(step)
        self._record({"stage_id": stage.id, "resume_step": False, **(vals or {})})
        self._message_log_batch(bodies=dict.fromkeys(self.ids, body))

    def _record(self, vals):
        """Write what only transitions write, untracked: the log says it in words."""
        self.with_context(conciergerie_step=TRANSITION, mail_notrack=True).write(vals)

    def _drag_to_stage(self, stage):
        """Do the transition that a drag in the kanban asks for.

        :param stage: ``project.task.type`` where the card was dropped
        :raise UserError: the transition needs more than a drag can say
        """
        requests = self.filtered(lambda t: t.stage_id != stage)
        if not requests:
            return
        if stage.step and all(t.resume_step == stage.step for t in requests):
            requests._resume()
        elif stage.step == "provider":
            requests._send_to_provider()
        elif stage.step == "ready":
            requests._mark_ready()
        elif stage.step == "handed_over":
            if requests.piece_ids:
                raise UserError(
                    self.env._(
                        "%s has pieces: open it and press “Hand over”, which asks "
                        "which pieces leave and who takes them.",
                        requests.filtered("piece_ids")[0].display_name,
                    )
                )
            requests._hand_over()
        elif stage.step in ("cancelled", "problem"):
            raise UserError(
                self.env._(
                    "A reason is needed: open %(request)s and press “%(button)s”.",
                    request=requests[0].display_name,
                    button=self.env._("Cancel")
                    if stage.step == "cancelled"
                    else self.env._("Report a problem"),
                )
            )
        else:
            raise UserError(
                self.env._(
                    "%(request)s cannot go back to “%(stage)s”.",
                    request=requests[0].display_name,
                    stage=stage.name,
                )
            )

    # ------------------------------------------------------------------
    # Drop-off
    # ------------------------------------------------------------------

    def _deposit(self, count, descriptions=()):
        """Label the things that the beneficiary leaves and record their custody.

        :param int count: number of pieces, at least one
        :param descriptions: what each one is, in the same order, possibly shorter
        :return: the new pieces
        :raise UserError: no piece, a closed request, or too many for one ticket
        """
        self.ensure_one()
        self._check_step(OPEN_STEPS, self.env._("register things"))
        if not 1 <= count <= 200:
            raise UserError(
                self.env._(
                    "%(count)s pieces cannot be registered: the number goes from 1 "
                    "to 200 for one request.",
                    count=count,
                )
            )
        start = max(self.piece_ids.mapped("number"), default=0) + 1
        self.check_access("write")
        pieces_sudo = (
            self.env["conciergerie.piece"]
            .sudo()
            .create(
                [
                    {
                        "task_id": self.id,
                        "company_id": self.site_id.company_id.id,
                        "number": number,
                        "label": f"{self.reference}-{number}",
                        "description": descriptions[number - start]
                        if number - start < len(descriptions)
                        else False,
                    }
                    for number in range(start, start + count)
                ]
            )
        )
        pieces = pieces_sudo.sudo(self.env.su)
        pieces._move("counter", self.site_id)
        self._message_log(body=self.env._("Pieces deposited: %s", count))
        return pieces

    # ------------------------------------------------------------------
    # To the provider and back
    # ------------------------------------------------------------------

    def action_send_to_provider(self):
        self._send_to_provider()

    def _send_to_provider(self):
        """Entrust the requests, with the pieces at the counter, to their provider.

        :raise UserError: an own service, no provider, or nothing deposited yet
        """
        self._check_step(("todo", "ready"), self.env._("send it to the provider"))
        for task in self:
            if task.fulfilment == "own":
                raise UserError(
                    self.env._(
                        "%(request)s is done by the conciergerie itself: mark it "
                        "ready when it is done.",
                        request=task.display_name,
                    )
                )
            if not task.provider_id:
                raise UserError(
                    self.env._(
                        "%(request)s has no provider. Choose who does it in the field "
                        "“Provider”, then send it again.",
                        request=task.display_name,
                    )
                )
            if task.needs_deposit and not task.piece_ids:
                raise UserError(
                    self.env._(
                        "Nothing has been deposited yet for %(request)s: register "
                        "the pieces first.",
                        request=task.display_name,
                    )
                )
        groups = self.grouped(lambda t: (t.site_id, t.provider_id))
        for (site, provider), tasks in groups.items():
            pieces = tasks.piece_ids.filtered(lambda p: p.holder in AT_SITE)
            pieces._move("provider", site, partner=provider)
            tasks._set_step("provider", self.env._("Entrusted to %s", provider.name))

    def _receive_pieces(self, pieces):
        """Take pieces back from the provider; a request with all of them is ready.

        :param pieces: ``conciergerie.piece`` of these requests
        :raise UserError: a piece is not with the provider
        """
        for piece in pieces:
            if piece.holder != "provider":
                raise UserError(
                    self.env._(
                        "Piece %(label)s is not expected from a provider: %(where)s.",
                        label=piece.display_name,
                        where=piece._holder_sentence(),
                    )
                )
        for site, tasks in self.grouped("site_id").items():
            pieces.filtered(lambda p, tasks=tasks: p.task_id in tasks)._move(
                "counter", site
            )
        self._message_log_batch(
            bodies={
                task.id: self.env._(
                    "Back from the provider: %s",
                    ", ".join(
                        pieces.filtered(lambda p, t=task: p.task_id == t).mapped(
                            "label"
                        )
                    ),
                )
                for task in self
            }
        )
        self.filtered(
            lambda t: t.step == "provider" and not t.piece_at_provider_count
        )._mark_ready()

    # ------------------------------------------------------------------
    # Ready
    # ------------------------------------------------------------------

    def action_mark_ready(self):
        self._mark_ready()

    def _mark_ready(self):
        """The requests wait at the counter; tell the beneficiaries.

        :raise UserError: a piece is not back, or the work has not been done
        """
        self._check_step(("todo", "provider"), self.env._("mark it ready"))
        for task in self:
            away = task.piece_ids.filtered(lambda p: p.holder == "provider")
            if away:
                raise UserError(
                    self.env._(
                        "%(request)s is not ready: piece %(label)s is still with "
                        "%(provider)s. Receive it first.",
                        request=task.display_name,
                        label=away[0].label,
                        provider=away[0].holder_partner_id.name,
                    )
                )
            if task.needs_deposit and not task.piece_ids:
                raise UserError(
                    self.env._(
                        "Nothing has been deposited yet for %(request)s: register "
                        "the pieces first.",
                        request=task.display_name,
                    )
                )
            if task.step == "todo" and task.fulfilment == "relayed" and task.piece_ids:
                raise UserError(
                    self.env._(
                        "%(request)s has not been to the provider yet: send it first.",
                        request=task.display_name,
                    )
                )
        self._set_step(
            "ready", self.env._("Ready"), {"ready_date": fields.Datetime.now()}
        )
        self._notify_ready()

    # ------------------------------------------------------------------
    # Hand-over
    # ------------------------------------------------------------------

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
        receiver_name = (receiver_name or "").strip()
        if is_proxy and not receiver_name:
            raise UserError(
                self.env._(
                    "Write the name of the person who takes the pieces for another."
                )
            )
        self._give(pieces, receiver_name, is_proxy, proof or {})
        done = self.filtered(
            lambda t: (
                t.step != "cancelled" and all(p.holder in GONE for p in t.piece_ids)
            )
        )
        done._set_step(
            "handed_over",
            self.env._("Handed over"),
            {"closed_date": fields.Datetime.now()},
        )

    def _hand_over_steps(self):
        """Return the steps from which this request may be handed over."""
        self.ensure_one()
        if not self.piece_ids and not self.needs_deposit:
            return OPEN_STEPS
        return ("provider", "ready", "cancelled")

    def _give(self, pieces, receiver_name, is_proxy, proof_vals):
        """Record one hand-over of pieces of these requests, each with its proof."""
        self.check_access("write")
        given = pieces.grouped("task_id")
        tasks = self.filtered(lambda t: t in given)
        proof_vals = {
            k: v for k, v in proof_vals.items() if k in ("signature", "photo")
        }
        proofs_sudo = (
            self.env["conciergerie.custody.proof"]
            .sudo()
            .create(
                [
                    {
                        "company_id": task.site_id.company_id.id,
                        "receiver_name": receiver_name or task.partner_id.name or "",
                        **proof_vals,
                    }
                    for task in tasks
                ]
            )
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
        tasks._message_log_batch(
            bodies={
                task.id: said % ", ".join(given[task].mapped("label")) for task in tasks
            }
        )

    # ------------------------------------------------------------------
    # Cancellation and problems
    # ------------------------------------------------------------------

    def _require_reason(self, reason):
        reason = (reason or "").strip()
        if not reason:
            raise UserError(
                self.env._("Write the reason: it is what the next person will read.")
            )
        return reason

    def _cancel_request(self, reason):
        """Cancel open requests. Their pieces remain to be given back.

        :param str reason: shown on the request and in its log
        :raise UserError: no reason, or a request that is closed
        """
        reason = self._require_reason(reason)
        self._check_step(OPEN_STEPS, self.env._("cancel it"))
        self._set_step(
            "cancelled",
            self.env._("Cancelled: %s", reason),
            {"reason": reason, "closed_date": fields.Datetime.now()},
        )

    def _report_problem(self, reason, kind="other"):
        """Put open requests aside until the problem is solved.

        :param str reason: what happened; shown on the request
        :param str kind: ``lost``, ``damaged``, ``refused`` or ``other``
        :raise UserError: no reason, or a request that is closed
        """
        reason = self._require_reason(reason)
        self._check_step(("todo", "provider", "ready"), self.env._("report a problem"))
        for step, tasks in self.grouped("step").items():
            tasks._set_step(
                "problem",
                self.env._("Problem: %s", reason),
                {
                    "reason": reason,
                    "resume_step": step,
                    "problem_kind": kind or "other",
                },
            )

    def action_resume(self):
        self._resume()

    def _resume(self):
        """Return from a problem to the step where it happened."""
        self._check_step(("problem",), self.env._("resume it"))
        for step, tasks in self.grouped("resume_step").items():
            tasks._set_step(
                step,
                self.env._("Problem solved: %s", tasks[0].reason or ""),
                {"reason": False},
            )

    # ------------------------------------------------------------------
    # Dialogs
    # ------------------------------------------------------------------

    def _action_open_request(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_base.project_task_action_request"
        )
        form = self.env.ref("conciergerie_base.project_task_view_form_request")
        action.update(views=[(form.id, "form")], res_id=self.id, target="current")
        return action

    def _action_custody(self, operation):
        """Open the dialog in which pieces change hands.

        Its record is saved beforehand: scans come faster than the browser and the
        server agree on the lines of a record that is not.
        """
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_base.conciergerie_custody_wizard_action"
        )
        names = dict(
            self.env["conciergerie.custody.wizard"]
            ._fields["operation"]
            ._description_selection(self.env)
        )
        action["name"] = names[operation]
        action["context"] = {
            "default_operation": operation,
            "default_task_ids": self.ids,
        }
        action["res_id"] = (
            self.env["conciergerie.custody.wizard"]
            .with_context(**action["context"])
            .create({})
            .id
        )
        return action

    def action_deposit(self):
        self.ensure_one()
        return self._action_custody("deposit")

    def action_receive(self):
        return self._action_custody("receive")

    def _action_reason(self, operation):
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_base.conciergerie_reason_wizard_action"
        )
        action["context"] = {
            "default_operation": operation,
            "default_task_ids": self.ids,
        }
        return action

    def action_cancel_request(self):
        return self._action_reason("cancel")

    def action_report_problem(self):
        return self._action_reason("problem")

    def action_print_ticket(self):
        return self.env.ref(
            "conciergerie_base.action_report_deposit_ticket"
        ).report_action(self)

    def action_print_hand_over_note(self):
        return self.env.ref(
            "conciergerie_base.action_report_hand_over_note"
        ).report_action(self)

    def action_print_labels(self):
        return self.env.ref(
            "conciergerie_base.action_report_piece_label"
        ).report_action(self.piece_ids)
