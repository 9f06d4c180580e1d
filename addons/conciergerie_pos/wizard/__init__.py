from . import conciergerie_till_wizard
