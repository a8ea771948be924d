import "./control-programs.ts";
import { testAgainstJax } from "./oracle.ts";

testAgainstJax("control");
