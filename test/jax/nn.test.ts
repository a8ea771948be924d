import { testAgainstJax } from "./oracle.ts";

testAgainstJax("nn");
