#include "kernels/truncated_diffusion.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>
#include <random>
#include <vector>

using namespace leitmotif;

namespace {

// A random symmetric graph of n vertices, normalised, in compressed rows; vertex 3 is isolated.
struct Graph {
  std::vector<std::int32_t> indptr{0}, indices;
  std::vector<float> data;

  explicit Graph(std::size_t n) {
    std::mt19937 random(9);
    std::vector<double> dense(n * n), degree(n);
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < i; ++j)
        if (i != 3 && j != 3 && random() % 4 == 0) dense[i * n + j] = dense[j * n + i] = 0.1 + random() % 100 / 100.0;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) degree[i] += dense[i * n + j];
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j)
        if (dense[i * n + j] > 0) {
          indices.push_back(static_cast<std::int32_t>(j));
          data.push_back(static_cast<float>(dense[i * n + j] / std::sqrt(degree[i] * degree[j])));
        }
      indptr.push_back(static_cast<std::int32_t>(indices.size()));
    }
  }
  SparseView view() const { return {indptr, indices, data}; }
  double at(std::size_t i, std::size_t j) const {
    for (std::int32_t p = indptr[i]; p < indptr[i + 1]; ++p)
      if (indices[p] == static_cast<std::int32_t>(j)) return data[p];
    return 0;
  }
};

constexpr double kAlpha = 0.9;
constexpr Stop kExact{1e-10, 1000};

}  // namespace

TEST_CASE("a truncated solution solves its part of the whole graph's equations") {
  const Graph graph(30);
  const std::vector<std::int32_t> ids{1, 3, 4, 9, 10, 17, 22, 29};
  std::vector<float> y(ids.size()), x(ids.size());
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = static_cast<float>(i % 3);
  solve_truncated(graph.view(), ids, kAlpha, y, kExact, 2, {}, x);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    double left = x[i];
    for (std::size_t j = 0; j < ids.size(); ++j)
      left -= kAlpha * graph.at(static_cast<std::size_t>(ids[i]), static_cast<std::size_t>(ids[j])) * x[j];
    CHECK(left / (1 - kAlpha) == doctest::Approx(y[i]).epsilon(1e-4));
  }
}

TEST_CASE("offline diffusion over everything is the columns of the inverse, largest first, for any number of threads") {
  const std::size_t n = 25;
  const Graph graph(n);
  std::vector<std::int32_t> vertices(n), balls;
  std::iota(vertices.begin(), vertices.end(), 0);
  for (std::size_t i = 0; i < n; ++i) balls.insert(balls.end(), vertices.rbegin(), vertices.rend());
  std::vector<std::int32_t> ids(n * n), again_ids(n * n);
  std::vector<float> values(n * n), again(n * n);
  offline_diffusion(graph.view(), vertices, balls, n, kAlpha, kExact, 1, {}, {ids, values, n});
  offline_diffusion(graph.view(), vertices, balls, n, kAlpha, kExact, 3, {}, {again_ids, again, n});
  CHECK(ids == again_ids);
  CHECK(values == again);
  for (std::size_t v = 0; v < n; ++v) {
    std::vector<float> y(n, 0), x(n);
    y[v] = 1;
    solve_laplacian(SlicedMatrix(graph.view(), 1), kAlpha, y, kExact, 1, {}, x);
    std::vector<float> dense(n, 0);
    for (std::size_t j = 0; j < n; ++j) {
      dense[static_cast<std::size_t>(ids[v * n + j])] += values[v * n + j];
      if (j > 0) CHECK(values[v * n + j] <= values[v * n + j - 1]);
    }
    for (std::size_t j = 0; j < n; ++j) CHECK(dense[j] == doctest::Approx(x[j]).epsilon(1e-5));
  }
  // An isolated vertex reaches itself alone.
  CHECK(ids[3 * n] == 3);
  CHECK(values[3 * n] == doctest::Approx(1 - kAlpha));
  CHECK(values[3 * n + 1] == 0);
}

TEST_CASE("truncated diffusion refuses ids that are not the graph's, and stops when asked") {
  const Graph graph(10);
  std::vector<float> y(2, 1), x(2), values(4);
  std::vector<std::int32_t> kept(4);
  for (const std::vector<std::int32_t>& ids : {std::vector<std::int32_t>{4, 4}, {5, 2}, {-1, 2}, {2, 10}})
    CHECK_THROWS_AS(solve_truncated(graph.view(), ids, kAlpha, y, kExact, 1, {}, x), InvalidArgument);
  const std::vector<std::int32_t> vertices{0, 1}, balls{1, 10};
  CHECK_THROWS_AS(offline_diffusion(graph.view(), vertices, balls, 1, kAlpha, kExact, 1, {}, {kept, values, 2}),
                  InvalidArgument);
  std::int32_t words[2] = {1, 0};
  const std::vector<std::int32_t> good{1, 2};
  CHECK_THROWS_AS(
      offline_diffusion(graph.view(), vertices, good, 1, kAlpha, kExact, 2, Control(words), {kept, values, 2}),
      Cancelled);
}
