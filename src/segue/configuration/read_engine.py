"""Read the section `engine`: where the profiles are kept, and that the sources are there. Nothing is opened here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from segue.configuration.outside import Reach
from segue.configuration.sections import Part, secret_reference
from segue.core.sentences import said
from segue.profiles.engines import Engine, OnSpark, OnThisMachine
from segue.profiles.sources import Source, SparkSource

_PLACE = re.compile(
    r"(?:s3|s3a|abfss|abfs|wasbs|gs)://[^/?#]+(?:/[^?#]*)?|(?:hdfs|dbfs|file)://[^/?#]*/+[^/?#][^?#]*"
)
"""URIs that name files for a cluster: in a bucket or container, or below the root of a file system."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEngine:
    """The engine, and what it names outside; its address is the words of the reference until that is looked up.

    `is_sound` False: something is wrong with the section, so that nothing can be said of the sources.
    """

    found: Engine
    reaches: tuple[Reach, ...] = ()
    is_sound: bool = True


def read_engine(whole: Part, folder: Path) -> ReadEngine:
    """Return the engine and report what is wrong with it."""
    section = whole.part("engine")
    if not section.is_sound or section.get("type", "duckdb") == "duckdb":
        return ReadEngine(found=OnThisMachine(), is_sound=section.is_sound)
    reference = secret_reference(section.value["remote"], folder)
    snapshots = str(section.value["snapshots"])
    if not _PLACE.fullmatch(snapshots):
        section.findings.report(
            section.at("snapshots"),
            "The snapshots go to a folder that the cluster can write to, named by a URI.",
            action="Write for example s3://bucket/segue or abfss://container@account.dfs.core.windows.net/segue.",
            code="snapshots_not_a_uri",
        )
    reach = Reach(
        source="", place=section.place("remote"), at=section.at("remote"), reference=reference
    )
    return ReadEngine(found=OnSpark(remote=str(reference), snapshots=snapshots), reaches=(reach,))


def check_sources_of(engine: ReadEngine, section: Part, sources: Mapping[str, Source]) -> None:
    """Report sources that the engine cannot read: files of this machine on Spark, tables of Spark without it."""
    is_spark = isinstance(engine.found, OnSpark)
    for name, part in section.parts() if engine.is_sound else ():
        source = sources.get(name)
        if isinstance(source, SparkSource) and isinstance(engine.found, OnSpark):
            _check_apart(engine.found.snapshots, section, source)
        if source is None or isinstance(source, SparkSource) == is_spark:
            continue
        if is_spark:
            part.findings.report(
                part.at("type"),
                said(
                    "Source '%(name)s' is read from this machine, and the profiles are on Spark.",
                    name=name,
                ),
                action="Give it the type spark with a table or a path of the cluster, or take `engine` away.",
                code="source_not_on_spark",
            )
        else:
            part.findings.report(
                part.at("type"),
                said(
                    "Source '%(name)s' is a table of Spark, and no Spark cluster is declared.",
                    name=name,
                ),
                action="Declare it under `engine`, as in {type: spark, remote: {env: SPARK_REMOTE}, snapshots: s3://bucket/segue}.",
                code="source_needs_spark",
            )


def _check_apart(snapshots: str, section: Part, source: SparkSource) -> None:
    """Report that snapshots would be written among the files of a table, and be read as its rows the next time."""
    if not source.path or not f"{_plain(snapshots)}/".startswith(f"{_plain(source.path)}/"):
        return
    section.findings.report(
        section.part(source.name).at("path"),
        said(
            "The snapshots would be written among the files of source '%(name)s'.",
            name=source.name,
        ),
        action="Let `engine.snapshots` name a folder of Segue's own, beside the tables.",
        code="snapshots_in_source",
    )


def _plain(uri: str) -> str:
    """Return a URI in the one form of those that name the same folder."""
    scheme, _, rest = uri.partition("://")
    path = re.sub("/+", "/", rest).removeprefix("localhost/").strip("/")
    return f"{scheme.replace('s3a', 's3').replace('abfss', 'abfs')}://{path}"
