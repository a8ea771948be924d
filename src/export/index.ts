import "../runtime/install.ts";

export {
  type Mesh,
  P,
  PartitionSpec,
  type SpecEntry,
} from "../core/partition-spec.ts";
export { type ShardMapOptions, shardMap } from "../lax/control/shard-map.ts";
export { withShardingConstraint } from "../lax/ops/sharding.ts";
export { type CommandHost, runCommand } from "./command-line.ts";
export type { ExportDescription, TensorDescription, TreeDescription } from "./description.ts";
export { Exported, type ExportOptions, exportStableHLO } from "./export-stablehlo.ts";
export { type ImportedProgram, importStableHLO } from "./import-stablehlo.ts";
