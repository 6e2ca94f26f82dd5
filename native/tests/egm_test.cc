#include "kernels/egm.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "kernels/control.h"
#include "tests/egm_by_definition.h"
#include "tests/simd_levels.h"

using namespace leitmotif;

namespace {

struct Map {
  std::size_t height, width;
  std::vector<float> values = std::vector<float>(height * width, 0);

  operator SaliencyMap() const { return {values.data(), height, width}; }
  float& at(std::size_t y, std::size_t x) { return values[y * width + x]; }
};

Map blobs(std::size_t height, std::size_t width, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> u(0, 1);
  Map map{height, width};
  for (int blob = 0; blob < 3; ++blob) {
    const double x0 = u(random) * width, y0 = u(random) * height, r = 0.5 + 0.15 * std::max(height, width) * u(random);
    for (std::size_t y = 0; y < height; ++y)
      for (std::size_t x = 0; x < width; ++x)
        map.at(y, x) += static_cast<float>(std::exp(-((x - x0) * (x - x0) + (y - y0) * (y - y0)) / (2 * r * r)));
  }
  for (float& s : map.values) s += static_cast<float>(0.05 * u(random));
  return map;
}

void check_against_definition(const Map& map, const EgmOptions& options) {
  std::vector<GaussianMixture> trace;
  const EgmFit fit = fit_egm(map, options, {}, &trace);
  const auto expected = by_definition::fit(map, options, fit.history.size());
  REQUIRE(trace.size() == expected.size());
  for (std::size_t i = 0; i < trace.size(); ++i) {
    CAPTURE(i);
    REQUIRE(trace[i].size() == expected[i].size());
    if (i > 0) REQUIRE(static_cast<std::size_t>(fit.history[i - 1]) == trace[i].size());
    for (std::size_t k = 0; k < trace[i].size(); ++k) {
      REQUIRE(std::abs(trace[i].pi[k] - expected[i].pi[k]) < 1e-9);
      REQUIRE(std::abs(trace[i].mean_x[k] - expected[i].mean_x[k]) < 1e-8);
      REQUIRE(std::abs(trace[i].mean_y[k] - expected[i].mean_y[k]) < 1e-8);
      REQUIRE(std::abs(trace[i].var_x[k] - expected[i].var_x[k]) < 1e-8);
      REQUIRE(std::abs(trace[i].var_y[k] - expected[i].var_y[k]) < 1e-8);
    }
  }
  for (const DetectedRegion& region : detect_regions(map, options)) {
    REQUIRE(region.rectangle.within(map.height, map.width));
    REQUIRE(region.weight > 0);
    REQUIRE(region.weight <= 1 + 1e-12);
  }
}

}  // namespace

TEST_CASE("the separable mixture equals its definition for every shape, setting and instruction set") {
  for_each_level([&] {
    struct Shape {
      std::size_t height, width;
    };
    for (const auto& [height, width] : {Shape{1, 1}, {1, 13}, {13, 1}, {2, 2}, {7, 9}, {8, 16}, {17, 11}})
      for (double tau : {0.0, 0.4})
        for (bool weigh : {true, false})
          for (bool mixing : {true, false}) {
            CAPTURE(height);
            CAPTURE(width);
            CAPTURE(tau);
            CAPTURE(weigh);
            CAPTURE(mixing);
            EgmOptions options{.rho = 2, .tau = tau, .sigma = 2, .weigh_samples = weigh, .purge_mixing = mixing};
            check_against_definition(blobs(height, width, 5), options);
            options.subtract_minimum = true;
            check_against_definition(blobs(height, width, 6), options);
          }
  });
}

TEST_CASE("positions whose inner products all underflow are divided in logarithms") {
  for_each_level([&] {
    for (double sigma : {1e-4, 1e-3, 1e-2, 0.1}) {
      CAPTURE(sigma);
      // A low threshold keeps few components alone, far from the other positions.
      const EgmOptions options{.rho = 1, .sigma = sigma, .purge_threshold = 0.999999};
      Map far = blobs(9, 40, 1);
      check_against_definition(far, options);
      Map apart{3, 60};
      apart.at(0, 0) = 1, apart.at(2, 59) = 0.9f, apart.at(1, 30) = 0.1f, apart.at(1, 31) = 0.1f;
      check_against_definition(apart, options);
    }
  });
}

TEST_CASE("a large exponent leaves the peak alone") {
  Map map = blobs(9, 12, 2);
  const auto regions = detect_regions(map, {.rho = 1e6});
  REQUIRE(regions.size() == 1);
  const auto peak = std::max_element(map.values.begin(), map.values.end()) - map.values.begin();
  CHECK(regions[0].rectangle.x0 == peak % 12);
  CHECK(regions[0].rectangle.y0 == peak / 12);
  CHECK(regions[0].rectangle.area() == 1);
  CHECK(regions[0].weight == 1);
  CHECK(regions[0].saliency == map.values[peak]);
}

TEST_CASE("a map of zeros has no region, a constant one has the whole, also with its minimum subtracted") {
  Map map{6, 10};
  CHECK(detect_regions(map, {}).empty());
  for (bool subtract : {false, true}) {
    std::fill(map.values.begin(), map.values.end(), 0.3f);
    const auto regions = detect_regions(map, {.sigma = 4, .subtract_minimum = subtract});
    REQUIRE(regions.size() == 1);
    CHECK(regions[0].rectangle == Rectangle{0, 0, 10, 6});
    CHECK(regions[0].saliency == doctest::Approx(0.3));
  }
}

TEST_CASE("the moments of a uniform rectangle give it back, expanded by the factor") {
  Map map{12, 16};
  for (std::size_t y = 3; y < 7; ++y)
    for (std::size_t x = 5; x < 11; ++x) map.at(y, x) = 2;
  // n whole cells have variance (n^2 - 1) / 12.
  const GaussianMixture uniform{{1}, {7.5}, {4.5}, {35.0 / 12}, {15.0 / 12}};
  const auto rectangle = [&](double expand) { return egm_regions(uniform, map, expand)[0].rectangle; };
  CHECK(rectangle(1) == Rectangle{5, 3, 11, 7});
  CHECK(egm_regions(uniform, map, 1)[0].saliency == 2);
  CHECK(rectangle(2) == Rectangle{2, 1, 14, 9});
  CHECK(rectangle(1e300) == Rectangle{0, 0, 16, 12});
  CHECK(rectangle(1e-300).area() == 1);
}

TEST_CASE("equal rectangles are listed once, equal weights in row-major order") {
  Map map{5, 21};
  map.at(2, 2) = map.at(2, 10) = map.at(2, 18) = 1;
  const auto regions = detect_regions(map, {});
  REQUIRE(regions.size() == 3);
  CHECK(regions[0].rectangle.x0 < regions[1].rectangle.x0);
  CHECK(regions[1].rectangle.x0 < regions[2].rectangle.x0);

  GaussianMixture twins{{0.5, 0.5}, {3.01, 2.99}, {2, 2}, {1, 1}, {1, 1}};
  CHECK(egm_regions(twins, map, 1).size() == 1);
}

TEST_CASE("maps that are not finite and non-negative are refused") {
  Map map{4, 5};
  for (float bad : {-1.0f, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    map.at(3, 4) = bad;
    CHECK_THROWS_AS(fit_egm(map, {}), InvalidArgument);
  }
}

TEST_CASE("a fit stops when asked") {
  std::int32_t words[2] = {1, 0};
  CHECK_THROWS_AS(fit_egm(blobs(8, 8, 3), {}, Control(words)), Cancelled);
}
