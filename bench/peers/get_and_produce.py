#!/usr/bin/env python3
"""What operators do when the topic is gone and the registry still answers: ask for each
version of each subject, and produce the answer under a key made anew.

  get_and_produce.py REGISTRY BOOTSTRAP TOPIC

To be measured against `schemas-replicator harvest`; nobody should use it.
"""
import json
import subprocess
import sys
import urllib.parse
import urllib.request


def get(url):
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


def main(registry, bootstrap, topic):
    lines = []
    for subject in get(f"{registry}/subjects"):
        path = f"{registry}/subjects/{urllib.parse.quote(subject, safe='')}/versions"
        for version in get(path):
            value = get(f"{path}/{version}")
            key = {"keytype": "SCHEMA", "subject": subject, "version": version, "magic": 1}
            lines.append(f"{json.dumps(key)}\t{json.dumps(value)}\n")
    subprocess.run(["kcat", "-P", "-b", bootstrap, "-t", topic, "-K", "\t"],
                   input="".join(lines).encode(), check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
