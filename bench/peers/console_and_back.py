#!/usr/bin/env python3
"""What operators do for a backup: print the topic into a file, and produce the file.

  console_and_back.py BOOTSTRAP SOURCE TARGET

To be measured against `mirror` to an archive and `restore`; nobody should use it.
"""
import subprocess
import sys
import tempfile


def main(bootstrap, source, target):
    with tempfile.TemporaryFile() as file:
        subprocess.run(["kcat", "-C", "-q", "-e", "-b", bootstrap, "-t", source, "-K", "\t"],
                       stdout=file, check=True)
        file.seek(0)
        subprocess.run(["kcat", "-P", "-b", bootstrap, "-t", target, "-K", "\t"],
                       stdin=file, check=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
