from . import test_main_job, test_partner_duplicates, test_report_paper
