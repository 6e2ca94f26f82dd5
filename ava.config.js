// Those that take longest begin first, so that none is left at the end with the other processors idle.
const LONGEST = [
  ...["e2e/package", "e2e/nothing-recurs", "report/report.browser", "discovery/discover", "threads/open-dispose"],
  ...["cli/killed", "features/networks", "discovery/crash", "cli/search", "search/collection-search"],
];
const rank = (file) => {
  const place = LONGEST.findIndex((name) => file.endsWith(`${name}.test.ts`));
  return place < 0 ? LONGEST.length : place;
};

export default {
  extensions: { ts: "module" },
  files: ["test/**/*.test.ts"],
  nodeArguments: [`--import=${new URL("test/support/register-typescript.mjs", import.meta.url)}`],
  workerThreads: false,
  timeout: "5m",
  sortTestFiles: (a, b) => rank(a) - rank(b) || (a < b ? -1 : 1),
};
