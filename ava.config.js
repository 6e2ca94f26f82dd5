export default {
  extensions: { ts: "module" },
  files: ["test/**/*.test.ts"],
  nodeArguments: [`--import=${new URL("test/support/register-typescript.mjs", import.meta.url)}`],
  workerThreads: false,
  timeout: "5m",
};
