import "./implicit-programs.ts";
import { testAgainstJax } from "./oracle.ts";

testAgainstJax("implicit");
