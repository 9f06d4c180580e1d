from . import conciergerie_demo
