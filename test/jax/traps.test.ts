import { testAgainstJax } from "./oracle.ts";

testAgainstJax("traps");
