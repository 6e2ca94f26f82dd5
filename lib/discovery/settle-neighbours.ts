import { chosenMethod } from "../graph/neighbours.js";
import { windowMethod } from "../object-saliency/index-regions.js";
import type { Parameters } from "./parameters.js";
import type { Survey } from "./survey.js";

/**
 * The parameters with `graph.method` and `objectSaliency.method` settled for a collection of that size: `auto` of the
 * second is what was asked for the first, so that one option has a whole run exact.
 */
export function settleNeighbours<P extends Parameters>(
  parameters: P,
  { regions, cells }: Pick<Survey, "regions" | "cells">,
): P {
  const { graph, objectSaliency } = parameters;
  const method = objectSaliency.method === "auto" ? graph.method : objectSaliency.method;
  const related = chosenMethod(graph.method, { vectors: regions, k: graph.k, recall: graph.recall });
  const looked = windowMethod(method, { positions: cells, regions, k: objectSaliency.k }, "objectSaliency.method");
  return {
    ...parameters,
    graph: { ...graph, method: related },
    objectSaliency: { ...objectSaliency, method: looked },
  };
}
