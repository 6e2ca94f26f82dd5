import { compileTests } from "./scripts/compile-tests.mjs";

// Those that take longest begin first, so that none is left at the end with the other processors idle.
const LONGEST = [
  ...["e2e/package", "e2e/nothing-recurs", "report/report.browser", "discovery/discover", "threads/open-dispose"],
  ...["cli/killed", "features/networks", "discovery/crash", "cli/search", "search/collection-search"],
];
const rank = (file) => {
  const place = LONGEST.findIndex((name) => file.includes(`${name}.test.`));
  return place < 0 ? LONGEST.length : place;
};

export default {
  files: ["test/**/*.test.ts"],
  typescript: { rewritePaths: { "test/": `${await compileTests()}/test/` }, compile: false },
  nodeArguments: ["--enable-source-maps"],
  workerThreads: false,
  timeout: "5m",
  sortTestFiles: (a, b) => rank(a) - rank(b) || (a < b ? -1 : 1),
};
