"""PyTorch: updates of ten million parameters with given gradients."""

import torch

import inputs
from measure import Case


class SMORMS3(torch.optim.Optimizer):
    """SMORMS3 as one writes it with tensors, one parameter after the other or with the list operations."""

    def __init__(self, parameters, lr=1e-3, eps=1e-16, foreach=False):
        super().__init__(parameters, dict(lr=lr, eps=eps))
        self.foreach = foreach

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            rows = []
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state["memory"] = torch.ones_like(p)
                    state["mean"] = torch.zeros_like(p)
                    state["square"] = torch.zeros_like(p)
                rows.append((p, p.grad, state["memory"], state["mean"], state["square"]))
            if self.foreach:
                self.step_lists(*zip(*rows), group["lr"], group["eps"])
            else:
                for row in rows:
                    self.step_one(*row, group["lr"], group["eps"])

    @staticmethod
    def step_one(p, gradient, memory, mean, square, lr, eps):
        rate = 1 / (memory + 1)
        mean.lerp_(gradient, rate)
        square.lerp_(gradient * gradient, rate)
        agreement = mean * mean / (square + eps)
        memory.mul_(1 - agreement).add_(1)
        p.addcdiv_(gradient * agreement.clamp_(max=lr), square.sqrt().add_(eps), value=-1)

    @staticmethod
    def step_lists(p, gradient, memory, mean, square, lr, eps):
        rate = torch._foreach_add(memory, 1)
        torch._foreach_reciprocal_(rate)
        torch._foreach_lerp_(mean, gradient, rate)
        torch._foreach_lerp_(square, torch._foreach_mul(gradient, gradient), rate)
        agreement = torch._foreach_mul(mean, mean)
        torch._foreach_div_(agreement, torch._foreach_add(square, eps))
        torch._foreach_addcmul_(memory, memory, agreement, value=-1)
        torch._foreach_add_(memory, 1)
        torch._foreach_clamp_max_(agreement, lr)
        torch._foreach_mul_(agreement, gradient)
        root = torch._foreach_sqrt(square)
        torch._foreach_add_(root, eps)
        torch._foreach_addcdiv_(p, agreement, root, value=-1)


def update(make, **options):
    def setup():
        parameter = torch.nn.Parameter(torch.from_numpy(inputs.floats((inputs.PARAMETERS,), 1)))
        parameter.grad = torch.from_numpy(inputs.floats((inputs.PARAMETERS,), 2, 1e-2))
        optimizer = make([parameter], lr=1e-3, **options)
        return lambda number: optimizer.step()
    return setup


def cases():
    # What has to cross from and to memory at least: values read and written, gradients read, each
    # accumulator read and written.
    sweeps = {"sgd": 3, "adam": 7, "smorms3": 9}
    makers = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam, "smorms3": SMORMS3}
    found = []
    for name, make in makers.items():
        modes = {"loop": dict(foreach=False), "foreach": dict(foreach=True)}
        if make is not SMORMS3:
            modes["fused"] = dict(fused=True)
        for mode, options in modes.items():
            found.append(
                Case(f"update/{name} 10M", mode, update(make, **options), size=4 * sweeps[name] * inputs.PARAMETERS))
    return found
