"""Compile what `npx udiff export` wrote with JAX 0.10.2's XLA client, run it, write its results.

Usage: run.py FOLDER [INPUTS.npz], with arrays named as in FOLDER/program.json; random ones where
none are given. On one host with 8 devices: XLA_FLAGS=--xla_force_host_platform_device_count=8
"""
import json
import sys
from pathlib import Path

import jax
import ml_dtypes
import numpy as np
from jax._src.sharding_impls import GSPMDSharding
from jax.extend import backend
from jaxlib import _jax

jax.config.update("jax_enable_x64", True)
folder = Path(sys.argv[1])
program = json.loads((folder / "program.json").read_text())
client, count = backend.get_backend(), program["numPartitions"]
devices = client.devices()[:count]
given = dict(np.load(sys.argv[2])) if len(sys.argv) > 2 else None
rng = np.random.default_rng(0)


def dtype(x):
    return np.dtype(getattr(ml_dtypes, x["dtype"], None) or x["dtype"])


def argument(x):
    if given is None:
        return rng.normal(size=x["shape"]).astype(dtype(x))
    value = given.get(x["name"])
    got = "nothing" if value is None else f"{value.dtype}{list(value.shape)}"
    if value is None or value.dtype != dtype(x) or list(value.shape) != x["shape"]:
        sys.exit(f"{x['name']}: {x['dtype']}{x['shape']} is required, got {got}; pass what was exported")
    return value


def constants():
    raw = (folder / "constants.safetensors").read_bytes()
    start = 8 + int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8:start])
    for x in program["constants"]:
        low, high = header[x["name"]]["data_offsets"]
        yield np.frombuffer(raw[start + low : start + high], dtype(x)).reshape(x["shape"])


if len(devices) < count:
    sys.exit(f"{program['name']}: {count} devices are required, got {len(devices)}; see XLA_FLAGS")
options = _jax.CompileOptions()
build = options.executable_build_options
options.num_partitions = build.num_partitions = count
build.use_spmd_partitioning = build.use_shardy_partitioner = count > 1
build.device_assignment = _jax.DeviceAssignment.create(np.array([[d.id for d in devices]]))
text = (folder / "program.mlir").read_text()
executable = client.compile_and_load(text, _jax.DeviceList(tuple(devices)), options)
ins, outs = executable.get_parameter_shardings(), executable.get_output_shardings()
place = lambda x, i: jax.device_put(x, GSPMDSharding(devices, ins[i]) if ins else devices[0])
values = [argument(x) for x in program["inputs"]] + (list(constants()) if program["constants"] else [])
results = executable.execute_sharded([place(x, i) for i, x in enumerate(values)])
named = {}
for i, (x, parts) in enumerate(zip(program["outputs"], results.disassemble_into_single_device_arrays())):
    sharding = GSPMDSharding(devices, outs[i]) if outs else parts[0].sharding
    named[x["name"]] = np.asarray(jax.make_array_from_single_device_arrays(tuple(x["shape"]), sharding, parts))
    print(f"{x['name']}: {x['dtype']}{x['shape']}")
np.savez(folder / "results.npz", **named)
