// Who may import whom in lib/: downward only, in the order of the data flow (README, "The method's stages").
const STAGES = [
  "features",
  "saliency",
  "regions",
  "descriptors",
  "graph",
  "object-saliency",
  "retrieval",
  "evaluation",
];
const BASE = "^lib/(native|load-addon|package-root|errors|check|threads|version|format)\\.ts$";

const stageRules = STAGES.map((stage, i) => ({
  name: `${stage}-imports-earlier-stages-only`,
  severity: "error",
  from: { path: `^lib/${stage}/` },
  to: { path: "^lib/", pathNot: [BASE, ...STAGES.slice(0, i + 1).map((s) => `^lib/${s}/`)] },
}));

const above = (folder, below) => ({
  name: `${folder}-imports-downward`,
  severity: "error",
  from: { path: `^lib/${folder}/` },
  to: { path: "^lib/", pathNot: [BASE, ...[folder, ...below].map((f) => `^lib/${f}/`)] },
});

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "base-imports-base",
      severity: "error",
      from: { path: BASE },
      to: { path: "^lib/", pathNot: BASE },
    },
    {
      name: "only-native-loads-the-addon",
      severity: "error",
      from: { pathNot: "^lib/native\\.ts$" },
      to: { path: "^lib/load-addon" },
    },
    ...stageRules,
    above("collection", STAGES),
    above("discovery", [...STAGES, "collection"]),
    above("search", [...STAGES, "collection"]),
    above("benchmark", [...STAGES, "collection", "discovery", "search"]),
    above("report", [...STAGES, "collection", "discovery", "search", "benchmark"]),
    above("explorer", [...STAGES, "collection", "discovery", "search", "benchmark", "report"]),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
  },
};
