"""Compile and run many exported programs on XLA's cpu client in one process.

Usage: check.py FOLDER. FOLDER/cases.json lists the cases; each names a module, its arguments and
the results expected. Prints one JSON object: for each case null, or what went wrong.
"""
import json
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=8"
import jax  # noqa: E402
import ml_dtypes  # noqa: E402
import numpy as np  # noqa: E402
from jax._src.interpreters import mlir  # noqa: E402
from jax._src.sharding_impls import GSPMDSharding  # noqa: E402
from jax.extend import backend  # noqa: E402
from jaxlib import _jax  # noqa: E402
from jaxlib.mlir import ir  # noqa: E402

jax.config.update("jax_enable_x64", True)
folder = sys.argv[1]
client = backend.get_backend("cpu")
dtypes = {"bool": np.bool_, "bfloat16": ml_dtypes.bfloat16}
tolerance = {"float64": 1e-9, "float32": 2e-5, "float16": 4e-3, "bfloat16": 3e-2}
context = mlir.make_ir_context()
parsing = threading.Lock()


def array(spec, blob):
    dtype = np.dtype(dtypes.get(spec["dtype"], spec["dtype"]))
    start, count = spec["at"], int(np.prod(spec["shape"], dtype=np.int64))
    return np.frombuffer(blob, dtype, count, start).reshape(spec["shape"])


def verify(text):
    with context:
        assert ir.Module.parse(text).operation.verify()


def compile_text(text, partitions):
    options = _jax.CompileOptions()
    build = options.executable_build_options
    if partitions > 1:
        options.num_partitions = build.num_partitions = partitions
        build.use_spmd_partitioning = True
        build.use_shardy_partitioner = True
        build.allow_spmd_sharding_propagation_to_parameters = [True]
        build.allow_spmd_sharding_propagation_to_output = [True]
        grid = np.arange(partitions).reshape(1, partitions)
        options.device_assignment = build.device_assignment = _jax.DeviceAssignment.create(grid)
    devices = _jax.DeviceList(tuple(client.devices()[:partitions]))
    return client.compile_and_load(text, devices, options)


def place(value, shardings, i, partitions):
    devices = client.devices()[:partitions]
    if partitions == 1:
        return jax.device_put(value, devices[0])
    sharding = GSPMDSharding(devices, shardings[i])
    return jax.device_put(value, sharding)


def gather(results, shardings, specs, partitions):
    parts = results.disassemble_into_single_device_arrays()
    whole = []
    for part, spec, i in zip(parts, specs, range(len(specs))):
        if partitions == 1:
            whole.append(np.asarray(part[0]))
            continue
        sharding = GSPMDSharding(client.devices()[:partitions], shardings[i])
        shape = tuple(spec["shape"])
        whole.append(np.asarray(jax.make_array_from_single_device_arrays(shape, sharding, part)))
    return whole


def different(actual, expected, scale, name):
    if actual.shape != expected.shape or actual.dtype != expected.dtype:
        return f"{name}: {actual.dtype}{actual.shape} instead of {expected.dtype}{expected.shape}"
    if expected.dtype.name not in tolerance:
        same = np.array_equal(actual, expected)
        return None if same else f"{name}: {actual.tolist()} instead of {expected.tolist()}"
    a, b = actual.astype(np.float64), expected.astype(np.float64)
    limit = tolerance[expected.dtype.name] * scale
    with np.errstate(invalid="ignore"):
        finite = b[np.isfinite(b)]
        size = max(np.max(np.abs(finite)) if finite.size else 0.0, 1e-6)
        near = np.abs(a - b) <= limit * (np.abs(b) + min(1.0, size))
    near |= (a == b) | (np.isnan(a) & np.isnan(b))
    if near.all():
        return None
    worst = tuple(int(k) for k in np.argwhere(~near)[0])
    return f"{name} at {worst}: {a[worst]} instead of {b[worst]}"


def run(case, blob):
    with open(os.path.join(folder, case["module"])) as file:
        text = file.read()
    with parsing:
        verify(text)
    partitions = case["partitions"]
    executable = compile_text(text, partitions)
    hlo = executable.hlo_modules()[0].to_string() if partitions > 1 else ""
    missing = [name for name in case["contains"] if name not in hlo]
    if missing:
        return f"the compiled module has no {', '.join(missing)}"
    ins = executable.get_parameter_shardings() if partitions > 1 else None
    outs = executable.get_output_shardings() if partitions > 1 else None
    placed = [place(array(x, blob), ins, i, partitions) for i, x in enumerate(case["inputs"])]
    results = gather(executable.execute_sharded(placed), outs, case["outputs"], partitions)
    for i, (x, spec) in enumerate(zip(results, case["outputs"])):
        wrong = different(x, array(spec, blob), case["scale"], f"result {i}")
        if wrong is not None:
            return wrong
    return None


with open(os.path.join(folder, "cases.json")) as file:
    cases = json.load(file)
with open(os.path.join(folder, "data.bin"), "rb") as file:
    data = file.read()


def attempt(case):
    try:
        return run(case, data)
    except Exception as error:  # every kind of failure belongs in the report
        return f"{type(error).__name__}: {str(error)[:1500]}"


# Compilation leaves the interpreter's lock, so it takes all cores.
with ThreadPoolExecutor(os.cpu_count()) as pool:
    outcomes = list(pool.map(attempt, cases))
print(json.dumps({case["name"]: wrong for case, wrong in zip(cases, outcomes)}))
