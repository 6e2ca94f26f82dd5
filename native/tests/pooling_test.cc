#include "kernels/pooling.h"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "tests/simd_levels.h"

using namespace leitmotif;

namespace {

struct Map {
  std::size_t height, width, channels;
  std::vector<float> values = std::vector<float>(height * width * channels);

  operator ActivationMap() const { return {values.data(), height, width, channels}; }
};

Map sparse(std::size_t height, std::size_t width, std::size_t channels, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> value(-2, 1);
  Map map{height, width, channels};
  for (float& v : map.values) v = std::max(0.0f, value(random));
  return map;
}

}  // namespace

TEST_CASE("pooled vectors equal loops over positions, channel by channel") {
  for_each_level([&] {
    for (std::size_t channels : {1, 3, 17, 64}) {
      CAPTURE(channels);
      const Map map = sparse(5, 7, channels, 4);
      std::vector<float> saliency(35, 0.25f), sum(channels), mean(channels), halves(channels), maxima(channels),
          weighted(channels);
      saliency[11] = 0, saliency[12] = 1;
      spoc(map, sum);
      gem(map, 3, mean);
      gem(map, 0.5, halves);
      region_max(map, {2, 1, 5, 4}, maxima);
      weighted_mac(map, {saliency.data(), 5, 7}, 0.5, weighted);
      for (std::size_t j = 0; j < channels; ++j) {
        double s = 0, cubes = 0, roots = 0;
        float top = 0, scaled = 0;
        for (std::size_t p = 0; p < 35; ++p) {
          const float v = map.values[p * channels + j];
          s += v, cubes += double(v) * v * v, roots += std::sqrt(double(v));
          scaled = std::max(scaled, v * std::sqrt(saliency[p]));
          if (p % 7 >= 2 && p % 7 < 5 && p / 7 >= 1 && p / 7 < 4) top = std::max(top, v);
        }
        REQUIRE(sum[j] == doctest::Approx(s));
        REQUIRE(mean[j] == doctest::Approx(std::cbrt(cubes / 35)));
        REQUIRE(halves[j] == doctest::Approx(std::pow(roots / 35, 2)));
        REQUIRE(maxima[j] == top);
        REQUIRE(weighted[j] == doctest::Approx(scaled));
      }
    }
  });
}

TEST_CASE("a generalised mean of large values and a high power does not overflow") {
  Map map{1, 2, 1, {3e38f, 3e38f}};
  float out = 0;
  for (double p : {3.0, 500.0}) {
    gem(map, p, {&out, 1});
    CHECK(out == doctest::Approx(3e38f));
  }
  map.values = {1e-30f, 1e-30f};
  gem(map, 500, {&out, 1});
  CHECK(out == doctest::Approx(1e-30f));
}

TEST_CASE("maps of zeros pool to zeros") {
  const Map map{3, 4, 5};
  const std::vector<float> saliency(12, 0);
  std::vector<float> out(5, 9);
  const std::vector<float> zeros(5, 0);
  const auto check = [&] {
    CHECK(out == zeros);
    std::fill(out.begin(), out.end(), 9.0f);
  };
  spoc(map, out), check();
  gem(map, 3, out), check();
  gem(map, 2.5, out), check();
  crow(map, out), check();
  weighted_mac(map, {saliency.data(), 3, 4}, 1, out), check();
  aggregate(map, {}, {}, out), check();
}

TEST_CASE("a sum of regions adds unit vectors; without regions it is the unit vector of the whole map") {
  const Map map = sparse(6, 6, 20, 9);
  const Rectangle regions[] = {{0, 0, 3, 3}, {0, 0, 3, 3}, {1, 2, 6, 6}};
  std::vector<float> out(20), part(20);
  std::vector<double> expected(20, 0);
  for (const Rectangle& region : regions) {
    region_max(map, region, part);
    double squares = 0;
    for (float v : part) squares += double(v) * v;
    for (std::size_t j = 0; j < 20; ++j) expected[j] += part[j] / std::sqrt(squares);
  }
  aggregate(map, regions, {}, out);
  for (std::size_t j = 0; j < 20; ++j) CHECK(out[j] == doctest::Approx(expected[j]));
  aggregate(map, {}, {}, out);
  double squares = 0;
  for (float v : out) squares += double(v) * v;
  CHECK(squares == doctest::Approx(1));
}

TEST_CASE("weights count regions; without weight the whole map does") {
  const Map map = sparse(6, 6, 20, 9);
  const Rectangle regions[] = {{0, 0, 3, 3}, {1, 2, 6, 6}};
  const auto sum = [&](std::span<const Rectangle> of, std::vector<float> weights) {
    std::vector<float> out(20);
    aggregate(map, of, weights, out);
    return out;
  };
  const std::vector<float> both = sum(regions, {0.25f, 3});
  const std::vector<float> a = sum({regions, 1}, {}), b = sum({regions + 1, 1}, {});
  for (std::size_t j = 0; j < 20; ++j) CHECK(both[j] == doctest::Approx(0.25 * a[j] + 3 * b[j]));
  CHECK(sum(regions, {0, 0}) == sum({}, {}));
}

TEST_CASE("region saliency is the mean over the cells") {
  const std::vector<float> values{1, 2, 3, 4, 5, 6};
  CHECK(region_saliency({values.data(), 2, 3}, {1, 0, 3, 2}) == doctest::Approx(4));
  CHECK(region_saliency({values.data(), 2, 3}, {2, 1, 3, 2}) == 6);
}
