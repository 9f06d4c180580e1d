from . import (
    conciergerie_beneficiary_import,
    conciergerie_beneficiary_import_check,
    conciergerie_collect_wizard,
    conciergerie_custody_wizard,
    conciergerie_key_wizard,
    conciergerie_reason_wizard,
    conciergerie_request_wizard,
    conciergerie_shift_leave_wizard,
)
