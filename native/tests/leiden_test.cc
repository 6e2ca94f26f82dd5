#include "kernels/leiden.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <set>
#include <vector>

using namespace leitmotif;

namespace {

struct Graph {
  std::vector<std::int32_t> indptr{0}, indices;
  std::vector<float> weights;
  SparseView view() const { return {indptr, indices, weights}; }
};

Graph make(std::size_t n, const std::map<std::pair<int, int>, float>& edges) {
  Graph graph;
  std::vector<std::map<int, float>> rows(n);
  for (const auto& [ends, w] : edges) rows[ends.first][ends.second] = rows[ends.second][ends.first] = w;
  for (const auto& row : rows) {
    for (const auto& [to, w] : row) graph.indices.push_back(to), graph.weights.push_back(w);
    graph.indptr.push_back(static_cast<std::int32_t>(graph.indices.size()));
  }
  return graph;
}

double quality(const SparseView& graph, double resolution, const std::vector<std::int32_t>& community) {
  double inside = 0;
  std::map<int, double> size;
  for (std::size_t v = 0; v < community.size(); ++v) {
    size[community[v]] += 1;
    for (auto e = graph.indptr[v]; e < graph.indptr[v + 1]; ++e)
      if (community[graph.indices[e]] == community[v]) inside += graph.data[e] / 2;
  }
  for (const auto& [c, n] : size) inside -= resolution * n * (n - 1) / 2;
  return inside;
}

bool connected(const SparseView& graph, const std::vector<std::int32_t>& community) {
  std::set<int> seen_communities;
  std::vector<char> seen(community.size(), 0);
  for (std::size_t start = 0; start < community.size(); ++start) {
    if (seen[start]) continue;
    if (!seen_communities.insert(community[start]).second) return false;
    std::vector<std::size_t> stack{start};
    seen[start] = 1;
    while (!stack.empty()) {
      const std::size_t v = stack.back();
      stack.pop_back();
      for (auto e = graph.indptr[v]; e < graph.indptr[v + 1]; ++e) {
        const auto u = static_cast<std::size_t>(graph.indices[e]);
        if (!seen[u] && community[u] == community[v]) seen[u] = 1, stack.push_back(u);
      }
    }
  }
  return true;
}

std::vector<std::int32_t> run(const Graph& graph, double resolution, std::uint32_t seed = 1, int iterations = 10) {
  std::vector<std::int32_t> community(graph.view().rows());
  leiden(graph.view(), {resolution, iterations, seed}, community);
  return community;
}

Graph random_graph(std::mt19937& random, std::size_t n, double density) {
  std::map<std::pair<int, int>, float> edges;
  std::uniform_real_distribution<double> uniform(0, 1);
  for (int a = 0; a < static_cast<int>(n); ++a)
    for (int b = a + 1; b < static_cast<int>(n); ++b)
      if (uniform(random) < density) edges[{a, b}] = static_cast<float>(0.05 + uniform(random));
  return make(n, edges);
}

}  // namespace

TEST_CASE("leiden finds planted communities among noise, largest first") {
  std::mt19937 random(3);
  std::uniform_real_distribution<double> uniform(0, 1);
  std::vector<int> planted;
  for (int c = 0; c < 40; ++c) planted.insert(planted.end(), static_cast<std::size_t>(50 - c), c);
  std::map<std::pair<int, int>, float> edges;
  for (int a = 0; a < static_cast<int>(planted.size()); ++a)
    for (int b = a + 1; b < static_cast<int>(planted.size()); ++b)
      if (uniform(random) < (planted[a] == planted[b] ? 0.6 : 0.004)) edges[{a, b}] = 1;
  const std::vector<std::int32_t> expected(planted.begin(), planted.end());
  CHECK(run(make(planted.size(), edges), 0.2) == expected);
}

TEST_CASE("leiden reaches the best of all partitions of nearly all small graphs") {
  std::mt19937 random(5);
  int reached = 0;
  for (int trial = 0; trial < 60; ++trial) {
    const Graph graph = random_graph(random, 8, 0.4);
    const double resolution = 0.1 + 0.1 * (trial % 5);
    // All partitions, as restricted growth strings.
    double best = -1e9;
    std::vector<std::int32_t> part(8, 0);
    const auto visit = [&](auto&& self, std::size_t at, std::int32_t used) -> void {
      if (at == part.size()) {
        best = std::max(best, quality(graph.view(), resolution, part));
        return;
      }
      for (std::int32_t c = 0; c <= used; ++c) part[at] = c, self(self, at + 1, std::max(used, c + 1));
    };
    visit(visit, 0, 0);
    double found = -1e9;
    for (std::uint32_t seed = 0; seed < 8; ++seed)
      found = std::max(found, quality(graph.view(), resolution, run(graph, resolution, seed)));
    REQUIRE(found <= best + 1e-6);
    REQUIRE(found > 0.8 * best);
    reached += found > best - 1e-6;
  }
  CHECK(reached >= 56);
}

TEST_CASE("communities are connected, and no vertex gains by moving") {
  std::mt19937 random(7);
  for (int trial = 0; trial < 40; ++trial) {
    const Graph graph = random_graph(random, 120, 0.02 + 0.002 * trial);
    const double resolution = 0.02 + 0.01 * (trial % 7);
    const auto community = run(graph, resolution, 1, 50);
    REQUIRE(connected(graph.view(), community));
    const double reached = quality(graph.view(), resolution, community);
    const std::int32_t fresh = *std::ranges::max_element(community) + 1;
    for (std::size_t v = 0; v < community.size(); ++v)
      for (std::int32_t c = 0; c <= fresh; ++c) {
        auto moved = community;
        moved[v] = c;
        REQUIRE(quality(graph.view(), resolution, moved) <= reached + 1e-6);
      }
  }
}

TEST_CASE("there is no resolution limit: small cliques in a long ring stay apart") {
  std::map<std::pair<int, int>, float> edges;
  constexpr int cliques = 3000, size = 5;
  for (int q = 0; q < cliques; ++q) {
    for (int a = 0; a < size; ++a)
      for (int b = a + 1; b < size; ++b) edges[{q * size + a, q * size + b}] = 1;
    const int last = q * size + size - 1, next = (q + 1) % cliques * size;
    edges[{std::min(last, next), std::max(last, next)}] = 1;
  }
  const auto community = run(make(cliques * size, edges), 0.2);
  for (int v = 0; v < cliques * size; ++v) REQUIRE(community[v] == v / size);
}

TEST_CASE("the same seed gives the same communities; graphs without edges or vertices are fine") {
  std::mt19937 random(11);
  const Graph graph = random_graph(random, 300, 0.03);
  CHECK(run(graph, 0.05, 4) == run(graph, 0.05, 4));
  CHECK(run(make(3, {}), 0.1) == std::vector<std::int32_t>{0, 1, 2});
  CHECK(run(make(0, {}), 0.1).empty());
}

TEST_CASE("a graph that contradicts itself is refused; a cancelled run stops") {
  Graph graph = make(3, {{{0, 1}, 1.0f}});
  std::vector<std::int32_t> community(3);
  for (float bad : {0.0f, -1.0f, std::numeric_limits<float>::quiet_NaN()}) {
    Graph broken = graph;
    broken.weights[0] = bad;
    CHECK_THROWS_AS(leiden(broken.view(), {0.1, 1, 1}, community), InvalidArgument);
  }
  Graph outside = graph;
  outside.indices[0] = 3;
  CHECK_THROWS_AS(leiden(outside.view(), {0.1, 1, 1}, community), InvalidArgument);
  std::int32_t words[2] = {1, 0};
  const Control control(words);
  CHECK_THROWS_AS(leiden(graph.view(), {0.1, 1, 1}, community, control), Cancelled);
}
