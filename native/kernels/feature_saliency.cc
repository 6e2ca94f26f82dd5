#include "kernels/feature_saliency.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "kernels/control.h"
#include "kernels/simd/simd.h"

namespace leitmotif {

void channel_weights(const ActivationMap& map, double eps, std::span<float> weights) {
  const auto& simd = simd::ops();
  std::vector<std::uint32_t> active(map.channels, 0);
  for (std::size_t p = 0; p < map.positions(); ++p)
    simd.count_positive(active.data(), map.data + p * map.channels, map.channels);

  double total = 0;
  const double positions = static_cast<double>(map.positions());
  for (std::uint32_t count : active) total += count / positions + eps;
  for (std::size_t j = 0; j < map.channels; ++j)
    weights[j] = static_cast<float>(std::log(total / (active[j] / positions + eps)));
}

void weighted_sum(const ActivationMap& map, std::span<const float> weights, std::span<float> sums) {
  const auto& simd = simd::ops();
  for (std::size_t p = 0; p < map.positions(); ++p)
    sums[p] = simd.dot(map.data + p * map.channels, weights.data(), map.channels);
}

void normalise_saliency(std::span<float> map) {
  double squares = 0;
  for (float value : map) squares += static_cast<double>(value) * value;
  if (squares == 0) return;
  const double norm = std::sqrt(squares);
  for (float& value : map) value = static_cast<float>(std::sqrt(value / norm));
}

void feature_saliency(const ActivationMap& map, double eps, std::span<float> saliency) {
  require_finite_non_negative(map.values(), "the activation map");
  std::vector<float> weights(map.channels);
  channel_weights(map, eps, weights);
  weighted_sum(map, weights, saliency);
  normalise_saliency(saliency);
}

}  // namespace leitmotif
