import { installRoutines } from "../routine.ts";
import { conv } from "./conv.ts";
import { dot } from "./dot.ts";

installRoutines({ dot, conv });
