import { testAgainstJax } from "./oracle.ts";

testAgainstJax("scipy-special");
