import { testAgainstJax } from "./oracle.ts";

testAgainstJax("lax-array");
