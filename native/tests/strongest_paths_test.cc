#include "kernels/strongest_paths.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

using namespace leitmotif;

namespace {

struct Graph {
  std::vector<std::int32_t> indptr{0}, indices;
  std::vector<float> data;
  SparseView view() const { return {indptr, indices, data}; }
};

// A symmetric graph of n vertices, each pair joined with a chance of `density`, as a matrix and as CSR.
Graph random_graph(std::size_t n, double density, std::uint32_t seed, std::vector<double>& dense) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> uniform(0, 1);
  dense.assign(n * n, 0);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j)
      if (uniform(random) < density) dense[i * n + j] = dense[j * n + i] = static_cast<float>(uniform(random));
  Graph graph;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j)
      if (dense[i * n + j] > 0) {
        graph.indices.push_back(static_cast<std::int32_t>(j));
        graph.data.push_back(static_cast<float>(dense[i * n + j]));
      }
    graph.indptr.push_back(static_cast<std::int32_t>(graph.indices.size()));
  }
  return graph;
}

// Largest term y * prod(alpha S) of walks to each vertex, by relaxing all edges n times.
std::vector<double> strongest(const std::vector<double>& dense, double alpha, const std::vector<float>& y) {
  const std::size_t n = y.size();
  std::vector<double> best(y.begin(), y.end());
  for (std::size_t round = 0; round < n; ++round)
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) best[j] = std::max(best[j], best[i] * alpha * dense[i * n + j]);
  return best;
}

}  // namespace

TEST_CASE("walks back from each target are as strong as the strongest there is") {
  const std::size_t n = 60;
  const double alpha = 0.9;
  for (const std::uint32_t seed : {1u, 2u, 3u}) {
    std::vector<double> dense;
    const Graph graph = random_graph(n, 0.05, seed, dense);
    std::vector<float> y(n);
    y[3] = 1, y[20] = 0.25f, y[41] = 0.5f;
    const std::vector<double> best = strongest(dense, alpha, y);
    std::vector<std::int32_t> targets(n), before(n);
    for (std::size_t i = 0; i < n; ++i) targets[i] = static_cast<std::int32_t>(i);
    strongest_paths(graph.view(), alpha, y, targets, Control(), before);
    for (std::size_t i = 0; i < n; ++i) {
      if (best[i] == 0) {
        CHECK(before[i] == -1);
        continue;
      }
      double strength = 1;
      std::size_t v = i;
      for (std::size_t steps = 0; before[v] != static_cast<std::int32_t>(v); ++steps) {
        REQUIRE(steps < n);
        REQUIRE(before[v] >= 0);
        const auto u = static_cast<std::size_t>(before[v]);
        strength *= alpha * dense[u * n + v];
        v = u;
      }
      CHECK(strength * static_cast<double>(y[v]) == doctest::Approx(best[i]).epsilon(1e-9));
    }
  }
}

TEST_CASE("what a target does not need is left out; wrong arguments are refused") {
  std::vector<double> dense;
  const Graph graph = random_graph(40, 0.1, 9, dense);
  std::vector<float> y(40);
  y[0] = 1;
  std::vector<std::int32_t> before(40), targets{0};
  strongest_paths(graph.view(), 0.99, y, targets, Control(), before);
  CHECK(before[0] == 0);
  CHECK(std::count(before.begin(), before.end(), -1) == 39);
  targets = {40};
  CHECK_THROWS_AS(strongest_paths(graph.view(), 0.99, y, targets, Control(), before), InvalidArgument);
  targets = {1};
  y[2] = -1;
  CHECK_THROWS_AS(strongest_paths(graph.view(), 0.99, y, targets, Control(), before), InvalidArgument);
  y[2] = 0;
  CHECK_THROWS_AS(strongest_paths(graph.view(), 1, y, targets, Control(), before), InvalidArgument);
}
