import base64
import binascii

from odoo import api, models
from odoo.exceptions import AccessError, ValidationError

# A photo of 1024 pixels is 100 to 200 kB.
MAX_PHOTO = 3 * 1024 * 1024


class ConciergerieDropOffLine(models.Model):
    """Photos come after the drop-off: they are heavy, and the network is thin."""

    _inherit = "conciergerie.drop.off.line"

    @api.model
    def set_photo_from_ui(self, uuid, number, photo):
        """Put a photo on a piece; sent twice, it is the same photo.

        :param str uuid: of the line
        :param int number: of the piece in this line, from 1
        :param str photo: JPEG, base64
        :return bool: whether the till may forget the photo
        :raise AccessError: no right to requests, or to the line
        """
        if not self.env.user.has_group("conciergerie_base.group_counter"):
            raise AccessError(
                self.env._("Things are taken by the people of the counter only.")
            )
        line = self.search([("uuid", "=", uuid)], limit=1)
        if not line:
            return False
        try:
            data = base64.b64decode(photo, validate=True)
        except (binascii.Error, TypeError, ValueError):
            data = b""
        if not data or len(data) > MAX_PHOTO:
            raise ValidationError(self.env._("This photo cannot be read."))
        if not line.task_id:
            return False
        pieces = line.task_id.piece_ids.sorted("number")
        if not 1 <= number <= len(pieces):
            return True  # nothing to put it on: do not ask again and again
        pieces[number - 1].photo = base64.b64encode(data)
        return True
