// Every instruction set against the scalar twin, at the lengths where vector loops go wrong.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "tests/simd_levels.h"

using namespace leitmotif::simd;

namespace {

constexpr std::size_t kLengths[] = {0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 65, 511, 512, 513};

}  // namespace

TEST_CASE("vector operations agree with loops at every length and misalignment") {
  std::mt19937 random(7);
  std::uniform_real_distribution<float> value(-1, 1);
  for_each_level([&] {
    for (std::size_t n : kLengths)
      for (std::size_t offset : {0, 1, 3}) {
        CAPTURE(n);
        CAPTURE(offset);
        std::vector<float> a(n + offset), b(n + offset);
        for (auto& x : a) x = value(random);
        for (auto& x : b) x = value(random);
        const float *pa = a.data() + offset, *pb = b.data() + offset;

        double expected = 0, magnitude = 0;
        for (std::size_t i = 0; i < n; ++i)
          expected += double(pa[i]) * pb[i], magnitude += std::abs(double(pa[i]) * pb[i]);
        CHECK(ops().dot(pa, pb, n) == doctest::Approx(expected).epsilon(0).scale(1).epsilon(1e-6 * (1 + magnitude)));

        std::vector<float> high(a);
        ops().max_into(high.data() + offset, pb, n);
        for (std::size_t i = 0; i < n; ++i) REQUIRE(high[offset + i] == std::max(pa[i], pb[i]));

        CHECK(ops().dot_double(pa, pb, n) == doctest::Approx(expected).epsilon(1e-13 * (1 + magnitude)));

        std::vector<float> limits(n, 0.5f);
        for (std::size_t i = 0; i < n; i += 3) limits[i] = std::numeric_limits<float>::infinity();
        std::vector<std::uint64_t> marks((n + 63) / 64, ~std::uint64_t{0});
        ops().mark_at_least(marks.data(), pa, limits.data(), 0.75f, n);
        for (std::size_t i = 0; i < 64 * marks.size(); ++i)
          REQUIRE((marks[i / 64] >> (i % 64) & 1) == (i < n && pa[i] >= std::min(limits[i], 0.75f)));
        high = a;
        ops().max_scaled_into(high.data() + offset, pb, 0.7f, n);
        for (std::size_t i = 0; i < n; ++i) REQUIRE(high[offset + i] == std::max(pa[i], 0.7f * pb[i]));

        high = a;
        ops().scale_and_subtract(high.data() + offset, 0.7, pb, n);
        for (std::size_t i = 0; i < n; ++i)
          REQUIRE(high[offset + i] == doctest::Approx(0.7 * pa[i] - pb[i]).epsilon(1e-6));

        std::vector<double> sums(n, 2), scales(n, 0.25);
        ops().add_scaled(sums.data(), pa, 0.7, n);
        for (std::size_t i = 0; i < n; ++i) REQUIRE(sums[i] == doctest::Approx(2 + 0.7 * pa[i]).epsilon(1e-15));
        ops().add_cubes(sums.data(), pb, scales.data(), n);
        for (std::size_t i = 0; i < n; ++i)
          REQUIRE(sums[i] == doctest::Approx(2 + 0.7 * pa[i] + std::pow(0.25 * pb[i], 3)).epsilon(1e-15));

        std::vector<std::uint32_t> counts(n, 5);
        ops().count_positive(counts.data(), pa, n);
        for (std::size_t i = 0; i < n; ++i) REQUIRE(counts[i] == 5u + (pa[i] > 0));
      }
  });
}

TEST_CASE("window maxima are those of each window, at every level, size and misalignment") {
  std::mt19937 random(9);
  std::uniform_real_distribution<float> value(-1, 1);
  for_each_level([&] {
    for (std::size_t n : {1, 3, 4, 8, 15, 16, 17, 63, 64, 65, 130})
      for (std::size_t length : {1, 2, 5, 9, 24})
        for (std::size_t before : {0, 1, 4, 23})
          for (std::size_t after : {0, 1, 3, 23}) {
            if (before >= length || after >= length) continue;
            const std::size_t offset = (n + length) % 3, stride = n + before % 2, to_stride = n + after % 2;
            std::vector<float> line(offset + length * stride), scratch(n * (before + after + 1));
            for (auto& x : line) x = value(random);
            for (std::size_t first : {std::size_t{0}, length / 2})
              for (std::size_t count : {std::size_t{1}, length - first}) {
                std::vector<float> out(offset + count * to_stride, 7.0f);
                ops().window_max(out.data() + offset, to_stride, line.data() + offset, stride, n,
                                 {length, before, after, first, count}, scratch.data());
                for (std::size_t i = 0; i < count; ++i)
                  for (std::size_t j = 0; j < to_stride && offset + i * to_stride + j < out.size(); ++j) {
                    float expected = j < n ? -2.0f : 7.0f;
                    const std::size_t at = first + i;
                    for (std::size_t t = at < before ? 0 : at - before; j < n && t <= std::min(at + after, length - 1);
                         ++t)
                      expected = std::max(expected, line[offset + t * stride + j]);
                    REQUIRE(out[offset + i * to_stride + j] == expected);
                  }
              }
          }
  });
}

TEST_CASE("double products are the same to the last bit at every level") {
  std::mt19937 random(8);
  std::normal_distribution<float> value;
  const Level before = ops().level;
  for (std::size_t n : kLengths) {
    std::vector<float> a(n), b(n);
    for (auto& x : a) x = value(random);
    for (auto& x : b) x = value(random);
    REQUIRE(force(Level::scalar));
    const double expected = ops().dot_double(a.data(), b.data(), n);
    const std::vector<double> wide(a.begin(), a.end());
    force(before);
    for_each_level([&] {
      CHECK(ops().dot_double(a.data(), b.data(), n) == expected);
      CHECK(ops().dot_wide(wide.data(), b.data(), n) == expected);
    });
  }
}

TEST_CASE("finiteness is seen at every place") {
  for_each_level([&] {
    for (std::size_t n : kLengths) {
      std::vector<float> a(n, 0.5f);
      CHECK(ops().all_finite(a.data(), n));
      CHECK(ops().all_finite_non_negative(a.data(), n));
      for (std::size_t i = 0; i < n; ++i) {
        for (float bad : {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::quiet_NaN(),
                          std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()}) {
          a[i] = bad;
          REQUIRE_FALSE(ops().all_finite(a.data(), n));
          REQUIRE_FALSE(ops().all_finite_non_negative(a.data(), n));
        }
        a[i] = -1e-30f;
        REQUIRE(ops().all_finite(a.data(), n));
        REQUIRE_FALSE(ops().all_finite_non_negative(a.data(), n));
        a[i] = -0.0f;
        REQUIRE(ops().all_finite_non_negative(a.data(), n));
        a[i] = 0.5f;
      }
    }
  });
}
