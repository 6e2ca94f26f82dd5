/**
 * HTML by tagged templates: every value put into a template is escaped, unless it is itself the result of one. A file
 * name can therefore never become markup, and no templating package is needed.
 */
export class Html {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** The markup. */
  toString(): string {
    return this.#text;
  }

  /** @internal Only for {@link html} and for text of our own files (style sheet, script). */
  static trusted(text: string): Html {
    return new Html(text);
  }
}

export type HtmlValue = Html | string | number | null | undefined | false | readonly HtmlValue[];

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Control characters are not allowed in HTML; lone surrogates would make the file invalid UTF-8. */
const UNPRINTABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]|\p{Surrogate}/gu;

function render(value: HtmlValue): string {
  if (value === null || value === undefined || value === false) return "";
  if (value instanceof Html) return value.toString();
  if (typeof value === "object") return value.map(render).join("");
  return String(value)
    .replace(UNPRINTABLE, "\ufffd")
    .replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

/**
 * Markup from a template. Values go into text or into a quoted attribute; lists are joined; null, undefined and false
 * are left out.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const parts = compact(strings);
  let text = parts[0] as string;
  values.forEach((value, i) => {
    text += render(value) + (parts[i + 1] as string);
  });
  return Html.trusted(text);
}

const COMPACT = new WeakMap<TemplateStringsArray, readonly string[]>();

/** The template's own text without its indentation, which would be half of a page that repeats it. */
function compact(strings: TemplateStringsArray): readonly string[] {
  const known = COMPACT.get(strings);
  if (known) return known;
  const parts = strings.map((part) => part.replace(/\n\s*/g, "\n"));
  COMPACT.set(strings, parts);
  return parts;
}
