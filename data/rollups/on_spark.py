"""Rollups by Apache Spark, on one machine or on many. PySpark is an extra: requirements-spark.txt.

Workers read the files where these lie, and write rollups to a place that all machines see. What goes wrong there is told in words: no
master, no worker, or none that is left.
"""

import logging
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from data.rollups.definition import Raw, Span
from data.rollups.files import Files
from data.rollups.refused import RollupRefused

INSTALL = "Spark is an extra that is not installed. Install it: python -m pip install -r requirements-spark.txt (it needs Java 17)."
JAVA = "Spark needs Java 17 or newer, and {found}. Install it (on Debian: apt-get install openjdk-17-jre-headless), or set JAVA_HOME."
MASTER = re.compile(r"local(\[[\d*]+(,\d+)?\])?|local-cluster\[\d+,\d+,\d+\]|spark://[^\s/]+|yarn|k8s://\S+")
OWN_MASTERS = ("local", "local-cluster")
PATIENCE = 60.0  # seconds for which workers are waited for, at the start and where all of them are gone
REACHED = 5.0  # seconds for a master to answer
SETTINGS = {
    "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ", "spark.sql.ansi.enabled": "true", "spark.sql.legacy.parquet.nanosAsLong": "true",
    "spark.sql.parquet.compression.codec": "zstd", "spark.task.maxFailures": "8",
}  # fmt: skip
HERE = {"spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
ONE_MACHINE = {"spark.sql.shuffle.partitions": "8"} | HERE
LOGGED = """rootLogger.level = error
rootLogger.appenderRef.file.ref = file
appender.file.type = File
appender.file.name = file
appender.file.fileName = {path}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d %p %c: %m%n%ex
"""


class Quoted:
    """How Spark writes names and texts."""

    def name(self, name: str) -> str:
        return "`" + name.replace("`", "``") + "`"

    def text(self, text: str) -> str:
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"

    def of_nanoseconds(self, column: str) -> str:
        return f"cast(timestamp_micros({column} div 1000) as timestamp)"

    def to_local(self, moment: str, zone: str, span: Span) -> str:
        """By Java's own list of zones: steps that are written out would be copied into each other by Spark's planner."""
        return moment if zone == "UTC" else f"convert_timezone('UTC', {self.text(zone)}, {moment})"

    def to_utc(self, local: str, zone: str, span: Span) -> str:
        return local if zone == "UTC" else f"convert_timezone({self.text(zone)}, 'UTC', {local})"


class OnSpark:
    """An engine (engines.py) in a session. shared: a place that all machines see, to which rollups are written first; left out, they are
    written where they belong, which is right where all machines see that."""

    name, dialect = "spark", Quoted()

    def __init__(self, session: Any, shared: str = "", patience: float = PATIENCE) -> None:
        self.session, self.shared, self.patience = session, shared.rstrip("/"), patience
        self.kept: Any = None
        self.place = ""
        with self._watched():
            _wait_for_workers(session, patience)

    def read(self, files: Files, groups: Sequence[tuple[dict[str, str], Sequence[str]]]) -> list[Raw]:
        self.place = files.place
        with self._watched():
            return [self._table(number, kinds, [_one(files.path(name)) for name in names]) for number, (kinds, names) in enumerate(groups)]

    def _table(self, number: int, kinds: dict[str, str], paths: list[str]) -> Raw:
        read = self.session.read.parquet(*paths)
        read.selectExpr(*(self.dialect.name(column) for column in kinds), "_metadata.file_path as file").createOrReplaceTempView(
            f"raw_{number}"
        )
        return Raw(f"raw_{number}", kinds)

    def rows(self, sql: str) -> list[tuple]:
        with self._watched():
            return [tuple(row) for row in self.session.sql(sql).collect()]

    def name_of(self, file: str) -> str:
        """Spark names a file of this machine as file:///..., with signs written as in addresses."""
        path = unquote(urlparse(file).path) if file.startswith("file:") else unquote(re.sub("^s3a?:", "s3:", file))
        return path.removeprefix(self.place).lstrip("/")

    def take_events(self, sql: str, *, twice: bool) -> None:
        with self._watched():
            self._let_go()
            frame = self.session.sql(sql)
            self.kept = frame.persist(import_module("pyspark").StorageLevel.DISK_ONLY) if twice else None
            frame.createOrReplaceTempView("events")

    def write(self, table: str, sql: str, folder: Path) -> None:
        target = f"{self.shared}/{folder.parent.name}/{table}" if self.shared else _uri(str(folder))
        with self._watched():
            frame = self.session.sql(sql)
            frame.repartition("month").write.mode("overwrite").partitionBy("month").parquet(_uri(target))
            if self.shared:
                _fetch(self.session, _uri(target), folder)

    def close(self) -> None:
        self._let_go()

    def _let_go(self) -> None:
        if self.kept is not None:
            self.kept.unpersist()
            self.kept = None

    @contextmanager
    def _watched(self) -> Generator[None]:
        """Work that ends with words where it fails, and does not wait for ever for workers that are gone."""
        gone, done = threading.Event(), threading.Event()
        watch = threading.Thread(target=_watch, args=(self.session, self.patience, gone, done), daemon=True)
        watch.start()
        try:
            yield
        except RollupRefused:
            raise
        except Exception as error:
            raise RollupRefused(NO_WORKER.format(seconds=f"{self.patience:g}") if gone.is_set() else _reason(error)) from None
        finally:
            done.set()
            watch.join()


NO_WORKER = "All of Spark's workers are gone, and none came back within {seconds} seconds. Start workers, and run the rollup again: nothing of this one was kept."


def _watch(session: Any, patience: float, gone: threading.Event, done: threading.Event) -> None:
    """Cancel the work once there has been no worker for that long."""
    since = None
    while not done.wait(0.5):
        since = None if _workers(session) else since or time.monotonic()
        if since and time.monotonic() - since > patience:
            gone.set()
            session.sparkContext.cancelAllJobs()


def _workers(session: Any) -> int:
    """How many executors there are; 1 where the driver does the work itself, or cannot be asked any more."""
    try:
        context = session.sparkContext
        if re.fullmatch(r"local(\[.*\])?", context.master):
            return 1
        return context._jsc.sc().getExecutorMemoryStatus().size() - 1
    except Exception:  # of the gateway, which has errors of many kinds where Java is gone
        return 1


def _wait_for_workers(session: Any, patience: float) -> None:
    until = time.monotonic() + patience
    while not _workers(session):
        if time.monotonic() > until:
            raise RollupRefused(
                f"Spark's master {session.sparkContext.master} has no worker to give, {patience:g} seconds on end. Start workers, or give "
                "these less to do; the master's own page says what they have room for."
            )
        time.sleep(0.2)


@contextmanager
def session(master: str, log: Path, settings: Mapping[str, str]) -> Generator[Any]:
    """A session of Spark, ended at the end. log: the file to which Spark writes what it has to say. settings: of Spark, as spark.NAME.

    Raises RollupRefused where PySpark or Java is missing, or the master cannot be reached.
    """
    _check(master)
    builder = _builder()
    is_own = master.split("[")[0] in OWN_MASTERS
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1" if is_own or _is_loopback(master) else "")
    if not os.environ["SPARK_LOCAL_IP"]:
        del os.environ["SPARK_LOCAL_IP"]
    said = log.with_suffix(".log4j2.properties")
    said.write_text(LOGGED.format(path=log))
    logging = {"spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={said.as_uri()}"}
    here = (ONE_MACHINE if is_own else HERE if _is_loopback(master) else {}) | logging
    for name, value in (SETTINGS | here | dict(settings)).items():
        builder = builder.config(name, value)
    try:
        with warnings.catch_warnings(action="ignore"), _errors_to(log):
            opened = builder.master(master).appName("holdfast-rollup").getOrCreate()
    except Exception as error:
        raise RollupRefused(f"Spark could not be started with {master}: {_reason(error)} It wrote to {log}.") from None
    try:
        yield opened
    finally:
        opened.stop()


@contextmanager
def _errors_to(log: Path) -> Generator[None]:
    """What programs that are started within write as errors goes to the log: Java has much to say at its start."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with log.open("a") as file:
            os.dup2(file.fileno(), 2)
            yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _check(master: str) -> None:
    if not MASTER.fullmatch(master):
        raise RollupRefused(f"--master {master}: write local[2], local-cluster[2,1,1024], spark://HOST:7077, yarn or k8s://ADDRESS.")
    _check_java()
    for host, port in re.findall(r"([^\s/,:]+):(\d+)", master.removeprefix("spark://")) if master.startswith("spark://") else ():
        if _answers(host, int(port)):
            return
    if master.startswith("spark://"):
        raise RollupRefused(f"Spark's master {master} cannot be reached. Start it, or mend the address; nothing was begun.")


def _answers(host: str, port: int) -> bool:
    try:
        with socket.create_connection((host, port), timeout=REACHED):
            return True
    except OSError:
        return False


def _is_loopback(master: str) -> bool:
    return bool(re.match(r"spark://(127\.|localhost)", master))


def _check_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = shutil.which(f"{home}/bin/java" if home else "java")
    if java is None:
        raise RollupRefused(JAVA.format(found=f"JAVA_HOME ({home}) has none" if home else "there is none"))
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(?:1\.)?(\d+)', said)
    if version and int(version[1]) < 17:
        raise RollupRefused(JAVA.format(found=f"{java} is Java {version[1]}"))


def _builder() -> Any:
    with warnings.catch_warnings(action="ignore"):  # of what it would like pandas to be, which is not used
        try:
            found = import_module("pyspark.sql").SparkSession.builder
        except ImportError:
            raise RollupRefused(INSTALL) from None
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)  # what is wrong is told once, in words
    return found


def _uri(path: str) -> str:
    """A place as Spark's file systems name it."""
    return f"file://{path}" if path.startswith("/") else re.sub("^s3:", "s3a:", path)


def _one(path: str) -> str:
    """A place, of which no sign stands for others."""
    return re.sub(r"([\[\]{}*?\\])", r"\\\1", _uri(path))


def _fetch(session: Any, source: str, folder: Path) -> None:
    """Bring what workers wrote to this machine, and take it away there."""
    hadoop = session._jvm.org.apache.hadoop.fs
    there = hadoop.Path(source)
    system = there.getFileSystem(session._jsc.hadoopConfiguration())
    system.copyToLocalFile(True, there, hadoop.Path(_uri(str(folder))), True)


def _reason(error: Exception) -> str:
    """What Spark says is the matter, in one line."""
    text = str(error)
    causes = re.findall(r"^(?:Caused by)?: [\w.$]+: ([^\n]+)", text, re.MULTILINE)
    told = causes[-1] if causes else next((line for line in text.splitlines() if line.strip()), type(error).__name__)
    return f"Spark could not finish: {told[:300].rstrip('.')}."
