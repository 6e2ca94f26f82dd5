#include "kernels/strongest_paths.h"

#include <algorithm>
#include <cmath>
#include <queue>
#include <string>
#include <utility>
#include <vector>

namespace leitmotif {

namespace {

struct Step {
  double strength;
  std::int32_t vertex, before;
  // The strongest on top; of equals the smaller ids.
  bool operator<(const Step& other) const {
    if (strength != other.strength) return strength < other.strength;
    return vertex != other.vertex ? vertex > other.vertex : before > other.before;
  }
};

void check(const SparseView& graph, double alpha, std::span<const float> y, std::span<const std::int32_t> targets,
           std::span<const std::int32_t> before) {
  require_sparse(graph);
  if (!(alpha >= 0 && alpha < 1))
    throw InvalidArgument("alpha must be from 0 to below 1, got " + std::to_string(alpha));
  const std::size_t n = graph.rows();
  if (y.size() != n || before.size() != n) throw InvalidArgument("y and before must hold a value a vertex");
  for (const float value : y)
    if (!(value >= 0) || !std::isfinite(value))
      throw InvalidArgument("y must be finite and at least 0, got " + std::to_string(value));
  for (const std::int32_t target : targets)
    if (target < 0 || static_cast<std::size_t>(target) >= n)
      throw InvalidArgument("a target must be a vertex, got " + std::to_string(target));
}

}  // namespace

void strongest_paths(const SparseView& graph, double alpha, std::span<const float> y,
                     std::span<const std::int32_t> targets, const Control& control, std::span<std::int32_t> before) {
  check(graph, alpha, y, targets, before);
  const std::size_t n = graph.rows();
  std::fill(before.begin(), before.end(), -1);
  std::vector<char> wanted(n);
  std::size_t missing = 0;
  for (const std::int32_t target : targets) missing += 1 - std::exchange(wanted[static_cast<std::size_t>(target)], 1);
  std::vector<double> best(n);
  std::priority_queue<Step> queue;
  for (std::size_t v = 0; v < n; ++v)
    if (y[v] > 0) {
      best[v] = static_cast<double>(y[v]);
      queue.push({best[v], static_cast<std::int32_t>(v), static_cast<std::int32_t>(v)});
    }
  constexpr std::size_t kBetweenChecks = 1024;
  for (std::size_t settled = 0; missing > 0 && !queue.empty();) {
    const Step step = queue.top();
    queue.pop();
    const auto v = static_cast<std::size_t>(step.vertex);
    if (before[v] >= 0) continue;
    if (++settled % kBetweenChecks == 0) control.check();
    before[v] = step.before;
    missing -= static_cast<std::size_t>(wanted[v]);
    for (auto p = static_cast<std::size_t>(graph.indptr[v]); p < static_cast<std::size_t>(graph.indptr[v + 1]); ++p) {
      const auto u = static_cast<std::size_t>(graph.indices[p]);
      const double strength = step.strength * alpha * static_cast<double>(graph.data[p]);
      if (before[u] >= 0 || !(strength > 0) || strength < best[u]) continue;
      best[u] = strength;
      queue.push({strength, graph.indices[p], step.vertex});
    }
  }
}

}  // namespace leitmotif
