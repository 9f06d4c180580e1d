from . import conciergerie_closure_wizard
from . import conciergerie_collect_wizard
from . import conciergerie_custody_wizard
from . import conciergerie_key_wizard
from . import conciergerie_reason_wizard
from . import conciergerie_request_wizard
from . import conciergerie_shift_leave_wizard
