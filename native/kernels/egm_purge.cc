#include "kernels/egm_purge.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "kernels/simd/simd.h"

namespace leitmotif {

namespace {

constexpr double kCellVariance = 1.0 / 12;  // of the uniform density over one cell
constexpr double kSortQuantum = 1e-9;       // mixing coefficients closer than this, relative to the largest, are ties
constexpr double kDecisionSlack = 1e-9;     // a share this close to the threshold is at it
constexpr std::size_t kBlock = 64;          // overlaps summed before the sum is looked at

}  // namespace

std::vector<std::size_t> descending(const std::vector<double>& pi) {
  const double largest = *std::max_element(pi.begin(), pi.end());
  std::vector<double> rank(pi.size());
  std::transform(pi.begin(), pi.end(), rank.begin(),
                 [&](double value) { return std::nearbyint(value / largest / kSortQuantum); });
  std::vector<std::size_t> order(pi.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  // Stable, without the memory that std::stable_sort takes.
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return rank[a] != rank[b] ? rank[a] > rank[b] : a < b; });
  return order;
}

void purge(GaussianMixture& mixture, double threshold, bool mixing) {
  const std::size_t m = mixture.size();
  GaussianMixture kept;  // pi holds the factor on the density
  kept.resize(m);
  std::vector<std::size_t> indices;
  for (std::size_t k : descending(mixture.pi)) {
    const double x = mixture.mean_x[k], y = mixture.mean_y[k], amplitude = mixing ? mixture.pi[k] : 1.0;
    const double u = std::max(mixture.var_x[k], kCellVariance), v = std::max(mixture.var_y[k], kCellVariance);
    // pi_k and 2 pi are on both sides of the share and cancel.
    const double own = amplitude / (2 * std::sqrt(u * v));
    const auto share_is_above = [&](double others) { return own / (own + others) > threshold + kDecisionSlack; };
    double others = 0;
    for (std::size_t j = 0; j < indices.size() && (j == 0 || share_is_above(others)); j += kBlock)
      others += simd::ops().gaussian_overlap(
          x, y, u, v, {&kept.mean_x[j], &kept.mean_y[j], &kept.var_x[j], &kept.var_y[j], &kept.pi[j]},
          std::min(kBlock, indices.size() - j));
    if (!indices.empty() && !share_is_above(others)) continue;
    const std::size_t place = indices.size();
    kept.pi[place] = amplitude;
    kept.mean_x[place] = x, kept.mean_y[place] = y;
    kept.var_x[place] = u, kept.var_y[place] = v;
    indices.push_back(k);
  }

  std::sort(indices.begin(), indices.end());
  double total = 0;
  for (std::size_t k : indices) total += mixture.pi[k];
  for (auto* values : {&mixture.pi, &mixture.mean_x, &mixture.mean_y, &mixture.var_x, &mixture.var_y}) {
    for (std::size_t i = 0; i < indices.size(); ++i) (*values)[i] = (*values)[indices[i]];
    values->resize(indices.size());
  }
  for (double& pi : mixture.pi) pi /= total;
}

}  // namespace leitmotif
