/**
 * Inverse kinematics of many planar robot arms at once: joint angles that bring each hand to its
 * target, by damped least squares with Jacobians that `vmap` batches.
 */
import { pathToFileURL } from "node:url";
import { jacfwd, jit, linalg, type NDArray, numpy as np, random, vmap } from "udiff";

const lengths = np.array([1, 0.8, 0.6, 0.4]);

/** Where the hand of an arm is, for its joint angles. */
function hand(angles: NDArray): NDArray {
  const directions = np.cumsum(angles);
  return np.stack([
    np.sum(lengths.mul(np.cos(directions))),
    np.sum(lengths.mul(np.sin(directions))),
  ]);
}

/** One step for one arm: angles moved by (JᵀJ + damping)⁻¹ Jᵀ times what is missing. */
function improve(angles: NDArray, target: NDArray): NDArray {
  const jacobian = jacfwd(hand)(angles);
  const missing = target.sub(hand(angles));
  const normal = np.matmul(jacobian.T, jacobian).add(np.eye(4).mul(1e-3));
  const lower = linalg.cholesky(normal);
  const half = linalg.solveTriangular(lower, np.matmul(jacobian.T, missing), { lower: true });
  return angles.add(linalg.solveTriangular(lower, half, { lower: true, trans: true }));
}

const improveAll = jit(vmap(improve));
const handAll = vmap(hand);

/** Solve for `count` random targets within reach; the largest distance left after `steps` steps. */
export function solve(count: number, steps: number): number {
  const [forTargets, forAngles] = [random.key(1), random.key(2)];
  const targets = handAll(random.uniform(forTargets, [count, 4], { minval: -1.5, maxval: 1.5 }));
  let angles = random.uniform(forAngles, [count, 4], { minval: 0.1, maxval: 0.9 });
  for (let i = 0; i < steps; i++) angles = improveAll(angles, targets);
  const left = np.sqrt(np.sum(np.square(handAll(angles).sub(targets)), { axis: -1 }));
  return Number(
    np
      .sort(left)
      .slice(Math.floor(0.99 * count))
      .item(),
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const left = solve(1000, 60);
  console.log(
    `1000 arms, 60 steps: 99 in 100 hands are within ${left.toExponential(1)} of their targets`,
  );
}
