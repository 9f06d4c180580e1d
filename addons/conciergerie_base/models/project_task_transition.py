from odoo import fields, models
from odoo.exceptions import UserError

from .conciergerie_piece import AT_SITE
from .project_task import OPEN_STEPS, TRANSITION


class ProjectTask(models.Model):
    """The transitions of a request, up to ready: one method each, with its checks.

    Hand-over, cancellation and problems have files of their own; nothing else writes
    the stage of a request.
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
        :param body: what happened, for the chatter: one text, or a dict of texts by id
        :param dict vals: further values of the requests
        """
        if not self:
            return
        stage_sudo = self.env["project.task.type"].sudo()._stage_of_step(step)
        # Core reads it with the user's rights, which take longer to look up.
        stage_sudo.fetch(["fold"])
        self._record({"stage_id": stage_sudo.id, "resume_step": False, **(vals or {})})
        bodies = body if isinstance(body, dict) else dict.fromkeys(self.ids, body)
        self._message_log_batch(bodies=bodies)

    def _record(self, vals):
        """Write what only transitions write, untracked: the log says it in words."""
        self.with_context(
            conciergerie_step=TRANSITION,
            mail_notrack=True,
            # Transitions assign nobody: core need not look for whom to tell.
            mail_auto_subscribe_no_notify=True,
        ).write(vals)

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
        else:
            requests[0]._refuse_drag(stage)

    def _refuse_drag(self, stage):
        """Say where to do what a drag cannot.

        :param stage: ``project.task.type`` where the card was dropped
        :raise UserError: always
        """
        if stage.step in ("cancelled", "problem"):
            raise UserError(
                self.env._(
                    "A reason is needed: open %(request)s and press “%(button)s”.",
                    request=self.display_name,
                    button=self.env._("Cancel")
                    if stage.step == "cancelled"
                    else self.env._("Report a problem"),
                )
            )
        raise UserError(
            self.env._(
                "%(request)s cannot go back to “%(stage)s”.",
                request=self.display_name,
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
        self.check_access("write")
        piece_model_sudo = self.env["conciergerie.piece"].sudo()
        pieces_sudo = piece_model_sudo.create(
            self._prepare_piece_vals_list(count, descriptions)
        )
        pieces = pieces_sudo.sudo(self.env.su)
        pieces._move("counter", self.site_id)
        self._message_log(body=self.env._("Pieces deposited: %s", count))
        return pieces

    def _prepare_piece_vals_list(self, count, descriptions):
        """Return the values of new pieces, numbered after those that are there."""
        self.ensure_one()
        start = max(self.piece_ids.mapped("number"), default=0) + 1
        return [
            {
                "task_id": self.id,
                "company_id": self.site_id.company_id.id,
                "number": start + index,
                "label": f"{self.reference}-{start + index}",
                "description": descriptions[index]
                if index < len(descriptions)
                else False,
            }
            for index in range(count)
        ]

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
