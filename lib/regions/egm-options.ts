import { checkBoolean, checkInteger, checkNumber, checkOneOf, withDefaults } from "../check.js";

/** How regions are detected in a saliency map: the expanding Gaussian mixture of section 3.4 and the steps around it. */
export interface EgmOptions {
  /** Exponent on the saliency (section 4.1): a larger one favours the peaks. At least 0. */
  rho: number;
  /** Positions with S > tau · max S take part (section 4.1): a larger tau means fewer, tighter regions. 0 to below 1. */
  tau: number;
  /** Variance of a sample in cells² (eq. 3), the scale: a larger sigma means fewer, coarser regions. Above 0. */
  sigma: number;
  /** `"min"` subtracts the map's minimum first, for dense networks whose background is far from zero. */
  floor: "none" | "min";
  /**
   * `"saliency"` counts a sample by its saliency in eq. 6–8. `"none"` counts all alike, which is the paper as printed:
   * there S cancels in eq. 5, and a map with a faint background everywhere fills up with boxes that cover everything.
   */
  sampleWeighting: "saliency" | "none";
  /** A component stays while its share of its surroundings is above this; a larger one purges more. 0 to 1. */
  purgeThreshold: number;
  /** Whether that share counts the mixing coefficients pi (eq. 4), or the densities alone. */
  purgeMixing: boolean;
  /** Iterations at most. */
  maxIterations: number;
  /** Stops when the number of components stays and no mean has moved as far, in cells. At least 0. */
  tolerance: number;
  /**
   * Factor on the sides of the rectangles. 1 gives back a uniform rectangle exactly; saliency that falls off towards an
   * object's outline, the more as rho sharpens it, needs more to cover the object. Above 0.
   */
  expand: number;
}

const COMMON = {
  floor: "none",
  sampleWeighting: "saliency",
  purgeThreshold: 0.5,
  purgeMixing: true,
  maxIterations: 50,
  tolerance: 1e-3,
  expand: 1,
} as const;

const UNTUNED: Readonly<EgmOptions> = { rho: 1, tau: 0.2, sigma: 1, ...COMMON };

/** The paper's parameters, by the map they are for: as tuned on Oxford5k (section 4.2), and before that (4.1). */
export const EGM_PRESETS = {
  PAPER: {
    featureSaliency: { rho: 5, tau: 0.4, sigma: 2.5, ...COMMON },
    objectSaliency: { rho: 2, tau: 0, sigma: 2, ...COMMON },
  },
  PAPER_UNTUNED: { featureSaliency: UNTUNED, objectSaliency: UNTUNED },
} as const satisfies Record<string, Record<"featureSaliency" | "objectSaliency", Readonly<EgmOptions>>>;

/** What is used where an option is not given; docs/defaults.md says why. */
export const EGM_DEFAULTS: Readonly<Record<"featureSaliency" | "objectSaliency", Readonly<EgmOptions>>> = {
  featureSaliency: EGM_PRESETS.PAPER.featureSaliency,
  objectSaliency: { ...EGM_PRESETS.PAPER.objectSaliency, tau: 0.1, expand: 1.5 },
};

/** The options as the addon takes them. */
export function resolveEgmOptions(options: Partial<EgmOptions> | undefined) {
  const o = withDefaults("options", options, EGM_DEFAULTS.featureSaliency);
  return [
    checkNumber("rho", o.rho, { min: 0 }),
    checkNumber("tau", o.tau, { min: 0, below: 1 }),
    checkNumber("sigma", o.sigma, { above: 0 }),
    checkOneOf("floor", o.floor, ["none", "min"]) === "min",
    checkOneOf("sampleWeighting", o.sampleWeighting, ["saliency", "none"]) === "saliency",
    checkNumber("purgeThreshold", o.purgeThreshold, { min: 0, max: 1 }),
    checkBoolean("purgeMixing", o.purgeMixing),
    checkInteger("maxIterations", o.maxIterations, { min: 1 }),
    checkNumber("tolerance", o.tolerance, { min: 0 }),
    checkNumber("expand", o.expand, { above: 0 }),
  ] as const;
}
