from . import (
    test_beneficiary_import,
    test_crm,
    test_keys,
    test_main_job,
    test_partner_duplicates,
    test_report_paper,
    test_shift,
)
