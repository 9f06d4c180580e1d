from . import controllers, models, wizard
from .hooks import post_init_hook, uninstall_hook

# The demo extends models, so it comes after them.
# isort: split
from . import demo
