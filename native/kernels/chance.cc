#include "kernels/chance.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "kernels/simd/simd.h"

namespace leitmotif {

namespace {

constexpr std::size_t kPollEvery = 1 << 12;

double pairs_of_different_photos(std::span<const std::int32_t> owner) {
  std::vector<std::int32_t> sorted(owner.begin(), owner.end());
  std::ranges::sort(sorted);
  const auto pairs = [](double n) { return n * (n - 1) / 2; };
  double within = 0;
  for (std::size_t begin = 0, end; begin < sorted.size(); begin = end) {
    for (end = begin; end < sorted.size() && sorted[end] == sorted[begin];) ++end;
    within += pairs(static_cast<double>(end - begin));
  }
  return pairs(static_cast<double>(owner.size())) - within;
}

// Regularised incomplete beta function I_x(a, b) by its continued fraction (Lentz), for x < (a + 1) / (a + b + 2).
double incomplete_beta(double a, double b, double x) {
  if (x <= 0) return 0;
  constexpr double tiny = 1e-300;
  double c = 1, d = 1 - (a + b) * x / (a + 1);
  d = 1 / (std::abs(d) < tiny ? tiny : d);
  double fraction = d;
  for (int m = 1; m < 1000; ++m) {
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    double step = 1;
    for (double term : {even, odd}) {
      d = 1 + term * d;
      c = 1 + term / c;
      d = 1 / (std::abs(d) < tiny ? tiny : d);
      if (std::abs(c) < tiny) c = tiny;
      step *= d * c;
      fraction *= d * c;
    }
    if (std::abs(step - 1) < 1e-14) break;
  }
  const double log_beta = std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b);
  return std::exp(a * std::log(x) + b * std::log1p(-x) - log_beta) * fraction / a;
}

}  // namespace

Chance chance_similarity(MatrixView vectors, std::span<const std::int32_t> owner, std::size_t samples,
                         std::uint32_t seed, const Control& control) {
  require_finite(vectors.values(), "the matrix of vectors");
  const std::size_t n = vectors.rows;
  const double pairs = pairs_of_different_photos(owner);
  double squares = 0;
  std::size_t negative = 0, looked = 0;
  const auto look = [&](std::size_t i, std::size_t j) {
    if (++looked % kPollEvery == 0) control.check();
    if (owner[i] == owner[j]) return;
    const double s = simd::ops().dot(vectors.row(i), vectors.row(j), vectors.columns);
    if (s < 0) squares += s * s, ++negative;
  };
  if (n < 2) {
    // No pair.
  } else if (static_cast<double>(n) * static_cast<double>(n - 1) / 2 <= static_cast<double>(samples)) {
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = i + 1; j < n; ++j) look(i, j);
  } else {
    std::mt19937_64 random(seed);
    for (std::size_t k = 0; k < samples; ++k) {
      const std::size_t i = random() % n, j = random() % n;
      look(i, j);
    }
  }
  const double none = std::numeric_limits<double>::quiet_NaN();
  return {squares > 0 ? static_cast<double>(negative) / squares : none, pairs};
}

double chance_tail(double dimensions, double t) {
  // (1 - s) / 2 ~ Beta(a, a), a = (D - 1) / 2.
  const double a = (dimensions - 1) / 2, x = (1 - t) / 2;
  return t <= 0 ? 0.5 : incomplete_beta(a, a, x);
}

double chance_quantile(double dimensions, double probability) {
  double low = 0, high = 1;
  while (high - low > 1e-10) {
    const double middle = (low + high) / 2;
    (chance_tail(dimensions, middle) > probability ? low : high) = middle;
  }
  return (low + high) / 2;
}

}  // namespace leitmotif
