"""Compile what `npx udiff export` wrote with JAX 0.10.2's XLA client, run it, write its results.

Usage: run.py FOLDER [INPUTS.npz], with arrays named as in FOLDER/program.json, or random ones.
8 devices on one host: XLA_FLAGS=--xla_force_host_platform_device_count=8
"""
import json, sys
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
if len(devices) < count:
    sys.exit(f"{program['name']}: {count} devices are required, got {len(devices)}; see XLA_FLAGS")


dtype = lambda x: np.dtype(getattr(ml_dtypes, x["dtype"], x["dtype"]))


def argument(x):
    if given is None:
        return np.random.normal(size=x["shape"]).astype(dtype(x))
    value = given.get(x["name"])
    got = "nothing" if value is None else f"{value.dtype}{list(value.shape)}"
    if value is None or (value.dtype, list(value.shape)) != (dtype(x), x["shape"]):
        sys.exit(f"{x['name']}: {x['dtype']}{x['shape']} is required, got {got}; see program.json")
    return value


values = [argument(x) for x in program["inputs"]]
if program["constants"]:
    raw = (folder / "constants.safetensors").read_bytes()
    start = 8 + int.from_bytes(raw[:8], "little")
    for x in program["constants"]:
        low, high = json.loads(raw[8:start])[x["name"]]["data_offsets"]
        values.append(np.frombuffer(raw[start + low : start + high], dtype(x)).reshape(x["shape"]))
build = (options := _jax.CompileOptions()).executable_build_options
options.num_partitions = build.num_partitions = count
build.use_spmd_partitioning = build.use_shardy_partitioner = count > 1
build.device_assignment = _jax.DeviceAssignment.create(np.array([[d.id for d in devices]]))
code = (folder / "program.mlir").read_text()
run = client.compile_and_load(code, _jax.DeviceList(tuple(devices)), options)
ways = lambda found, n: [GSPMDSharding(devices, s) for s in found] if count > 1 else devices * n
placed = map(jax.device_put, values, ways(run.get_parameter_shardings(), len(values)))
parts = run.execute_sharded(list(placed)).disassemble_into_single_device_arrays()
named = {}
for x, own, way in zip(program["outputs"], parts, ways(run.get_output_shardings(), len(parts))):
    join = jax.make_array_from_single_device_arrays
    named[x["name"]] = np.asarray(join(tuple(x["shape"]), way, own) if count > 1 else own[0])
    print(f"{x['name']}: {x['dtype']}{x['shape']}")
np.savez(folder / "results.npz", **named)
