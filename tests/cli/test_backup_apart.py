"""Backups of an installation whose hosts have no folder in common: any of them makes one, and it comes back on any."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.installed import ended, in_installation
from tests.cli.test_backup import made_installation
from tests.cli.test_backup_postgres import urls
from tests.fakes.object_stores.laid import FakeStore
from tests.fakes.object_stores.signatures import ACCESS_KEY, SECRET_KEY

__all__ = ["urls"]

pytestmark = pytest.mark.postgres

BUCKET = "segue-state"

KEEP = """
from django.conf import settings
from segue.service.installed_journals import journals_here
from segue.service.kept_members import keep_addresses
from segue.sync.store import Acknowledgement

folder = settings.SEGUE_HOME / "audiences" / "acc1-a1b2c3d4e5"
journals = journals_here()
journal = journals.open(folder)
journal.register_tags(["VIP"])
file = folder / "contacts" / f"1{journal.suffix}.parquet"
file.parent.mkdir(parents=True)
file.write_bytes(b"PAR1 who is there PAR1")
from segue.engines.duckdb.audience.intact import Intact
with journal.together():
    Intact(folder, journal).note(file)
    journal.point("contacts", f"contacts/{file.name}")
journal.close()
keep_addresses("list__1", ["nadia@shop.example"])
"""
"""Keeps contacts of an audience, and the members of a list."""

FIND = """
from django.conf import settings
from segue.engines.duckdb.audience.intact import Intact
from segue.service.engines import profile_engine
from segue.service.installed_journals import journals_here

journals = journals_here()
(folder,) = journals.folders(settings.SEGUE_HOME)
journal = journals.open(folder)
Intact(folder, journal).check()
file = folder / journal.pointer("contacts")
has = profile_engine(settings.SEGUE_HOME, shared=journals.shared).has_members("list__1")
print(file.read_text(), [bit.name for bit in journal.tags()], has)
"""
"""Says what is found of them."""

FOUND = "PAR1 who is there PAR1 ['VIP'] True"


def test_a_host_that_holds_nothing_backs_up_everything_and_it_comes_back_elsewhere(
    urls: tuple[str, str], tmp_path: Path, store: FakeStore
) -> None:
    first, second = urls
    store.make_bucket(BUCKET)
    one, two, new = tmp_path / "one", tmp_path / "two", tmp_path / "new"
    file = tmp_path / "kept.tar.gz"
    made_installation(one, DATABASE_URL=first)
    keys = (one / "segue.keys").read_text(encoding="ascii")
    before = _told(store, "before", first, keys)
    in_installation(one, KEEP, **before)

    here = in_installation(two, FIND, **before)
    (tmp_path / "three").mkdir()
    backed_up = ended(
        "backup", str(file), "--home", str(tmp_path / "three"), cwd=tmp_path, **before
    )
    after = _told(store, "after", second, keys)
    restored = ended("restore", str(file), "--home", str(new), cwd=tmp_path, **after)
    assert (backed_up.returncode, restored.returncode) == (0, 0), backed_up.stderr + restored.stderr
    too_early = in_installation(two, "from segue.core.errors import Problem\n" + _REFUSED, **after)
    stopped = ended("up", "--home", str(two), "--worker-only", cwd=tmp_path, **after)
    found = in_installation(new, FIND, **after)
    elsewhere = in_installation(tmp_path / "four", FIND, **after)

    assert here == FOUND
    assert too_early == "state_elsewhere"
    assert stopped.returncode == 2
    assert "(state_elsewhere)" in stopped.stderr
    assert (found, elsewhere) == (FOUND, FOUND)


_REFUSED = """
from segue.service.installed_journals import journals_here
try:
    journals_here()
except Problem as problem:
    print(problem.code)
"""


def _told(store: FakeStore, folder: str, url: str, keys: str) -> Mapping[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "DATABASE_URL": url,
        "SEGUE_HOST": "the-shop",
        "SEGUE_KEYS": ",".join(keys.split()),
        "SEGUE_STATE": f"s3://{BUCKET}/{folder} {store.endpoint}",
    }
