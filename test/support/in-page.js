// What tests ask a page for. Runs in the browser, as `probe`.
globalThis.probe = {
  /** Scrolls through the page as a reader would, so that lazy pictures are asked for, and waits for those in sight. */
  async readThrough() {
    for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight / 2) {
      scrollTo(0, y);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    const visible = [...document.images].filter((image) => image.checkVisibility());
    await Promise.all(visible.map((image) => image.decode().catch(() => undefined)));
    return { visible: visible.length, broken: visible.filter((image) => image.naturalWidth === 0).length };
  },

  /** Bounds of an SVG element's shape on the screen: left, top, right, bottom. */
  bounds(selector) {
    const shape = document.querySelector(selector);
    const { x, y, width, height } = shape.getBBox();
    const matrix = shape.getScreenCTM();
    const corner = new DOMPoint(x, y).matrixTransform(matrix);
    const end = new DOMPoint(x + width, y + height).matrixTransform(matrix);
    return [corner.x, corner.y, end.x, end.y];
  },

  /** Which of some elements below another are not hidden by the style sheet. */
  displayed(root, selectors) {
    const figure = document.querySelector(root);
    return Object.fromEntries(
      selectors.map((selector) => [selector, getComputedStyle(figure.querySelector(selector)).display !== "none"]),
    );
  },

  loadTime() {
    return Math.round(performance.getEntriesByType("navigation")[0].loadEventEnd);
  },

  /** WCAG contrast of the text of elements with the page's ground. */
  contrasts(selectors) {
    const canvas = document.createElement("canvas").getContext("2d");
    const luminance = (colour) => {
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((value) => {
        const v = value / 255;
        return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = luminance(getComputedStyle(document.body).backgroundColor);
    return selectors.map((selector) => {
      const ink = luminance(getComputedStyle(document.querySelector(selector)).color);
      return [selector, (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05)];
    });
  },
};
