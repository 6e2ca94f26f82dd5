import { Html, html } from "./html.js";

/** What tells one page from another. */
export interface PageDocument {
  /** As the browser shows it; ` · Leitmotif` is added. */
  readonly title: string;
  /** Style sheets and scripts. */
  readonly head: Html;
  /** Class of the body, by which style sheets know the kind of page; the report has none. */
  readonly kind?: string;
  /** Properties that the body's style sets, as in a style attribute. */
  readonly properties?: string;
  readonly body: Html;
}

/** The frame that all pages share. */
export function pageDocument({ title, head, kind = "", properties = "", body }: PageDocument): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Leitmotif</title>
        ${head}
      </head>
      <body class="${kind}" style="${properties}">
        ${body}
      </body>
    </html> `;
}

/** Style sheets within the page, for one that is a single file. */
export function embeddedStyle(...sheets: readonly string[]): Html {
  return html`<style>
    ${sheets.map((sheet) => Html.trusted(sheet))}
  </style>`;
}
