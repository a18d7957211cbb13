#!/usr/bin/env python3
"""Reads a PEFT folder with the standard library alone and prints what PEFT would find: config, tensor names and shapes."""
import json
import struct
import sys


def tensors(path):
    with open(path, "rb") as file:
        data = file.read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__", {})
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        assert entry["dtype"] == "F32" and 8 + length + end <= len(data), name
        count = 1
        for size in entry["shape"]:
            count *= size
        assert end - start == 4 * count, name
    return metadata, {name: entry["shape"] for name, entry in header.items()}


folder = sys.argv[1]
with open(folder + "/adapter_config.json", encoding="utf-8") as file:
    config = json.load(file)
metadata, shapes = tensors(folder + "/adapter_model.safetensors")
assert config["peft_type"] == "LORA" and config["bias"] == "none" and metadata == {"format": "pt"}
# peft.utils.set_peft_model_state_dict looks for exactly these keys, one pair a target module.
expected = {
    f"base_model.model.{module}.lora_{letter}.weight" for module in config["target_modules"] for letter in "AB"
}
assert set(shapes) == expected, set(shapes) ^ expected
for name, shape in shapes.items():
    assert shape[0 if "lora_A" in name else 1] == config["r"], (name, shape)
print(json.dumps({"shapes": shapes, "heads": tensors(folder + "/heads.safetensors")[1], "alpha": config["lora_alpha"]}))
