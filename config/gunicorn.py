"""How gunicorn serves Baton: `gunicorn --config python:config.gunicorn config.wsgi`."""

from gunicorn.http import wsgi

# Which server answers is nobody's business.
wsgi.SERVER = "Baton"

workers = 2
threads = 4
graceful_timeout = 8
# Written only where --access-logfile says so: never an address, which may let somebody in, nor a query, nor who asked.
# The request's id leads to what the application wrote.
access_log_format = (
    '{"at": "%(t)s", "method": "%(m)s", "status": %(s)s, "bytes": "%(B)s", "microseconds": %(D)s,'
    ' "request_id": "%({x-request-id}o)s"}'
)
