import "./linalg-programs.ts";
import { testAgainstJax } from "./oracle.ts";

testAgainstJax("linalg-decompositions");
testAgainstJax("linalg-solvers");
testAgainstJax("linalg-functions");
