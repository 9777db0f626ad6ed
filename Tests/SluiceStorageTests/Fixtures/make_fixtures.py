"""Writes python.safetensors, a file of the Python package `safetensors` for the reader's tests.

Run from this folder; made with Python 3, numpy 2.4 and safetensors 0.8.
"""

import json
import struct

import numpy
from safetensors.numpy import save_file

tensors = {
    "embedding.weight": numpy.arange(12, dtype=numpy.float32).reshape(3, 4) / 8,
    "scalar": numpy.array(-0.5, dtype=numpy.float32),
    "empty": numpy.zeros((0, 5), dtype=numpy.float32),
    "double": numpy.array([1.0, 0.1, -1e300, 1e-300], dtype=numpy.float64),
    # The halves: one, the smallest subnormal, the largest number, minus infinity, minus zero.
    "half": numpy.array([0x3C00, 0x0001, 0x7BFF, 0xFC00, 0x8000], dtype=numpy.uint16).view(numpy.float16),
    "steps": numpy.array([[1, -2], [3, -(2**40)]], dtype=numpy.int64),
    "ids": numpy.array([7, -8], dtype=numpy.int32),
    "mask": numpy.array([True, False, True]),
    "größe/重み": numpy.array([1.0, 2.0], dtype=numpy.float32),
}
save_file(tensors, "python.safetensors", metadata={"format": "np", "note": 'quotes " and\nlines'})

# numpy has no bfloat16: the same 2 bytes under another name, by editing the header of a file of U16.
save_file({"brain": numpy.array([0x3F80, 0xC2F7, 0x7F80], dtype=numpy.uint16)}, "bfloat16.safetensors")
with open("bfloat16.safetensors", "rb") as file:
    contents = file.read()
size = struct.unpack("<Q", contents[:8])[0]
header = json.loads(contents[8 : 8 + size])
header["brain"]["dtype"] = "BF16"
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
with open("bfloat16.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + contents[8 + size :])
