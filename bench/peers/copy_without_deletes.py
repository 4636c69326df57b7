#!/usr/bin/env python3
"""What operators do with a topic that no registry starts on: copy all records but the
DELETE_SUBJECT ones to a new topic.

  copy_without_deletes.py BOOTSTRAP SOURCE TARGET

To be measured against `schemas-replicator salvage`; nobody should use it.
"""
import subprocess
import sys


def main(bootstrap, source, target):
    consumed = subprocess.run(
        ["kcat", "-C", "-q", "-e", "-b", bootstrap, "-t", source, "-K", "\t", "-Z"],
        capture_output=True, check=True).stdout
    kept = [line for line in consumed.split(b"\n")
            if b"\t" in line and b'"DELETE_SUBJECT"' not in line.split(b"\t")[0]]
    # A tombstone was printed as NULL, and is produced as an empty value, which -Z makes
    # null again.
    kept = [line[:-4] if line.endswith(b"\tNULL") else line for line in kept]
    subprocess.run(["kcat", "-P", "-b", bootstrap, "-t", target, "-K", "\t", "-Z"],
                   input=b"".join(line + b"\n" for line in kept), check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
