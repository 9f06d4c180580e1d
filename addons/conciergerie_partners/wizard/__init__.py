from . import conciergerie_settlement_wizard
