import { testAgainstJax } from "./oracle.ts";

testAgainstJax("numpy-more");
