import "./ode-programs.ts";
import { testAgainstJax } from "./oracle.ts";

testAgainstJax("ode");
