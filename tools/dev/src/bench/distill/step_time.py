# This file trains Universal Sentence Encoder Lite with LoRA in PyTorch, so that a step's time and gradients can be compared.
"""Usage: step_time.py <material.safetensors>. One JSON object a line, on stdin a request and on stdout its answer.

{"do": "about"}                            -> {"torch": version, "blas": [path]}
{"do": "check"}                            -> {"loss", "worst": {parameter: relative error}} against gradient/<parameter>
{"do": "time", "threads": 1, "steps": 15}  -> {"milliseconds": [one a step], "cpu": milliseconds of all threads}
"""

import json
import struct
import sys
import time

import numpy
import torch
import torch.nn.functional as F

HEADS = 4
EPSILON = 1e-6


def read_safetensors(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        body = file.read()
    settings = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        array = numpy.frombuffer(body[start:end], numpy.float32).reshape(entry["shape"])
        tensors[name] = torch.from_numpy(array.copy())
    return tensors, settings


class Student:
    """The forward pass on flat [batch × tokens, width] matrices, each product with its adapter one fused addition."""

    def __init__(self, tensors, settings):
        self.frozen = {name[5:]: value for name, value in tensors.items() if name.startswith("base/")}
        self.trained = {
            name[6:]: value.clone().requires_grad_() for name, value in tensors.items() if name.startswith("train/")
        }
        self.gradients = {name[9:]: value for name, value in tensors.items() if name.startswith("gradient/")}
        self.ids = tensors["batch/ids"].long()
        self.mask = tensors["batch/mask"]
        self.targets = tensors["batch/targets"]
        self.scale = float(settings["scale"])
        optimiser = json.loads(settings["optimiser"])
        self.clip = optimiser["clipNorm"]
        head = lambda name: name in ("intent.weight", "intent.bias")
        groups = [
            (lambda name: head(name) and not name.endswith("bias"), "headLearningRate", optimiser["weightDecay"]),
            (lambda name: name.endswith("bias"), "headLearningRate", 0.0),
            (lambda name: not head(name), "learningRate", optimiser["weightDecay"]),
        ]
        self.optimiser = torch.optim.AdamW(
            [
                {
                    "params": [value for name, value in self.trained.items() if belongs(name)],
                    "lr": optimiser[rate],
                    "weight_decay": decay,
                }
                for belongs, rate, decay in groups
            ],
            betas=(optimiser["beta1"], optimiser["beta2"]),
            eps=optimiser["epsilon"],
            foreach=True,
        )

    def linear(self, name, x):
        down, up = self.trained[f"{name}.weight.lora_A"], self.trained[f"{name}.weight.lora_B"]
        plain = torch.addmm(self.frozen[f"{name}.bias"], x, self.frozen[f"{name}.weight"])
        return torch.addmm(plain, x @ down, up, alpha=self.scale)

    def norm(self, name, x):
        return F.layer_norm(x, x.shape[-1:], self.frozen[f"{name}.weight"], self.frozen[f"{name}.bias"], EPSILON)

    def attention(self, name, x, bias):
        rows, tokens = self.ids.shape
        width = self.frozen[f"{name}.qkv.weight"].shape[1] // 3
        size = width // HEADS
        qkv = self.linear(f"{name}.qkv", x).view(rows, tokens, 3, HEADS, size).permute(2, 0, 3, 1, 4)
        query, key, value = qkv.unbind(0)
        scores = (query * size**-0.5) @ key.transpose(-1, -2) + bias
        mixed = torch.softmax(scores, -1) @ value
        return self.linear(f"{name}.out", mixed.transpose(1, 2).reshape(rows * tokens, width))

    def layer(self, name, x, bias):
        wide = x.shape[-1] == 512
        residual = x if wide else self.linear(f"{name}.residual", x)
        middle = self.attention(f"{name}.attention", self.norm(f"{name}.attention.norm", x), bias) + residual
        inner = torch.relu(self.linear(f"{name}.ffn.in", self.norm(f"{name}.ffn.norm", middle)))
        return self.linear(f"{name}.ffn.out", inner) + middle

    def loss(self):
        rows, tokens = self.ids.shape
        places = (torch.cumsum(self.mask, 1) - self.mask).long()
        x = self.frozen["token.embedding.weight"][self.ids] + self.frozen["token.timing.weight"][places]
        x = x.view(rows * tokens, -1)
        bias = ((self.mask - 1) * 1e9).view(rows, 1, 1, tokens)
        for name in ("layer.0", "layer.1"):
            x = self.layer(name, x, bias)
        summed = (x.view(rows, tokens, -1) * self.mask.unsqueeze(-1)).sum(1)
        bent = torch.tanh(self.linear("text.pool", summed / self.mask.sum(1, keepdim=True).clamp(min=1)))
        pooled = bent / bent.norm(dim=-1, keepdim=True)
        logits = torch.addmm(self.trained["intent.bias"], pooled, self.trained["intent.weight"])
        return -(F.log_softmax(logits, -1) * self.targets).sum(-1).mean()

    def step(self):
        self.optimiser.zero_grad(set_to_none=True)
        loss = self.loss()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.trained.values(), self.clip)
        self.optimiser.step()
        return float(loss)

    def check(self):
        loss = self.loss()
        loss.backward()
        worst = {}
        for name, expected in self.gradients.items():
            gap = (self.trained[name].grad - expected).abs().max() / expected.abs().max()
            worst[name] = float(gap)
            self.trained[name].grad = None
        return {"loss": float(loss), "worst": worst}

    def time(self, threads, steps):
        torch.set_num_threads(threads)
        before = time.process_time()
        self.step()
        milliseconds = []
        for _ in range(steps):
            start = time.perf_counter()
            self.step()
            milliseconds.append((time.perf_counter() - start) * 1000)
        return {"milliseconds": milliseconds, "cpu": (time.process_time() - before) * 1000}


def about():
    with open("/proc/self/maps") as maps:
        libraries = sorted({line.split()[-1] for line in maps if "blas" in line})
    return {"torch": torch.__version__, "blas": libraries}


def main(path):
    student = Student(*read_safetensors(path))
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "time":
            answer = student.time(request["threads"], request["steps"])
        else:
            answer = student.check() if request["do"] == "check" else about()
        print(json.dumps(answer), flush=True)


main(sys.argv[1])
