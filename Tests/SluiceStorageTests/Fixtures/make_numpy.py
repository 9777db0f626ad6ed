"""Writes the files of the tests of NumPy's formats. (made with numpy 2.4)

    python make_numpy.py
"""
import os

import numpy as np

FOLDER = os.path.dirname(os.path.abspath(__file__))


def path(name):
    return os.path.join(FOLDER, name)


i = np.arange(3000)
arrays = {
    "float32": np.linspace(-2, 3, 6, dtype=np.float32).reshape(2, 3),
    "float64": np.array([1.5, -0.0, 1e-300, 2.0 ** 40]),
    "float16": np.array([[0.5, -65504.0, 6e-8]], np.float16),
    "big_endian": np.array([1.25, -3.0], ">f4"),
    "columns": np.asfortranarray(np.arange(24, dtype=np.float32).reshape(2, 3, 4)),
    "int8": np.array([-128, 127], np.int8),
    "uint16": np.array([65535], np.uint16),
    "int64_big": np.array([-(2 ** 63), 2 ** 62], ">i8"),
    "uint64": np.array([2 ** 64 - 1], np.uint64),
    "truth": np.array([True, False]),
    "number": np.float32(7.25),
    "nothing": np.zeros((0, 4), np.float32),
    "texts": np.array(["ä", "bc"]),
    "fields": np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")]),
    # Repeats near and far, and numbers that hardly can be packed.
    "long": ((i % 7) * (i // 500)).astype(np.float32),
    "noise": np.sin(i * i).astype(np.float32)[:400],
}
np.savez(path("arrays.npz"), **arrays)
np.savez_compressed(path("packed.npz"), **arrays)
np.save(path("single.npy"), arrays["columns"])
