// The report's page: the viewer of one photo, finding photos, and keys. Layers are switched by the style sheet alone.
"use strict";

/** @type {<T extends Element = HTMLElement>(selector: string, root?: ParentNode) => T[]} */
const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

/** @type {<T extends Element = HTMLElement>(selector: string, root?: ParentNode) => T} */
const one = (selector, root = document) => {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return /** @type {any} */ (found);
};

const SVG = "http://www.w3.org/2000/svg";

if (document.getElementById("photos")) {
  const tiles = all("figure.photo");
  const find = finder(tiles);
  const view = viewer(tiles);

  for (const link of all("[data-only]")) {
    link.addEventListener("click", () => find.onlyObject(link.dataset.only ?? ""));
  }
  document.addEventListener("click", (event) => {
    const target = /** @type {Element} */ (event.target);
    const link = /** @type {HTMLElement | null} */ (target.closest("a.crop"));
    /** @type {HTMLElement | null} */
    const figure = link ? document.getElementById(`photo-${link.dataset.image}`) : target.closest("figure.photo");
    if (!figure || !(link || target.closest("button.tile"))) return;
    event.preventDefault();
    view.open(figure, link);
  });
  document.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    const typing = target.matches("input[type=search], select");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {HTMLInputElement | null} */
    const layer = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (layer) layer.click();
  });
}

/**
 * Shows only photos whose name contains some text and that hold an object.
 *
 * @param {HTMLElement[]} tiles
 */
function finder(tiles) {
  /** @type {HTMLInputElement} */
  const name = one("#filter-name");
  /** @type {HTMLSelectElement | null} */
  const object = document.querySelector("#filter-object");
  const matches = one("#matches");

  const apply = () => {
    const text = name.value.toLocaleLowerCase();
    let shown = 0;
    for (const tile of tiles) {
      const objects = (tile.dataset.objects ?? "").split(" ");
      const hit =
        (tile.dataset.name ?? "").toLocaleLowerCase().includes(text) &&
        (!object?.value || objects.includes(object.value));
      tile.hidden = !hit;
      if (hit) shown++;
    }
    matches.textContent = `${shown.toLocaleString("en")} ${shown === 1 ? "photo" : "photos"}`;
  };
  name.addEventListener("input", apply);
  object?.addEventListener("change", apply);
  return {
    /** @param {string} number */
    onlyObject(number) {
      name.value = "";
      if (object) object.value = number;
      apply();
    },
  };
}

/**
 * The dialog that shows one photo large.
 *
 * @param {HTMLElement[]} tiles
 */
function viewer(tiles) {
  /** @type {HTMLDialogElement} */
  const dialog = one("#viewer");
  /** @type {HTMLElement | undefined} */
  let current;

  /** @param {HTMLElement} figure @param {HTMLElement | null} crop */
  const show = (figure, crop) => {
    current = figure;
    const occurrences = all(`.crop[data-image="${figure.id.slice("photo-".length)}"]`);
    one("#viewer-name").textContent = figure.dataset.name ?? "";
    one("#viewer-objects").replaceChildren(...chips(figure, occurrences));
    for (const panel of all(".panel", dialog)) {
      const sheet = /** @type {HTMLElement} */ (one(".sheet", figure).cloneNode(true));
      for (const image of all("img", sheet)) image.setAttribute("loading", "eager");
      if (panel.dataset.panel === "found") one("svg", sheet).replaceChildren(...found(occurrences, crop));
      one(".stage", panel).replaceChildren(sheet);
    }
  };

  /** @param {number} step */
  const move = (step) => {
    const shown = tiles.filter((tile) => !tile.hidden);
    const at = current ? shown.indexOf(current) : -1;
    const next = shown[(at + step + shown.length) % shown.length];
    if (next) show(next, null);
    if (!dialog.contains(document.activeElement)) one("[data-step='1']", dialog).focus();
  };

  dialog.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const button = /** @type {HTMLElement | null} */ (target.closest("button"));
    if (button?.dataset.step) move(Number(button.dataset.step));
    else if (button || target === dialog || target.closest("a")) dialog.close();
  });
  dialog.addEventListener("close", () => {
    const tile = current && one("button.tile", current);
    if (tile && document.activeElement?.closest("figure.photo")) tile.focus();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowLeft") move(-1);
    if (event.key === "ArrowRight") move(1);
  });
  return {
    /** @param {HTMLElement} figure @param {HTMLElement | null} crop the crop that was chosen: its box is emphasised */
    open(figure, crop) {
      show(figure, crop);
      dialog.showModal();
    },
  };
}

/**
 * Links to the objects of a photo; an object may have several occurrences in the report but links once.
 *
 * @param {HTMLElement} figure
 * @param {HTMLElement[]} occurrences
 */
function chips(figure, occurrences) {
  const numbers = (figure.dataset.objects ?? "").split(" ").filter(Boolean);
  if (numbers.length === 0 && occurrences.length === 0) return ["No object found in it"];
  return numbers.map((number) => {
    const link = document.createElement("a");
    link.href = `#object-${number}`;
    link.textContent = `Object ${number}`;
    return link;
  });
}

/**
 * The boxes of the objects found in a photo, each with its number.
 *
 * @param {HTMLElement[]} occurrences
 * @param {HTMLElement | null} chosen
 */
function found(occurrences, chosen) {
  return occurrences.map((crop) => {
    const [x = 0, y = 0, width = 0, height = 0] = (crop.dataset.box ?? "").split(" ").map(Number);
    const group = document.createElementNS(SVG, "g");
    group.setAttribute("class", crop === chosen ? "occurrence chosen" : "occurrence");
    const box = document.createElementNS(SVG, "rect");
    for (const [name, value] of Object.entries({ x, y, width, height })) box.setAttribute(name, String(value));
    const title = document.createElementNS(SVG, "title");
    title.textContent = `Object ${crop.dataset.object}: ${crop.title}`;
    group.append(title, box);
    return group;
  });
}
