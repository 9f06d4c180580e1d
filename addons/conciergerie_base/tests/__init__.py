from . import test_main_job, test_report_paper
