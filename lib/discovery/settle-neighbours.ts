import { chosenMethod } from "../graph/neighbours.js";
import type { Parameters } from "./parameters.js";

/** The parameters with `graph.method` settled for so many regions: what graph and object saliency both go by. */
export function settleNeighbours<P extends Parameters>(parameters: P, regions: number): P {
  const { method, k } = parameters.graph;
  const settled = chosenMethod(method, { queries: regions, vectors: regions, k, symmetric: true });
  return { ...parameters, graph: { ...parameters.graph, method: settled } };
}
