"""Writes events_torch and events_tensor: event files as PyTorch and as TensorFlow 2 write scalars.

PyTorch's SummaryWriter writes a scalar as a value of its own, TensorFlow 2 as a tensor of one number; histograms and texts are in
neither a number. Needs torch and tensorboard (made with torch 2.15.0, tensorboard 2.21.0); run it in this folder.
"""

import glob
import os
import tempfile

import torch
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.plugins.scalar.summary_v2 import scalar_pb
from tensorboard.summary.writer.event_file_writer import EventFileWriter
from torch.utils.tensorboard import SummaryWriter


def kept(folder, name):
    (path,) = glob.glob(os.path.join(folder, "*tfevents*"))
    os.replace(path, name)


with tempfile.TemporaryDirectory() as folder:
    writer = SummaryWriter(folder)
    for step in range(3):
        writer.add_scalar("Loss/train", 1.5 - 0.5 * step, step)
    writer.add_histogram("weights", torch.arange(4.0), 2)
    writer.add_scalar("Loss/val", float("nan"), 2)
    writer.add_text("note", "text", 2)
    writer.close()
    kept(folder, "events_torch")

with tempfile.TemporaryDirectory() as folder:
    writer = EventFileWriter(folder)
    for step in range(3):
        writer.add_event(Event(step=step, wall_time=0, summary=scalar_pb("epoch_loss", 1.5 - 0.5 * step)))
    writer.close()
    kept(folder, "events_tensor")
