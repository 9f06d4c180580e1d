from . import (
    conciergerie_collect_wizard,
    conciergerie_custody_wizard,
    conciergerie_key_wizard,
    conciergerie_reason_wizard,
    conciergerie_request_wizard,
    conciergerie_shift_leave_wizard,
)
