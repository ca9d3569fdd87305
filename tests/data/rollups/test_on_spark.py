"""Spark makes the rollups that DuckDB makes, on two workers of which one is killed; and says in words why it cannot work. One session for all."""

import os
import random
import shutil
import signal
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from data.rollups import on_spark
from data.rollups.bringing import folder_of
from data.rollups.manifest import Manifest
from data.rollups.on_duckdb import OnDuckDB
from data.rollups.on_spark import OnSpark
from data.rollups.refused import RollupRefused
from data.store.store import Store
from tests.data.rollups import lake

LIGHT = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto"  # what runs for a minute is not worth Java's second, better translation
FEW = {  # what little data needs: plans that are read as they are, in two parts
    "spark.sql.shuffle.partitions": "2", "spark.sql.codegen.wholeStage": "false", "spark.sql.adaptive.enabled": "false",
    "spark.driver.memory": "512m", "spark.driver.extraJavaOptions": LIGHT, "spark.executor.extraJavaOptions": LIGHT,
}  # fmt: skip


@pytest.mark.parametrize("master", ["", "local[x]", "http://head:80", "spark://", "spark://head:7077/x y", "local-cluster[2]"])
def test_a_master_that_is_none(master, tmp_path):
    with pytest.raises(RollupRefused, match="--master"), on_spark.session(master, tmp_path / "log", {}):
        pass


def test_a_master_that_does_not_answer_is_told_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(on_spark, "_check_java", lambda: None)
    with (
        pytest.raises(RollupRefused, match=r"127\.0\.0\.1:9 cannot"),
        on_spark.session("spark://127.0.0.1:9", tmp_path / "log", {}),
    ):
        pass


def test_no_java_is_told(tmp_path, monkeypatch):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(RollupRefused, match="needs Java 17 or newer, and JAVA_HOME"), on_spark.session("local[1]", tmp_path / "log", {}):
        pass
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RollupRefused, match="there is none"), on_spark.session("local[1]", tmp_path / "log", {}):
        pass
    old = tmp_path / "java"
    old.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(RollupRefused, match="is Java 11"), on_spark.session("local[1]", tmp_path / "log", {}):
        pass


def test_no_pyspark_is_told_with_the_command_that_installs_it(tmp_path, monkeypatch):
    monkeypatch.setattr(on_spark, "_check_java", lambda: None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(RollupRefused, match=r"pip install -r requirements-spark\.txt"), on_spark.session("local[1]", tmp_path / "log", {}):
        pass


def test_names_of_files_as_spark_says_them():
    engine = OnSpark.__new__(OnSpark)
    for place, said, name in (
        ("/data", "file:///data/a%20b/%C3%A9%25.parquet", "a b/é%.parquet"),
        ("s3://lake/x", "s3a://lake/x/1.parquet", "1.parquet"),
    ):
        engine.place = place
        assert engine.name_of(said) == name


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    """A session with two workers, each a process of its own on this machine."""
    pytest.importorskip("pyspark", reason="PySpark is an extra: requirements-spark.txt")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java 17")
    folder = tmp_path_factory.mktemp("spark")
    with on_spark.session("local-cluster[2,1,1024]", folder / "spark.log", FEW) as opened:
        yield opened


def executors() -> dict[int, float]:
    """The executors of this process's Spark, by process: when each began."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if b"CoarseGrainedExecutorBackend" in (place / "cmdline").read_bytes() and _is_ours(int(place.name)):
                found[int(place.name)] = float((place / "stat").read_text().rsplit(")", 1)[1].split()[19])
        except OSError:
            continue
    return found


def _is_ours(process: int) -> bool:
    while process > 1:
        if process == os.getpid():
            return True
        process = int((Path("/proc") / str(process) / "stat").read_text().rsplit(")", 1)[1].split()[1])
    return False


def killed_while_it_works(stop: threading.Event, dead: list[int], session) -> None:
    """Kill one executor once tasks run."""
    while not stop.wait(0.05):
        if session.sparkContext.statusTracker().getActiveJobsIds():
            time.sleep(0.3)
            dead.append(victim := min(executors()))
            os.kill(victim, signal.SIGKILL)
            return


@pytest.mark.long
def test_two_workers_of_which_one_is_killed_make_what_duckdb_makes(spark, tmp_path):
    """Random events around changes of clocks and ends of months, without users, with contracts, ids and quantities of all kinds; then late
    ones, while a worker is killed."""
    chance, folder = random.Random("spark"), tmp_path / "lake"
    told = lake.mapping(ids=True, zone="America/Sao_Paulo")
    rows = lake.drawn(chance, 400)
    for number, form in enumerate(("local", "nanoseconds")):
        lake.export(folder, f"year={number}/export [{number}] é%.parquet", rows.sample(fraction=0.7, seed=number), form)
    with (
        closing(Store.open(tmp_path / "duckdb" / "own.duckdb", timezone="Australia/Lord_Howe")) as one,
        closing(Store.open(tmp_path / "spark" / "own.duckdb", timezone="Australia/Lord_Howe")) as other,
        closing(OnDuckDB("1GB", tmp_path)) as engine, closing(OnSpark(spark)) as on_two,
    ):  # fmt: skip
        lake.rolled(one, engine, folder, told)
        lake.rolled(other, on_two, folder, told)
        assert same(one, other) == []
        lake.export(folder, "late.parquet", rows.head(20), "utc")
        stop, dead = threading.Event(), []
        killing = threading.Thread(target=killed_while_it_works, args=(stop, dead, spark))
        killing.start()
        try:
            made, _ = lake.rolled(other, on_two, folder, told)
        finally:
            stop.set()
            killing.join()
        assert dead and not (set(dead) & executors().keys())
        assert made.months == lake.rolled(one, engine, folder, told)[0].months
        assert same(one, other) == [] and other.check() == []


def same(one: Store, other: Store) -> list[str]:
    """What is not the same in two stores: digests of months, what was counted of files, and what a view says."""
    manifests = [Manifest.read(folder_of(store.path, lake.FEED)) for store in (one, other)]
    contents = [{month: (made.content, made.events, made.read, made.bad) for month, made in found.months.items()} for found in manifests]
    files = [{name: (file.rows, file.bad) for name, file in found.files.items()} for found in manifests]
    told = (["digests"] if contents[0] != contents[1] else []) + (["files"] if files[0] != files[1] else [])
    return told + lake.differences(lake.seen(one), lake.seen(other))


@pytest.mark.long
def test_where_all_workers_are_gone_for_good_that_is_told_and_nothing_is_kept(spark, tmp_path, monkeypatch):
    """As if none came back: the work is given up in time, and the next run makes all of it."""
    folder, told = lake.lake(tmp_path / "lake"), lake.plain()
    with closing(Store.open(tmp_path / "own.duckdb")) as store, closing(OnSpark(spark, patience=1)) as engine:
        with monkeypatch.context() as patch:
            patch.setattr(on_spark, "_workers", lambda _: 0)
            patch.setattr(engine, "rows", lambda sql: _for_ever(engine))
            with pytest.raises(RollupRefused, match="All of Spark's workers are gone"):
                lake.rolled(store, engine, folder, told)
        assert not (folder_of(store.path, lake.FEED) / "manifest.json").exists()
        assert store.imports().is_empty()


def _for_ever(engine: OnSpark) -> list[tuple]:
    with engine._watched():
        return (
            engine.session.sparkContext._jsc.sc().emptyRDD
            and engine.session.sql("select count(*) from range(0, 1000000000000, 1, 2) a join range(9) b on a.id % 7 = b.id").collect()
        )
