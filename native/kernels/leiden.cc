#include "kernels/leiden.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

namespace leitmotif {

namespace {

using Vertex = std::int32_t;

constexpr std::size_t kPollEvery = 1 << 14;
// Gains smaller than this are rounding, not improvement.
constexpr double kSlack = 1e-12;

// One level of the hierarchy: at first the graph itself, then the graph of its refined communities.
struct Level {
  std::vector<std::int64_t> indptr;
  std::vector<Vertex> indices;
  std::vector<double> weights;
  std::vector<double> mass;  // original vertices in each

  std::size_t size() const { return mass.size(); }
};

// Sums of edge weights by community, for one vertex at a time.
class Tally {
 public:
  explicit Tally(std::size_t communities) : sums_(communities, 0), seen_(communities, 0) {}
  void add(Vertex c, double weight) {
    if (!seen_[c]) seen_[c] = 1, touched_.push_back(c);
    sums_[c] += weight;
  }
  double operator[](Vertex c) const { return sums_[c]; }
  const std::vector<Vertex>& touched() const { return touched_; }
  void clear() {
    for (Vertex c : touched_) sums_[c] = 0, seen_[c] = 0;
    touched_.clear();
  }

 private:
  std::vector<double> sums_;
  std::vector<char> seen_;
  std::vector<Vertex> touched_;
};

class Leiden {
 public:
  Leiden(double resolution, std::uint32_t seed, const Control& control)
      : resolution_(resolution), random_(seed), control_(control) {}

  // Improves `community` (numbers below level.size()) as far as merging goes. True when anything changed.
  bool improve(Level level, std::vector<Vertex>& community) {
    const std::vector<Vertex> before = community;
    // Where each original vertex is in the present level.
    std::vector<Vertex> at(level.size());
    std::iota(at.begin(), at.end(), 0);
    std::vector<Vertex> part = community;
    for (;;) {
      move_vertices(level, part);
      const std::size_t communities = renumber(part);
      if (communities == level.size()) break;
      std::vector<Vertex> refined = refine(level, part, communities);
      std::size_t parts = renumber(refined);
      // Refinement may leave every vertex alone; merging whole communities then still makes progress.
      if (parts == level.size()) refined = part, parts = communities;
      std::vector<Vertex> next(parts);
      for (std::size_t v = 0; v < level.size(); ++v) next[refined[v]] = part[v];
      for (auto& a : at) a = refined[a];
      level = aggregate(level, refined, parts);
      part = std::move(next);
    }
    for (std::size_t v = 0; v < at.size(); ++v) community[v] = part[at[v]];
    renumber(community);
    std::vector<Vertex> canonical = before;
    renumber(canonical);
    return community != canonical;
  }

 private:
  std::vector<Vertex> shuffled(std::size_t count) {
    std::vector<Vertex> order(count);
    std::iota(order.begin(), order.end(), 0);
    // Not std::shuffle, whose order differs between standard libraries.
    for (std::size_t i = count; i > 1; --i)
      std::swap(order[i - 1], order[static_cast<std::size_t>(random_() % static_cast<std::uint64_t>(i))]);
    return order;
  }

  void poll(std::size_t step) const {
    if (step % kPollEvery == 0) control_.check();
  }

  // Fast local moving: each vertex joins the neighbouring community of largest gain; those around it are looked at
  // again. Until no single move improves the quality.
  void move_vertices(const Level& level, std::vector<Vertex>& part) {
    const std::size_t n = level.size();
    std::vector<double> mass(n, 0);
    std::vector<Vertex> members(n, 0);
    for (std::size_t v = 0; v < n; ++v) mass[part[v]] += level.mass[v], ++members[part[v]];
    std::vector<Vertex> empty;
    for (std::size_t c = n; c-- > 0;)
      if (!members[c]) empty.push_back(static_cast<Vertex>(c));

    std::vector<Vertex> queue = shuffled(n);
    std::vector<char> queued(n, 1);
    Tally tally(n);
    for (std::size_t head = 0; head < queue.size(); ++head) {
      poll(head);
      // A ring would hold the queue in n places; compacting now and then does too.
      if (head > 4 * n) queue.erase(queue.begin(), queue.begin() + static_cast<std::ptrdiff_t>(head)), head = 0;
      const Vertex v = queue[head];
      queued[v] = 0;
      for (std::int64_t e = level.indptr[v]; e < level.indptr[v + 1]; ++e)
        tally.add(part[level.indices[e]], level.weights[e]);

      const Vertex own = part[v];
      mass[own] -= level.mass[v];
      --members[own];
      Vertex best = own;
      double most = tally[own] - resolution_ * level.mass[v] * mass[own];
      if (most < -kSlack && !empty.empty()) best = empty.back(), most = 0;
      for (Vertex c : tally.touched()) {
        const double gain = tally[c] - resolution_ * level.mass[v] * mass[c];
        if (gain > most + kSlack || (gain > most - kSlack && best != own && c < best)) best = c, most = gain;
      }
      tally.clear();
      mass[best] += level.mass[v];
      if (!members[best]++ && best != own) empty.pop_back();
      if (best == own) continue;
      if (!members[own]) empty.push_back(own);
      part[v] = best;
      for (std::int64_t e = level.indptr[v]; e < level.indptr[v + 1]; ++e) {
        const Vertex u = level.indices[e];
        if (!queued[u] && part[u] != best) queued[u] = 1, queue.push_back(u);
      }
    }
  }

  // Splits each community into well-connected parts: vertices that are tied to the rest of their community join, once,
  // the part of it that gains most, if that part is tied to the rest too.
  std::vector<Vertex> refine(const Level& level, const std::vector<Vertex>& part, std::size_t communities) {
    const std::size_t n = level.size();
    std::vector<double> whole(communities, 0);
    for (std::size_t v = 0; v < n; ++v) whole[part[v]] += level.mass[v];
    std::vector<Vertex> refined(n);
    std::iota(refined.begin(), refined.end(), 0);
    std::vector<double> mass = level.mass, ties(n, 0);  // ties: weight from a part to the rest of its community
    std::vector<char> alone(n, 1);
    for (std::size_t v = 0; v < n; ++v)
      for (std::int64_t e = level.indptr[v]; e < level.indptr[v + 1]; ++e)
        if (part[level.indices[e]] == part[v]) ties[v] += level.weights[e];

    const auto tied = [&](Vertex c, double total) {
      return ties[c] >= resolution_ * mass[c] * (total - mass[c]) - kSlack;
    };
    Tally tally(n);
    std::size_t step = 0;
    for (Vertex v : shuffled(n)) {
      poll(++step);
      const double total = whole[part[v]];
      if (!alone[v] || !tied(v, total)) continue;
      for (std::int64_t e = level.indptr[v]; e < level.indptr[v + 1]; ++e)
        if (part[level.indices[e]] == part[v]) tally.add(refined[level.indices[e]], level.weights[e]);
      Vertex best = v;
      double most = kSlack;
      for (Vertex c : tally.touched()) {
        if (!tied(c, total)) continue;
        const double gain = tally[c] - resolution_ * level.mass[v] * mass[c];
        if (gain > most || (gain == most && c < best)) best = c, most = gain;
      }
      if (best != v) {
        ties[best] += ties[v] - 2 * tally[best];
        mass[best] += level.mass[v];
        refined[v] = best;
        alone[best] = 0;
      }
      tally.clear();
    }
    return refined;
  }

  static Level aggregate(const Level& level, const std::vector<Vertex>& part, std::size_t parts) {
    std::vector<std::int64_t> start(parts + 1, 0);
    for (Vertex c : part) ++start[c + 1];
    std::partial_sum(start.begin(), start.end(), start.begin());
    std::vector<Vertex> order(level.size());
    for (std::size_t v = 0; v < level.size(); ++v) order[start[part[v]]++] = static_cast<Vertex>(v);

    Level next;
    next.mass.assign(parts, 0);
    next.indptr.assign(parts + 1, 0);
    Tally tally(parts);
    std::size_t i = 0;
    for (std::size_t c = 0; c < parts; ++c) {
      for (; i < order.size() && static_cast<std::size_t>(part[order[i]]) == c; ++i) {
        const Vertex v = order[i];
        next.mass[c] += level.mass[v];
        for (std::int64_t e = level.indptr[v]; e < level.indptr[v + 1]; ++e)
          if (static_cast<std::size_t>(part[level.indices[e]]) != c)
            tally.add(part[level.indices[e]], level.weights[e]);
      }
      for (Vertex to : tally.touched()) next.indices.push_back(to), next.weights.push_back(tally[to]);
      tally.clear();
      next.indptr[c + 1] = static_cast<std::int64_t>(next.indices.size());
    }
    return next;
  }

  // Numbers communities 0, 1, … in the order of their first vertex. Returns how many there are.
  static std::size_t renumber(std::vector<Vertex>& part) {
    std::vector<Vertex> number(part.size(), -1);
    Vertex next = 0;
    for (auto& c : part) {
      if (number[c] < 0) number[c] = next++;
      c = number[c];
    }
    return static_cast<std::size_t>(next);
  }

  double resolution_;
  std::mt19937_64 random_;
  const Control& control_;
};

Level read(const SparseView& graph) {
  require_sparse(graph);
  for (float w : graph.data)
    if (!(w > 0) || !std::isfinite(w))
      throw InvalidArgument("the graph's weights must be finite and above 0, got " + std::to_string(w));
  return {{graph.indptr.begin(), graph.indptr.end()},
          {graph.indices.begin(), graph.indices.end()},
          {graph.data.begin(), graph.data.end()},
          std::vector<double>(graph.rows(), 1)};
}

// Descending size; the stable sort keeps the order of first vertices among equals.
std::size_t by_size(std::vector<Vertex>& community) {
  const std::size_t count = community.empty() ? 0 : static_cast<std::size_t>(*std::ranges::max_element(community)) + 1;
  std::vector<std::size_t> size(count, 0), order(count);
  for (Vertex c : community) ++size[c];
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return size[a] > size[b]; });
  std::vector<Vertex> number(count);
  for (std::size_t i = 0; i < count; ++i) number[order[i]] = static_cast<Vertex>(i);
  for (auto& c : community) c = number[c];
  return count;
}

// Splits communities into connected components; Leiden's are connected, but for a last move that cut one in two.
void connect(const Level& level, std::vector<Vertex>& community) {
  std::vector<Vertex> component(level.size(), -1), stack;
  Vertex next = 0;
  for (std::size_t start = 0; start < level.size(); ++start) {
    if (component[start] >= 0) continue;
    component[start] = next;
    stack.push_back(static_cast<Vertex>(start));
    while (!stack.empty()) {
      const Vertex v = stack.back();
      stack.pop_back();
      for (std::int64_t e = level.indptr[v]; e < level.indptr[v + 1]; ++e) {
        const Vertex u = level.indices[e];
        if (component[u] < 0 && community[u] == community[v]) component[u] = next, stack.push_back(u);
      }
    }
    ++next;
  }
  community = std::move(component);
}

}  // namespace

std::size_t leiden(const SparseView& graph, const LeidenOptions& options, std::span<std::int32_t> community,
                   const Control& control) {
  const Level level = read(graph);
  std::vector<Vertex> part(level.size());
  std::iota(part.begin(), part.end(), 0);
  Leiden run(options.resolution, options.seed, control);
  for (int i = 0; i < options.max_iterations; ++i) {
    const bool changed = run.improve(level, part);
    control.report(static_cast<double>(i + 1) / options.max_iterations);
    if (!changed) break;
  }
  connect(level, part);
  const std::size_t count = by_size(part);
  std::ranges::copy(part, community.begin());
  return count;
}

}  // namespace leitmotif
