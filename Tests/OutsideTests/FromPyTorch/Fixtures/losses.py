"""The pieces of PyTorch on losses."""

import torch
from torch import nn
from torch.nn import functional as F

from pairs import pair, spread


@pair("Cross-entropy, smoothed and weighted")
def cross_entropy():
    logits = torch.tensor(spread(12)).reshape(4, 3)
    labels = [0, 2, -100, 1]
    # BEGIN Cross-entropy, smoothed and weighted
    loss = F.cross_entropy(
        logits, torch.tensor(labels),
        label_smoothing=0.1,
        weight=torch.tensor([1.0, 2.0, 0.5]))
    # END Cross-entropy, smoothed and weighted
    return {"loss": loss}


@pair("Losses of other targets")
def targets():
    x = torch.tensor(spread(6)) * 4
    target = torch.tensor([1.0, 0, 0, 1, 1, 0])
    # BEGIN Losses of other targets
    binary = F.binary_cross_entropy_with_logits(x, target)
    square = F.mse_loss(x, target)
    robust = F.huber_loss(x, target, delta=0.5)
    # END Losses of other targets
    return {"binary": binary, "square": square, "robust": robust}


@pair("Triplets and cosines")
def triplets():
    anchor, positive, negative = torch.tensor(spread(36)).reshape(3, 3, 4)
    # BEGIN Triplets and cosines
    triplets = nn.TripletMarginLoss(margin=1)
    loss = triplets(anchor, positive, negative)
    near = F.cosine_similarity(anchor, positive)
    # END Triplets and cosines
    return {"loss": loss, "near": near}
