"""The WSGI application that granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "domicile.site.settings")
application = get_wsgi_application()

from domicile.site.loading import load_pages  # noqa: E402 (needs the settings)

load_pages()
