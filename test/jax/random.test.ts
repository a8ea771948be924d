import { testAgainstJax } from "./oracle.ts";

testAgainstJax("random");
