// The float64 operations of every instruction set against plain loops in long double.
#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <vector>

#include "tests/simd_levels.h"

using namespace leitmotif::simd;

namespace {

std::vector<double> values(std::mt19937& random, std::size_t n, double low, double high) {
  std::uniform_real_distribution<double> value(low, high);
  std::vector<double> out(n);
  for (auto& x : out) x = value(random);
  return out;
}

bool close(double actual, long double expected, long double tolerance) {
  return std::abs(actual - expected) <= tolerance * std::abs(expected);
}

}  // namespace

TEST_CASE("products of small matrices, plain and transposed, at every remainder of the tiles") {
  std::mt19937 random(11);
  for_each_level([&] {
    for (std::size_t rows : {0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 23})
      for (std::size_t inner : {0, 1, 2, 7, 33})
        for (std::size_t columns : {8, 16, 24, 40})
          for (bool transposed : {false, true}) {
            const auto a = values(random, rows * inner, -1, 1), b = values(random, inner * columns, -1, 1);
            const std::size_t a_row = transposed ? 1 : inner, a_column = transposed ? rows : 1;
            std::vector<double> out(rows * columns + 1, 9);
            ops().product(out.data(), a.data(), a_row, a_column, b.data(), rows, inner, columns);
            CHECK(out.back() == 9);
            for (std::size_t i = 0; i < rows; ++i)
              for (std::size_t j = 0; j < columns; ++j) {
                long double sum = 0;
                for (std::size_t p = 0; p < inner; ++p)
                  sum += static_cast<long double>(a[i * a_row + p * a_column]) * b[p * columns + j];
                REQUIRE(std::abs(out[i * columns + j] - sum) < 1e-14L * static_cast<long double>(inner + 1));
              }
          }
  });
}

TEST_CASE("Gaussian rows are exponentials down to the smallest normal number, and zero below") {
  std::mt19937 random(12);
  for_each_level([&] {
    for (std::size_t columns : {1, 3, 8, 17, 40}) {
      const auto mean = values(random, 30, -3, 43), amplitude = values(random, 30, 0, 2);
      auto scale = values(random, 30, -7, 7);
      for (auto& s : scale) s = std::exp(s);
      std::vector<double> out(30 * columns + 1, 9);
      ops().gaussian_rows(out.data(), mean.data(), scale.data(), amplitude.data(), 30, columns);
      CHECK(out.back() == 9);
      for (std::size_t k = 0; k < 30; ++k)
        for (std::size_t i = 0; i < columns; ++i) {
          const long double offset = static_cast<long double>(i) - mean[k], exponent = scale[k] * offset * offset;
          const double actual = out[k * columns + i];
          if (exponent > 708.001L)
            REQUIRE(actual == 0);
          else if (exponent < 707.999L)
            REQUIRE(close(actual, amplitude[k] * std::exp(-exponent), 0x1p-51L * (1 + exponent)));
        }
    }
  });
}

TEST_CASE("multiplication at every length") {
  std::mt19937 random(13);
  for_each_level([&] {
    for (std::size_t n : {1, 2, 7, 8, 9, 16, 31, 64, 65}) {
      const auto a = values(random, n, 0, 1), b = values(random, n, 0, 1);
      auto product = a;
      ops().multiply_into(product.data(), b.data(), n);
      for (std::size_t i = 0; i < n; ++i) REQUIRE(product[i] == a[i] * b[i]);
    }
  });
}

TEST_CASE("division by what is not too small, at every length") {
  std::mt19937 random(15);
  for_each_level([&] {
    for (std::size_t n : {0, 1, 2, 7, 8, 9, 33}) {
      const auto a = values(random, n, -0.5, 1), b = values(random, n, 0, 1);
      std::vector<double> numerators(a), out(n);
      for (double& x : numerators) x = std::max(x, 0.0);
      double smallest = 0.3;
      for (std::size_t i = 0; i < n; ++i)
        if (numerators[i] > 0) smallest = std::min(smallest, b[i]);
      CHECK(ops().divide_above(out.data(), numerators.data(), b.data(), 0.3, n) == smallest);
      for (std::size_t i = 0; i < n; ++i) CHECK(out[i] == numerators[i] / std::max(b[i], 0.3));
    }
  });
}

TEST_CASE("overlaps of Gaussians at every length") {
  std::mt19937 random(14);
  for_each_level([&] {
    for (std::size_t n : {0, 1, 2, 7, 8, 9, 33}) {
      const auto x = values(random, n, 0, 30), y = values(random, n, 0, 30), u = values(random, n, 0.1, 9),
                 v = values(random, n, 0.1, 9), a = values(random, n, 0, 1);
      long double sum = 0;
      for (std::size_t j = 0; j < n; ++j) {
        const long double A = 0.7L + u[j], B = 2.5L + v[j], dx = 11.5L - x[j], dy = 12.25L - y[j];
        sum += a[j] * std::exp(-(dx * dx / A + dy * dy / B) / 2) / std::sqrt(A * B);
      }
      const double actual =
          ops().gaussian_overlap(11.5, 12.25, 0.7, 2.5, {x.data(), y.data(), u.data(), v.data(), a.data()}, n);
      REQUIRE(close(actual, sum, 1e-12L));
    }
  });
}
