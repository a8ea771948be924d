import "./linalg-programs.ts";
import { testAgainstJax } from "./oracle.ts";

testAgainstJax("linalg");
