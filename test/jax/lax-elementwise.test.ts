import { testAgainstJax } from "./oracle.ts";

testAgainstJax("lax-elementwise");
