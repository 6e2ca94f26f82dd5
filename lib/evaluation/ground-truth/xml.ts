import { malformed } from "./text-file.js";

/** An element of an XML document: its children, or its text. Attributes are not kept. */
export interface XmlElement {
  readonly name: string;
  readonly children: XmlElement[];
  text: string;
  readonly line: number;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const MAX_DEPTH = 64;

/**
 * Parses the part of XML that annotations use: elements, text, comments, CDATA. Document types and with them entities of
 * one's own are refused, since nothing good comes of them here.
 */
export function parseXml(file: string, text: string): XmlElement {
  const document: XmlElement = { name: "", children: [], text: "", line: 1 };
  const open = [document];
  const token =
    /<!--[^]*?-->|<\?[^]*?\?>|<!\[CDATA\[([^]*?)\]\]>|<\/([^\s<>/]+)\s*>|<([^\s<>/!?]+)(?:\s(?:"[^"]*"|'[^']*'|[^<>"'])*?)?(\/?)>|([^<]+)|(<)/gy;
  let offset = 0;
  let line = 1;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [whole, cdata, closing, opening, selfClosing, plain, stray] = match;
    const inner = open.at(-1) as XmlElement;
    const fail = (what: string) => malformed(file, line, what);
    if (stray !== undefined) {
      const type = text.startsWith("<!", offset);
      throw fail(
        type ? "document types and entities are not read: remove the declaration" : "a tag is not well formed",
      );
    }
    if (closing !== undefined) {
      if (open.length === 1 || inner.name !== closing) {
        throw fail(`</${closing}> closes ${open.length === 1 ? "nothing" : `<${inner.name}> of line ${inner.line}`}`);
      }
      open.pop();
    } else if (opening !== undefined) {
      const element: XmlElement = { name: opening, children: [], text: "", line };
      inner.children.push(element);
      if (!selfClosing && open.push(element) > MAX_DEPTH) throw fail(`more than ${MAX_DEPTH} elements in one another`);
    } else if (cdata !== undefined) inner.text += cdata;
    else if (plain !== undefined) inner.text += decode(plain, fail);
    offset += whole.length;
    for (let i = whole.indexOf("\n"); i >= 0; i = whole.indexOf("\n", i + 1)) line++;
  }
  const [root, second] = document.children;
  const left = open.length > 1 ? (open.at(-1) as XmlElement) : undefined;
  if (left) throw malformed(file, left.line, `<${left.name}> is never closed`);
  if (!root || second || document.text.trim() !== "") throw malformed(file, 1, "is not an XML document of one element");
  return root;
}

function decode(text: string, fail: (what: string) => Error): string {
  return text.replace(/&([^;&\s]{0,10};?)/g, (reference, body: string) => {
    const name = body.endsWith(";") ? body.slice(0, -1) : "";
    const code = /^#(?:x([0-9a-f]+)|([0-9]+))$/i.exec(name);
    const point = code ? Number.parseInt(code[1] ?? (code[2] as string), code[1] ? 16 : 10) : undefined;
    const character = point !== undefined && point <= 0x10ffff ? String.fromCodePoint(point) : ENTITIES[name];
    if (character === undefined) throw fail(`${reference} is not a known character`);
    return character;
  });
}
