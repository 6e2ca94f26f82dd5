import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { PACKAGE_ROOT } from "../../lib/package-root.js";

/** Headless Chromium that reaches for nothing outside. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.LEITMOTIF_CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

export interface OpenedPage {
  readonly page: Page;
  /** Everything that went wrong in it: errors on the console, exceptions, files that did not load, dialogs. */
  readonly problems: string[];
  /** Addresses of all it loaded. */
  readonly requests: string[];
}

/** Opens a file from disk. */
export async function openFile(
  browser: Browser,
  file: string,
  options: BrowserContextOptions = {},
): Promise<OpenedPage> {
  const page = await browser.newPage(options);
  const problems: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("requestfailed", (request) => problems.push(`${request.url()} did not load`));
  page.on("request", (request) => requests.push(request.url()));
  page.on("dialog", (dialog) => {
    problems.push(`a dialog opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript({ path: join(PACKAGE_ROOT, "test/support/in-page.js") });
  await page.goto(pathToFileURL(file).href);
  return { page, problems, requests };
}

/** Asks the page: calls a function of `in-page.js`. */
export async function probe<T>(page: Page, name: string, ...args: unknown[]): Promise<T> {
  return page.evaluate<T>(`probe.${name}(...${JSON.stringify(args)})`);
}
