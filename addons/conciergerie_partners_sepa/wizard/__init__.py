from . import conciergerie_pay_run
