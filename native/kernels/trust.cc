#include "kernels/trust.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace leitmotif {

namespace {

// f of each region, relative to the most salient region of its photo.
std::vector<double> relative_saliency(std::span<const float> saliency, std::span<const std::int32_t> owner) {
  std::vector<double> result(owner.size(), 1);
  if (saliency.empty()) return result;
  std::unordered_map<std::int32_t, float> largest;
  for (std::size_t i = 0; i < owner.size(); ++i) {
    float& most = largest[owner[i]];
    most = std::max(most, saliency[i]);
  }
  for (std::size_t i = 0; i < result.size(); ++i) {
    const double most = largest[owner[i]];
    result[i] = most > 0 ? saliency[i] / most : 0;
  }
  return result;
}

}  // namespace

std::vector<double> relative_trust(std::span<const float> saliency, std::span<const float> self_similarity,
                                   std::span<const std::int32_t> owner, double theta) {
  std::vector<double> result = relative_saliency(saliency, owner);
  for (std::size_t i = 0; i < result.size(); ++i) {
    const double self = self_similarity.empty() ? 0 : std::clamp<double>(self_similarity[i], 0, 1);
    result[i] = std::pow(result[i] * (1 - self), theta / 2);
  }
  return result;
}

}  // namespace leitmotif
