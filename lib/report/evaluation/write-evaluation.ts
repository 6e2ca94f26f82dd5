import type { EvaluationDocument } from "../../benchmark/evaluation-json.js";
import { pageStyle } from "../assets.js";
import { evaluationPage } from "./page.js";

/** The page of an evaluation, as one file's text. */
export async function evaluationHtml(document: EvaluationDocument): Promise<string> {
  return evaluationPage(document, await pageStyle("evaluation.css")).toString();
}
