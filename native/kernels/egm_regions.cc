#include <algorithm>
#include <cmath>
#include <set>

#include "kernels/egm.h"
#include "kernels/egm_purge.h"
#include "kernels/pooling.h"

namespace leitmotif {

namespace {

constexpr double kRoundingSlack = 1e-6;  // cells; a side this close to a cell edge is on it

struct Interval {
  std::int32_t begin, end;
};

// A side of n uniform cells has variance (n^2 - 1) / 12, so this gives back n. In edge coordinates cell x spans x .. x
// + 1.
Interval side(double mean, double variance, double expand, std::size_t size) {
  const double half = expand * std::sqrt(3 * (variance + 1.0 / 12)), length = static_cast<double>(size);
  const double begin = std::clamp(std::floor(mean - half + 0.5 + kRoundingSlack), 0.0, length - 1);
  const double end = std::clamp(std::ceil(mean + half + 0.5 - kRoundingSlack), begin + 1, length);
  return {static_cast<std::int32_t>(begin), static_cast<std::int32_t>(end)};
}

}  // namespace

std::vector<DetectedRegion> egm_regions(const GaussianMixture& mixture, const SaliencyMap& map, double expand) {
  std::vector<DetectedRegion> regions;
  if (mixture.size() == 0) return regions;
  std::set<Rectangle> seen;
  for (std::size_t k : descending(mixture.pi)) {
    const Interval x = side(mixture.mean_x[k], mixture.var_x[k], expand, map.width);
    const Interval y = side(mixture.mean_y[k], mixture.var_y[k], expand, map.height);
    const Rectangle rectangle{x.begin, y.begin, x.end, y.end};
    if (seen.insert(rectangle).second) regions.push_back({rectangle, mixture.pi[k], region_saliency(map, rectangle)});
  }
  return regions;
}

}  // namespace leitmotif
