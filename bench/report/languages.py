"""Pools of other languages, each language in a process of its own."""
import json
import os
import subprocess
import tempfile

import runs
from results import BadInput

JARS = ("HikariCP", "commons-pool2", "slf4j-api", "slf4j-nop")
JAR_FOLDER = "/usr/share/java"  # Where Debian's packages put them.
CONTENDERS = "\n".join((
    "no-pool-java|language|Java: as many threads as connections, each with its own.",
    "hikaricp|language|HikariCP, in no order.",
    "commons-pool2|language|Apache Commons Pool 2, in no order.",
    "commons-pool2-fair|language|Apache Commons Pool 2 with fairness: first come, first served."))


def measure(folder, options):
    """A list with one document, or with none where there is no Java or a library is missing."""
    jars = [os.path.join(JAR_FOLDER, f"{name}.jar") for name in JARS]
    missing = [jar for jar in jars if not os.path.exists(jar)]
    if missing:
        runs.say(f"no pools of Java: there is no {missing[0]}")
        return []
    runs.say("pools of Java")
    with tempfile.TemporaryDirectory() as classes:
        path = os.pathsep.join([classes] + jars)
        _run(["javac", "-d", classes, "-cp", path, os.path.join(folder, "JavaPools.java")])
        said = _run(["java", "-cp", path, "JavaPools", str(options.passes), str(options.round_ms)])
    document = json.loads(said)
    document["context"] = {"contenders": CONTENDERS}
    return [document]


def _run(command):
    try:
        ended = subprocess.run(command, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise BadInput(f"--languages: {command[0]}: there is no such program") from error
    if ended.returncode != 0:
        last = (ended.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise BadInput(f"--languages: {command[0]}: ended with {ended.returncode}: {last}")
    return ended.stdout
