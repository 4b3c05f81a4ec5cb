"""Django's settings for tests and for the type checker: the product's, with a key and a home of their own."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from ipaddress import ip_network
from pathlib import Path

from segue.control.encryption import new_key
from tests.in_memory import put_files_into_memory

put_files_into_memory()

if "SEGUE_TEST_HOME" not in os.environ:
    os.environ["SEGUE_TEST_HOME"] = tempfile.mkdtemp(prefix="segue-tests-")
    atexit.register(shutil.rmtree, os.environ["SEGUE_TEST_HOME"], ignore_errors=True)
_HOME = Path(os.environ["SEGUE_TEST_HOME"])
os.environ.setdefault("SEGUE_TEST_KEY", new_key())
os.environ["SEGUE_KEYS"] = os.environ["SEGUE_TEST_KEY"]
os.environ["SEGUE_HOME"] = str(_HOME)
os.environ["SEGUE_CANCEL_WAIT_S"] = "1"
for _name in (
    "SEGUE_URL",
    "SEGUE_HOSTS",
    "SEGUE_BEHIND_PROXY",
    "SEGUE_KEYS_FILE",
    "SEGUE_STATE",
    "SEGUE_NOTICE_PLACES",
    "SEGUE_SMTP_URL",
    "SEGUE_MAILCHIMP_CLIENT_ID",
):
    os.environ.pop(_name, None)
if os.environ.get("SEGUE_TEST_DATABASE"):
    os.environ["DATABASE_URL"] = os.environ["SEGUE_TEST_DATABASE"]
else:
    os.environ.pop("DATABASE_URL", None)

from segue.settings import *  # noqa: E402, F403
from segue.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
SEGUE_CLOCK = "tests.fakes.clocks.PageClock"
SEGUE_NOTICE_PLACES = [ip_network("127.0.0.1")]
"""Where the chat service of the tests is."""
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, not memory: threads of one test (worker, live server) see the same database.
    DATABASES["default"]["TEST"] = {
        "NAME": str(_HOME / f"test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}.sqlite3")
    }
else:
    DATABASES["default"]["OPTIONS"] = {}
