import { installRoutines } from "../routine.ts";
import { reduceWindow } from "./reduce-window.ts";
import { selectAndGatherAdd, selectAndScatterAdd } from "./select-windows.ts";

installRoutines({ reduceWindow, selectAndScatterAdd, selectAndGatherAdd });
