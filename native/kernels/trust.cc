#include "kernels/trust.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace leitmotif {

std::vector<double> relative_trust(std::span<const float> saliency, std::span<const std::int32_t> owner, double theta) {
  std::vector<double> result(owner.size(), 1);
  if (saliency.empty() || theta == 0) return result;
  std::unordered_map<std::int32_t, float> largest;
  for (std::size_t i = 0; i < owner.size(); ++i) {
    float& most = largest[owner[i]];
    most = std::max(most, saliency[i]);
  }
  for (std::size_t i = 0; i < result.size(); ++i) {
    const double most = largest[owner[i]];
    result[i] = most > 0 ? std::pow(saliency[i] / most, theta / 2) : 0;
  }
  return result;
}

}  // namespace leitmotif
