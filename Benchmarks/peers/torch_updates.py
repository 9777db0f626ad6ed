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


def compiled_smorms3():
    """The list form's formula in one function that torch.compile fuses."""
    parameter, gradient = (torch.from_numpy(inputs.floats((inputs.PARAMETERS,), seed)) for seed in (1, 2))
    memory, mean, square = torch.ones_like(parameter), torch.zeros_like(parameter), torch.zeros_like(parameter)
    step = torch.compile(SMORMS3.step_one)
    return lambda number: step(parameter, gradient, memory, mean, square, 1e-3, 1e-16)


def table(rows, distinct=False):
    """A table and a linear layer: SparseAdam for the one and Adam for the other.

    With `distinct` both are computed once for each id that occurs.
    """
    def setup():
        embedding = torch.nn.Embedding(rows, inputs.TABLE_WIDTH, sparse=True)
        output = torch.nn.Linear(inputs.TABLE_WIDTH, inputs.TABLE_OUTPUTS)
        optimizers = [torch.optim.SparseAdam(embedding.parameters()),
                      torch.optim.Adam(output.parameters(), fused=True)]
        ids = [torch.from_numpy(inputs.zipf_ids(number, rows)) for number in range(inputs.BATCHES)]
        weights = torch.from_numpy(inputs.floats((inputs.TABLE_IDS, inputs.TABLE_OUTPUTS), 3))

        def step(number):
            for optimizer in optimizers:
                optimizer.zero_grad(set_to_none=True)
            batch = ids[number % inputs.BATCHES]
            if distinct:
                found, places = torch.unique(batch, return_inverse=True)
                y = output(embedding(found)).index_select(0, places)
            else:
                y = output(embedding(batch))
            y.backward(weights)
            for optimizer in optimizers:
                optimizer.step()
        return step
    return setup


def add_scaled():
    a, b = (torch.from_numpy(inputs.floats((inputs.PARAMETERS,), seed)) for seed in (1, 2))
    return lambda number: a.add_(b, alpha=(number % 3 - 1) * 1e-3)


def cases():
    def size(accumulators):
        # What has to cross from and to memory at least: values read and written, gradients read, each
        # accumulator read and written.
        return 4 * (3 + 2 * accumulators) * inputs.PARAMETERS

    optim = torch.optim
    rules = [
        ("sgd", 0, optim.SGD, {}), ("momentum", 1, optim.SGD, dict(momentum=0.9)),
        ("nesterov", 1, optim.SGD, dict(momentum=0.9, nesterov=True)), ("adagrad", 1, optim.Adagrad, {}),
        ("rmsprop", 1, optim.RMSprop, {}), ("centered rmsprop", 2, optim.RMSprop, dict(centered=True)),
        ("adam", 2, optim.Adam, {}), ("amsgrad", 3, optim.Adam, dict(amsgrad=True)),
        ("adamw", 2, optim.AdamW, {}), ("smorms3", 3, SMORMS3, {}),
    ]
    found = [Case("update/a += s*b 10M", "torch", add_scaled, size=12 * inputs.PARAMETERS)]
    for name, accumulators, make, options in rules:
        modes = {"foreach": dict(foreach=True)}
        if make is SMORMS3:
            modes["loop"] = dict(foreach=False)
        elif make is not optim.RMSprop:
            modes["fused"] = dict(fused=True)
        for mode, chosen in modes.items():
            found.append(Case(f"update/{name} 10M", mode, update(make, **options, **chosen), size=size(accumulators)))
    found.append(Case("update/smorms3 10M", "compile", compiled_smorms3, size=size(3)))
    for rows in (200_000, 2_000_000):
        for form, distinct in (("lazy", False), ("lazy, distinct ids", True)):
            found.append(Case(
                f"table/{rows}x{inputs.TABLE_WIDTH} {form}", "SparseAdam + Adam", table(rows, distinct),
                items=inputs.TABLE_IDS, item_name="ids"))
    return found
