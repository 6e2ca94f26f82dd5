#include "kernels/blas.h"

#include <doctest/doctest.h>

#include <random>
#include <vector>

using namespace leitmotif;

TEST_CASE("matrix products agree with loops, strides included") {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> value(-1, 1);
  for (std::size_t m : {1, 5, 33})
    for (std::size_t n : {1, 4, 65})
      for (std::size_t k : {1, 17, 64}) {
        std::vector<float> a(m * k), b(n * k), out(m * (n + 2), 7.0f);
        for (auto* values : {&a, &b})
          for (float& x : *values) x = static_cast<float>(value(random));
        blas::multiply_transposed(a.data(), m, b.data(), n, k, out.data(), n + 2);
        for (std::size_t i = 0; i < m; ++i) {
          for (std::size_t j = 0; j < n; ++j) {
            double expected = 0;
            for (std::size_t l = 0; l < k; ++l) expected += double(a[i * k + l]) * b[j * k + l];
            REQUIRE(out[i * (n + 2) + j] == doctest::Approx(expected).epsilon(1e-5));
          }
          REQUIRE(out[i * (n + 2) + n] == 7.0f);
        }

        const std::size_t wide = m + n;
        std::vector<double> rows(k * wide), sum(m * n, 0.5);
        for (double& x : rows) x = value(random);
        blas::add_transposed_product(rows.data(), m, rows.data() + m, n, k, wide, sum.data(), n);
        for (std::size_t i = 0; i < m; ++i)
          for (std::size_t j = 0; j < n; ++j) {
            double expected = 0.5;
            for (std::size_t l = 0; l < k; ++l) expected += rows[l * wide + i] * rows[l * wide + m + j];
            REQUIRE(sum[i * n + j] == doctest::Approx(expected).epsilon(1e-12));
          }
      }
}
