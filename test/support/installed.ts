/** Installing the packed package as its users do: in an empty folder, and as a user without privileges. */
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

const NOBODY = { uid: 65534, gid: 65534 };
const isRoot = process.getuid?.() === 0;

/** What a command came to. */
export interface Ran {
  status: number | null;
  output: string;
}

/** A home folder with npm's cache in it, and projects beside; all of a user without privileges where this one is root. */
export class Machine {
  readonly #folder: string;
  readonly #variables: NodeJS.ProcessEnv;

  /** @param folder An empty folder, which the user is given. */
  constructor(folder: string) {
    this.#folder = folder;
    chmodSync(folder, 0o755);
    this.#variables = {
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      HOME: this.#make("home"),
      npm_config_prefer_offline: "true",
      npm_config_audit: "false",
      npm_config_fund: "false",
      npm_config_update_notifier: "false",
      ...(process.env.NODE_EXTRA_CA_CERTS && { NODE_EXTRA_CA_CERTS: process.env.NODE_EXTRA_CA_CERTS }),
      ...(process.env.HTTPS_PROXY && { HTTPS_PROXY: process.env.HTTPS_PROXY }),
      npm_config_registry: execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim(),
    };
  }

  /** An empty project. */
  project(name: string): string {
    const path = this.#make(name);
    this.write(name, "package.json", JSON.stringify({ name: "consumer", private: true, type: "module" }));
    return path;
  }

  write(project: string, file: string, text: string): void {
    const path = join(this.#folder, project, file);
    writeFileSync(path, text);
    if (isRoot) chownSync(path, NOBODY.uid, NOBODY.gid);
  }

  run(project: string, command: string, args: string[], variables: NodeJS.ProcessEnv = {}): Ran {
    const { status, stdout, stderr, error } = spawnSync(command, args, {
      cwd: join(this.#folder, project),
      env: { ...this.#variables, ...variables },
      encoding: "utf8",
      maxBuffer: 1 << 26,
      ...(isRoot && NOBODY),
    });
    return { status, output: error?.message ?? stdout + stderr };
  }

  #make(name: string): string {
    const path = join(this.#folder, name);
    mkdirSync(path);
    if (isRoot) chownSync(path, NOBODY.uid, NOBODY.gid);
    return path;
  }
}
