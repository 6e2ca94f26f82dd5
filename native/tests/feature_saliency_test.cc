#include "kernels/feature_saliency.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "kernels/control.h"

using namespace leitmotif;

TEST_CASE("feature saliency of a hand-computed map") {
  // 1 x 2 positions, 2 channels: channel 0 active at both, channel 1 at the second only.
  const std::vector<float> values{1, 0, 2, 3};
  const ActivationMap map{values.data(), 1, 2, 2};
  std::vector<float> weights(2), saliency(2);
  channel_weights(map, 0, weights);
  CHECK(weights[0] == doctest::Approx(std::log(1.5)));
  CHECK(weights[1] == doctest::Approx(std::log(3.0)));

  feature_saliency(map, 0, saliency);
  const double first = std::log(1.5), second = 2 * std::log(1.5) + 3 * std::log(3.0), norm = std::hypot(first, second);
  CHECK(saliency[0] == doctest::Approx(std::sqrt(first / norm)));
  CHECK(saliency[1] == doctest::Approx(std::sqrt(second / norm)));
}

TEST_CASE("a zero map stays zero; a map that is not finite and non-negative is refused") {
  std::vector<float> values(3 * 4 * 5, 0), saliency(12);
  feature_saliency({values.data(), 3, 4, 5}, 1e-6, saliency);
  for (float s : saliency) CHECK(s == 0);
  for (float bad : {-1.0f, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    values[59] = bad;
    CHECK_THROWS_AS(feature_saliency({values.data(), 3, 4, 5}, 1e-6, saliency), InvalidArgument);
  }
}
