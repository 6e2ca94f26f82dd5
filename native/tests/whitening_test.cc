#include "kernels/whitening.h"

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

using namespace leitmotif;

namespace {

struct Learnt {
  std::vector<float> mean, projection;
  WhiteningOut out() { return {mean, projection}; }
  Whitening view() const { return {mean.data(), projection.data(), mean.size(), projection.size() / mean.size()}; }
};

Learnt space(std::size_t c, std::size_t d) {
  return {std::vector<float>(c), std::vector<float>(d * c)};
}

std::vector<float> random_vectors(std::size_t n, std::size_t c) {
  std::mt19937 random(11);
  std::gamma_distribution<float> value(0.7f, 1);
  std::vector<float> result(n * c);
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = value(random) * static_cast<float>(1 + i % c);
  return result;
}

double dot(const float* a, const float* b, std::size_t n) {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

}  // namespace

TEST_CASE("PCA whitening makes the covariance of the projected vectors the identity") {
  const std::size_t n = 2500, c = 150, d = 9;  // more than one block of rows, more than one tile of columns
  const std::vector<float> x = random_vectors(n, c);
  Learnt learnt = space(c, d);
  fit_whitening({x.data(), n, c}, 1e-9, 2, {}, learnt.out());
  std::vector<float> projected(n * d);
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<float> unit(x.begin() + i * c, x.begin() + (i + 1) * c);
    const double length = std::sqrt(dot(unit.data(), unit.data(), c));
    for (std::size_t j = 0; j < c; ++j) unit[j] = static_cast<float>(unit[j] / length - learnt.mean[j]);
    for (std::size_t k = 0; k < d; ++k)
      projected[i * d + k] = static_cast<float>(dot(unit.data(), learnt.projection.data() + k * c, c));
  }
  for (std::size_t k = 0; k < d; ++k)
    for (std::size_t l = 0; l < d; ++l) {
      double sum = 0;
      for (std::size_t i = 0; i < n; ++i) sum += static_cast<double>(projected[i * d + k]) * projected[i * d + l];
      CHECK(std::abs(sum / n - (k == l)) < 1e-5);
    }
}

TEST_CASE("learning and applying give the same bits on any number of threads") {
  const std::size_t n = 1500, c = 140, d = 20;
  const std::vector<float> x = random_vectors(n, c);
  Learnt one = space(c, d), three = space(c, d);
  fit_whitening({x.data(), n, c}, 0.1, 1, {}, one.out());
  fit_whitening({x.data(), n, c}, 0.1, 3, {}, three.out());
  CHECK(one.mean == three.mean);
  CHECK(one.projection == three.projection);
  std::vector<float> a(n * d), b(n * d);
  apply_whitening({x.data(), n, c}, one.view(), 1, {}, a);
  apply_whitening({x.data(), n, c}, one.view(), 3, {}, b);
  CHECK(a == b);
}

TEST_CASE("vectors that do not differ are rotated: the first dimension is their direction") {
  for (std::size_t n : {1, 5}) {
    const std::vector<float> one{3, 0, 4, 0};
    std::vector<float> x;
    for (std::size_t i = 0; i < n; ++i) x.insert(x.end(), one.begin(), one.end());
    const std::vector<std::int32_t> pair{0, static_cast<std::int32_t>(n - 1)};
    for (bool supervised : {false, true}) {
      Learnt learnt = space(4, 2);
      if (supervised)
        fit_whitening_supervised({x.data(), n, 4}, {x.data(), n, 4}, pair, 0.1, 1, {}, learnt.out());
      else
        fit_whitening({x.data(), n, 4}, 0.1, 1, {}, learnt.out());
      std::vector<float> out(n * 2);
      apply_whitening({x.data(), n, 4}, learnt.view(), 1, {}, out);
      for (std::size_t i = 0; i < n; ++i) {
        CHECK(out[2 * i] == doctest::Approx(1));
        CHECK(out[2 * i + 1] == doctest::Approx(0));
      }
    }
  }
}

TEST_CASE("zero vectors whiten to zero rows, learnt from or not") {
  const std::vector<float> zeros(12, 0);
  Learnt learnt = space(4, 4);
  fit_whitening({zeros.data(), 3, 4}, 0.1, 1, {}, learnt.out());
  for (float value : learnt.mean) CHECK(value == 0);
  for (float value : learnt.projection) CHECK(std::isfinite(value));

  const std::vector<float> x = random_vectors(30, 4);
  fit_whitening({x.data(), 30, 4}, 0.1, 1, {}, learnt.out());
  std::vector<float> out(12, 5);
  apply_whitening({zeros.data(), 3, 4}, learnt.view(), 2, {}, out);
  for (float value : out) CHECK(value == 0);
}

TEST_CASE("fewer vectors than dimensions, and pairs that agree exactly, give finite projections") {
  const std::vector<float> x = random_vectors(3, 40);
  const std::vector<std::int32_t> same{0, 0, 1, 1}, different{0, 2};
  Learnt learnt = space(40, 40);
  const auto finite = [&] {
    for (float value : learnt.projection) REQUIRE(std::isfinite(value));
  };
  fit_whitening({x.data(), 3, 40}, 1e-9, 1, {}, learnt.out());
  finite();
  for (const auto& pairs : {same, different}) {
    fit_whitening_supervised({x.data(), 3, 40}, {x.data(), 3, 40}, pairs, 1e-9, 1, {}, learnt.out());
    finite();
  }
}

TEST_CASE("bad input is refused, and cancelling stops") {
  std::vector<float> x = random_vectors(600, 4), out(600 * 2);
  Learnt learnt = space(4, 2);
  CHECK_THROWS_AS(fit_whitening({x.data(), 0, 4}, 0.1, 1, {}, learnt.out()), InvalidArgument);
  const std::vector<std::int32_t> outside{0, 600}, none;
  CHECK_THROWS_AS(fit_whitening_supervised({x.data(), 600, 4}, {x.data(), 600, 4}, outside, 0.1, 1, {}, learnt.out()),
                  InvalidArgument);
  CHECK_THROWS_AS(fit_whitening_supervised({x.data(), 600, 4}, {x.data(), 600, 4}, none, 0.1, 1, {}, learnt.out()),
                  InvalidArgument);

  std::int32_t words[2] = {1, 0};
  CHECK_THROWS_AS(fit_whitening({x.data(), 600, 4}, 0.1, 2, Control(words), learnt.out()), Cancelled);
  fit_whitening({x.data(), 600, 4}, 0.1, 2, {}, learnt.out());
  CHECK_THROWS_AS(apply_whitening({x.data(), 600, 4}, learnt.view(), 2, Control(words), out), Cancelled);
  x[2399] = std::numeric_limits<float>::quiet_NaN();
  CHECK_THROWS_AS(fit_whitening({x.data(), 600, 4}, 0.1, 1, {}, learnt.out()), InvalidArgument);
  CHECK_THROWS_AS(apply_whitening({x.data(), 600, 4}, learnt.view(), 2, {}, out), InvalidArgument);
}
