// Detection of rectangular regions in a saliency map by an expanding Gaussian mixture (paper section 3.4, eq. 3-8, and
// section 4.1).
//
// Positions are (x, y) = (column, row) in cells; the cell at column x covers x - 1/2 to x + 1/2. Covariances are
// diagonal. Since positions lie on a grid, the inner product of sample i at (x, y) with component k is a product of a
// column factor gx(k, x) and a row factor gy(k, y). With them, eq. 5-8 are products of small matrices:
//   denominators of eq. 5  D = Gy^T Gx (h x w),  R = weight / D where the map was kept, 0 elsewhere;
//   l_k gamma summed over rows  gx(k, x) (Gy R)(k, x),  over columns  gy(k, y) (Gx R^T)(k, y);
// and means and variances are the moments of these two marginals. That is m (h + w) exponentials an iteration for m
// components, and no array of positions by components.
//
// Float64 throughout. Memory: m (h + w) doubles, m at most the number of positions. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/activation_map.h"
#include "kernels/control.h"
#include "kernels/rectangle.h"

namespace leitmotif {

struct EgmOptions {
  double rho = 1;                 // exponent on the saliency; >= 0
  double tau = 0;                 // positions with S > tau * max S are kept; 0 <= tau < 1
  double sigma = 1;               // variance of a sample (eq. 3), cells^2; > 0
  bool subtract_minimum = false;  // S - min S in place of S, unless S is constant
  bool weigh_samples = true;      // eq. 6-8 count sample i by its saliency; false: by 1, as printed
  double purge_threshold = 0.5;   // a component is kept while its share of its surroundings is above; 0..1
  bool purge_mixing = true;       // that share is one of pi_k N_k (eq. 4); false: of N_k
  std::size_t max_iterations = 50;
  double tolerance = 1e-3;  // stop when no mean moved as far, cells
  double expand = 1;        // factor on the sides of the rectangles; > 0
};

// m components as parallel arrays, in row-major order of the positions they started from. pi sums to 1.
struct GaussianMixture {
  std::vector<double> pi, mean_x, mean_y, var_x, var_y;

  std::size_t size() const { return pi.size(); }
  void resize(std::size_t m);
};

struct EgmFit {
  GaussianMixture mixture;
  std::vector<std::int32_t> history;  // components left after each iteration
  bool converged = true;
};

struct DetectedRegion {
  Rectangle rectangle;
  double weight;    // pi of its component
  double saliency;  // mean of the map over the rectangle (eq. 9)
};

// Fits the mixture. A map without saliency gives no components. `trace`, where given, receives the mixture at the start
// and after every iteration. Throws InvalidArgument when the map is not finite and non-negative, and Cancelled between
// iterations.
EgmFit fit_egm(const SaliencyMap& map, const EgmOptions& options, const Control& control = {},
               std::vector<GaussianMixture>* trace = nullptr);

// The rectangles of the components in descending pi (values within 1e-9 of the largest count as equal and stay in
// order), of exact duplicates the first: half sides sqrt(3 (variance + 1/12)), exact for a uniform rectangle of whole
// cells, times `expand`, rounded outward to cells, clipped, at least one cell.
std::vector<DetectedRegion> egm_regions(const GaussianMixture& mixture, const SaliencyMap& map, double expand);

// Both.
std::vector<DetectedRegion> detect_regions(const SaliencyMap& map, const EgmOptions& options,
                                           const Control& control = {});

}  // namespace leitmotif
