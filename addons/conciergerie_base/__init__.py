from . import controllers, models, wizard
from .hooks import uninstall_hook

# The demo extends models, so it comes after them.
# isort: split
from . import demo
