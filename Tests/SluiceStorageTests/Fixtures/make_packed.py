"""Writes packed.gz: a megabyte of lines in two members, one with a name, that unpacks by copies from as far back as there can be.

    python make_packed.py        (needs nothing beside Python 3; made with zlib 1.3)
"""
import gzip
import io
import os

lines = "".join(f"line {i % 1230} of the long text\n" for i in range(40000)).encode()
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "packed.gz"), "wb") as file:
    for name, part in (("lines.txt", lines[:700001]), ("", lines[700001:])):
        member = io.BytesIO()
        with gzip.GzipFile(name, "wb", 9, member, mtime=0) as packed:
            packed.write(part)
        file.write(member.getvalue())
