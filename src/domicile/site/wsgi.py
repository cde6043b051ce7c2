"""The WSGI application that granian serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "domicile.site.settings")
gc.disable()  # what is loaded here stays to the end: nothing of it is worth a search for unused objects, now or later
application = get_wsgi_application()

from domicile.site.loading import load_pages  # noqa: E402 (needs the settings)

load_pages()
gc.freeze()
gc.enable()
