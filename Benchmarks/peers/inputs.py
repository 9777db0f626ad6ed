"""Sizes and inputs of the workloads, the same as in `Sources/SluiceBenchmarks/Workload.swift`, number by number."""

import numpy as np

BATCHES = 8  # different batches that come in turn
PARAMETERS = 10_000_000

# name, m, k, n, whether A and B lie transposed in memory, which of them dropout has set to zero by half
PRODUCTS = [
    ("gemm/softmax NN 700x300x10000", 700, 300, 10_000, False, False, ""),
    ("gemm/softmax NT 700x300x10000", 700, 300, 10_000, False, True, ""),
    ("gemm/softmax dX NN 700x10000x300", 700, 10_000, 300, False, False, ""),
    ("gemm/softmax dW TN 10000x700x300", 10_000, 700, 300, True, False, ""),
    ("gemm/dropped NT 700x300x10000", 700, 300, 10_000, False, True, "a"),
    ("gemm/dropped dW TN 10000x700x300", 10_000, 700, 300, True, False, "b"),
    ("gemm/lstm NT 20x300x1200", 20, 300, 1_200, False, True, ""),
    ("gemm/gru NT 64x128x384", 64, 128, 384, False, True, ""),
    ("gemm/table NN 4096x128x32", 4_096, 128, 32, False, False, ""),
    ("gemm/table dX NT 4096x32x128", 4_096, 32, 128, False, True, ""),
    ("gemm/table dW TN 128x4096x32", 128, 4_096, 32, True, False, ""),
    ("gemm/square 512", 512, 512, 512, False, False, ""),
    ("gemm/square 1024", 1_024, 1_024, 1_024, False, False, ""),
]


def scattered(numbers):
    """A permutation of the 32-bit numbers that scatters neighbors (the finishing step of MurmurHash3)."""
    h = np.asarray(numbers, np.uint32).copy()
    h = (h ^ (h >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return h ^ (h >> np.uint32(16))


def floats(shape, seed, scale=1.0):
    """Numbers between -scale and scale without a pattern; other numbers for another seed."""
    count = int(np.prod(shape))
    start = np.uint32(seed * 0x9E3779B9 & 0xFFFFFFFF)
    bits = scattered(np.arange(count, dtype=np.uint32) + start)
    values = (bits >> np.uint32(8)).astype(np.float32) * np.float32(2.0**-23) - np.float32(1)
    return (values * np.float32(scale)).reshape(shape)


def dropped(shape, seed, scale=1.0):
    """The same with about half of the numbers zero, as dropout leaves them."""
    return np.where(floats(shape, seed + 9) < 0, np.float32(0), floats(shape, seed, scale))


TABLE_WIDTH, TABLE_IDS, TABLE_OUTPUTS = 128, 4096, 32


def zipf_ids(number, rows):
    """The ids of batch `number` of a table: ranks by Zipf's law, a rank's row anywhere in the table."""
    places = np.uint32(number * TABLE_IDS) + np.arange(TABLE_IDS, dtype=np.uint32) + np.uint32(0x30000000)
    ranks = np.exp(scattered(places) * 2.0**-32 * np.log(rows)).astype(np.uint64)
    return (ranks * np.uint64(2654435761) % np.uint64(rows)).astype(np.int64)


class Sequences:
    """Text of random symbols, in batches of differing lengths."""

    def __init__(self, vocabulary, batch, shortest, longest):
        self.vocabulary, self.batch = vocabulary, batch
        self.shortest, self.longest = shortest, longest

    def lengths(self, number):
        """The length of each sequence, uniform from `shortest` to `longest`."""
        place = number * self.batch + np.arange(self.batch, dtype=np.uint32)
        return self.shortest + (scattered(place) % np.uint32(self.longest - self.shortest + 1)).astype(np.int64)

    def symbols(self, number):
        """Symbols from 1 to vocabulary - 1, (batch, longest), zeros behind the end of a sequence."""
        place = number * self.batch + np.arange(self.batch, dtype=np.uint32)
        steps = np.arange(self.longest, dtype=np.uint32)
        counters = place[:, None] * np.uint32(64) + steps + np.uint32(0x10000000)
        values = 1 + (scattered(counters) % np.uint32(self.vocabulary - 1)).astype(np.int64)
        values[steps[None, :] >= self.lengths(number)[:, None]] = 0
        return values

    def labels(self, number):
        """One label from 0 to 9 for each sequence."""
        place = number * self.batch + np.arange(self.batch, dtype=np.uint32)
        return (scattered(place + np.uint32(0x20000000)) % np.uint32(10)).astype(np.int64)

    def mean_symbols(self):
        """The mean over the batches of the number of symbols in one."""
        return sum(int(self.lengths(i).sum()) for i in range(BATCHES)) / BATCHES


def recurrent_flops(inputs, units, gates):
    """Operations of forward and backward of a recurrent layer's products for one step of one sequence."""
    return 3 * 2 * (inputs + units) * gates * units


def gru_flops(inputs, units):
    """The same of a GRU."""
    return recurrent_flops(inputs, units, 3)


STREAMS, STEPS, WORDS = 20, 35, 10_000  # of the language model
CHARACTERS = 51  # an unknown one, two marks and 48 letters
ENCODED_WORDS = 1_000  # a batch of words to encode
LONGEST_WORD = 17  # of 100,000 words, marks included; of 10,000 words it is three less


def spelled(word):
    """The ids of the characters of word number `word`, the two marks included; frequent words are short, none are equal."""
    places = np.arange(3 + 12, dtype=np.uint32)
    letters = 3 + scattered(places + np.uint32(32 * word + 0x50000000)) % np.uint32(48)
    letters[:3] = [3 + word // 48**place % 48 for place in range(3)]
    longer = 3 * (len(str(word)) - 1)
    count = 3 + int(scattered([word + 0x40000000])[0]) % (1 + longer)
    return [1, *letters[:count].tolist(), 2]


def spelled_words(words, longest, padding):
    """The characters of words, (words, longest), padded."""
    table = np.full((len(words), longest), padding)
    for row, word in zip(table, words):
        symbols = spelled(word)
        row[: len(symbols)] = symbols
    return table


def running_words(number):
    """Batch `number` of running text and the words that follow: the ranks of words by Zipf's law, (streams, steps) twice."""
    place = np.uint32(number * STEPS) + np.arange(STEPS + 1, dtype=np.uint32)
    counters = np.arange(STREAMS, dtype=np.uint32)[:, None] * np.uint32(0x10000) + place + np.uint32(0x60000000)
    # The density falls as 1 / (rank + 3.7).
    ranks = 3.7 * np.exp(scattered(counters) * 2.0**-32 * np.log(WORDS / 3.7 + 1)) - 3.7
    words = ranks.astype(np.int64)
    return words[:, :-1], words[:, 1:]
