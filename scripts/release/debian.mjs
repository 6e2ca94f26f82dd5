// Debian's packages for another machine than this one, without touching what apt knows of this one: a state of its own,
// in which apt checks signatures as ever.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { run } from "../run.mjs";
import { mirror } from "./openblas.mjs";

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

/** Debian's name of a processor among its packages. */
const ARCHITECTURE = { x64: "amd64", arm64: "arm64" };

/** apt with a state of its own in a folder, for a processor, with the packages of one release. */
export class Apt {
  #folder;
  #environment;

  constructor(folder, arch, release) {
    this.#folder = folder;
    for (const part of ["lists/partial", "cache/archives/partial"]) {
      mkdirSync(join(folder, part), { recursive: true });
    }
    const list = join(folder, "sources.list");
    const status = join(folder, "status");
    const configuration = join(folder, "apt.conf");
    writeFileSync(status, "");
    writeFileSync(
      list,
      `deb [signed-by=${KEYRING}] ${mirror()} ${release} main
`,
    );
    const settings = {
      "APT::Architecture": ARCHITECTURE[arch],
      "APT::Architectures": ARCHITECTURE[arch],
      "APT::Sandbox::User": "root",
      "Acquire::Languages": "none",
      "Dir::Cache": join(folder, "cache"),
      "Dir::Etc::SourceList": list,
      "Dir::Etc::SourceParts": "/dev/null",
      "Dir::State::Lists": join(folder, "lists"),
      "Dir::State::Status": status,
    };
    writeFileSync(
      configuration,
      Object.entries(settings)
        .map(([name, value]) => `${name} "${value}";\n`)
        .join(""),
    );
    this.#environment = { ...process.env, APT_CONFIG: configuration };
    this.#apt(["update"]);
  }

  /** Unpacks packages below a folder; they are not installed, and nothing of theirs is run. */
  unpack(names, target) {
    const archives = join(this.#folder, "archives");
    rmSync(archives, { recursive: true, force: true });
    mkdirSync(archives);
    this.#apt(["download", ...names], archives);
    mkdirSync(target, { recursive: true });
    for (const archive of readdirSync(archives)) run("dpkg", ["-x", join(archives, archive), target]);
    relativeLinks(target);
  }

  #apt(args, cwd = this.#folder) {
    run("apt-get", ["-qq", ...args], { cwd, env: this.#environment });
  }
}

/** Makes absolute links relative: a linker with a root of its own does not read them from that root. */
function relativeLinks(root) {
  for (const name of readdirSync(root, { recursive: true })) {
    const path = join(root, name);
    if (!lstatSync(path).isSymbolicLink()) continue;
    const to = readlinkSync(path);
    if (!to.startsWith("/")) continue;
    rmSync(path);
    symlinkSync(relative(dirname(path), join(root, to)), path);
  }
}
