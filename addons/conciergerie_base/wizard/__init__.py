from . import conciergerie_collect_wizard
from . import conciergerie_custody_wizard
from . import conciergerie_reason_wizard
from . import conciergerie_request_wizard
