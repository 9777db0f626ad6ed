"""The pieces of PyTorch on tensors and gradients."""

import torch

from pairs import pair, spread


@pair("Arithmetic, broadcasting, products")
def arithmetic():
    values = spread(6)
    # BEGIN Arithmetic, broadcasting, products
    a = torch.tensor(values).reshape(2, 3)
    b = torch.tensor([1.0, 2, 3])
    y = (a + b) * 0.5
    z = torch.sigmoid(y) @ a.T
    # END Arithmetic, broadcasting, products
    return {"y": y, "z": z}


@pair("Sums, means and shares along an axis")
def axes():
    x = torch.tensor(spread(12)).reshape(4, 3)
    # BEGIN Sums, means and shares along an axis
    total = x.sum(dim=0)
    center = x.mean(dim=1, keepdim=True)
    shares = (x - center).softmax(dim=1)
    best = x.argmax(dim=1)
    # END Sums, means and shares along an axis
    return {"total": total, "center": center, "shares": shares, "best": best}


@pair("Rows, slices, joins, shapes")
def shapes():
    x = torch.tensor(spread(12)).reshape(4, 3)
    # BEGIN Rows, slices, joins, shapes
    picked = x[[2, 0, 2]]
    left, right = x[:, :1], x[:, 1:]
    joined = torch.cat([right, left], dim=1)
    flat = joined.reshape(12)
    turned = picked.T
    # END Rows, slices, joins, shapes
    return {"flat": flat, "turned": turned}


@pair("Masks")
def masks():
    x = torch.tensor(spread(12)).reshape(4, 3)
    # BEGIN Masks
    positive = x > 0
    y = torch.where(positive, x, 0.1 * x)
    mean = x[positive].mean()
    # END Masks
    return {"y": y, "mean": mean}


@pair("The gradient of an input, and none through a part")
def inputs():
    values = spread(6)
    # BEGIN The gradient of an input, and none through a part
    x = torch.tensor(values, requires_grad=True)
    target = torch.exp(x).detach()
    loss = (x.square() * target).sum()
    loss.backward()
    slope = x.grad
    # END The gradient of an input, and none through a part
    return {"loss": loss, "slope": slope}


@pair("A function with a backward pass of its own")
def function():
    values = spread(6)

    # BEGIN A function with a backward pass of its own
    class Cube(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return x ** 3

        @staticmethod
        def backward(ctx, dy):
            (x,) = ctx.saved_tensors
            return 3 * x ** 2 * dy

    x = torch.tensor(values, requires_grad=True)
    agrees = torch.autograd.gradcheck(Cube.apply, x)
    # END A function with a backward pass of its own
    y = Cube.apply(x)
    y.sum().backward()
    return {"y": y, "slope": x.grad, "agrees": [float(agrees)]}
