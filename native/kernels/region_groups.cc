#include "kernels/region_groups.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

#include "kernels/leiden.h"
#include "kernels/trust.h"

namespace leitmotif {

namespace {

struct Pruned {
  std::vector<std::int32_t> indptr, indices;
  std::vector<float> data;
  SparseView view() const { return {indptr, indices, data}; }
};

Pruned evidence(const RegionTies& ties, const GroupOptions& options) {
  const auto& [graph, owner, centrality, saliency, self] = ties;
  const std::vector<double> trusted = relative_trust(saliency, {}, owner, options.theta);
  Pruned kept;
  kept.indptr.reserve(graph.indptr.size());
  kept.indptr.push_back(0);
  for (std::size_t i = 0; i < graph.rows(); ++i) {
    for (std::int32_t e = graph.indptr[i]; e < graph.indptr[i + 1]; ++e) {
      const std::int32_t j = graph.indices[e];
      if (owner[i] == owner[j] || !(graph.data[e] > 0)) continue;
      const double similarity = std::pow(graph.data[e], 1 / options.beta);
      double needed = options.least_similarity;
      if (!self.empty()) needed = std::max(needed, std::max(self[i], self[j]) + options.margin);
      const auto weight = static_cast<float>(graph.data[e] * (trusted[i] * trusted[j]));
      if (similarity < needed || !(weight > 0)) continue;
      kept.indices.push_back(j);
      kept.data.push_back(weight);
    }
    kept.indptr.push_back(static_cast<std::int32_t>(kept.indices.size()));
  }
  return kept;
}

std::size_t count_photos(std::span<const std::int32_t> members, std::span<const std::int32_t> owner) {
  std::vector<std::int32_t> photos(members.size());
  std::ranges::transform(members, photos.begin(), [&](std::int32_t m) { return owner[m]; });
  std::ranges::sort(photos);
  return photos.size() - std::ranges::unique(photos).size();
}

// Sum over pairs of photos of the strongest edge between them: several regions of one photo on the same thing do not
// make it recur more often.
double score(const SparseView& graph, std::span<const std::int32_t> owner, std::span<const std::int32_t> members,
             std::span<const std::int32_t> community) {
  std::vector<std::tuple<std::int32_t, std::int32_t, float>> edges;
  for (std::int32_t i : members)
    for (std::int32_t e = graph.indptr[i]; e < graph.indptr[i + 1]; ++e) {
      const std::int32_t j = graph.indices[e];
      if (community[i] == community[j] && owner[i] < owner[j]) edges.emplace_back(owner[i], owner[j], -graph.data[e]);
    }
  std::ranges::sort(edges);
  double sum = 0;
  for (std::size_t k = 0; k < edges.size(); ++k) {
    const auto& [a, b, weight] = edges[k];
    if (k == 0 || std::get<0>(edges[k - 1]) != a || std::get<1>(edges[k - 1]) != b) sum -= weight;
  }
  return sum;
}

}  // namespace

RegionGroups group_regions(const RegionTies& ties, const GroupOptions& options, const Control& control) {
  require_sparse(ties.graph);
  require_finite(ties.centrality, "centrality");
  require_finite_non_negative(ties.saliency, "saliency");
  require_finite(ties.self_similarity, "self-similarity");
  const auto owner = ties.owner;
  const auto centrality = ties.centrality;
  const std::size_t n = ties.graph.rows();
  const Pruned pruned = evidence(ties, options);
  const SparseView graph = pruned.view();
  std::vector<std::int32_t> community(n);
  const std::size_t count =
      leiden(graph, {options.resolution, options.max_iterations, options.seed}, community, control);

  std::vector<std::int32_t> order(n);
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, [&](std::int32_t a, std::int32_t b) {
    if (community[a] != community[b]) return community[a] < community[b];
    return centrality[a] != centrality[b] ? centrality[a] > centrality[b] : a < b;
  });

  struct Group {
    std::span<const std::int32_t> members;
    std::size_t photos;
    double score;
  };
  std::vector<Group> groups;
  std::size_t begin = 0;
  for (std::size_t c = 0; c < count; ++c) {
    std::size_t end = begin;
    while (end < n && community[order[end]] == static_cast<std::int32_t>(c)) ++end;
    const std::span<const std::int32_t> members(order.data() + begin, end - begin);
    begin = end;
    // Communities come in descending size.
    if (members.size() < options.min_photos) break;
    const std::size_t photos = count_photos(members, owner);
    if (photos < options.min_photos) continue;
    const double strength = score(graph, owner, members, community);
    if (strength >= options.min_score) groups.push_back({members, photos, strength});
  }
  std::ranges::stable_sort(groups, [](const Group& a, const Group& b) { return a.score > b.score; });

  RegionGroups result;
  result.starts.push_back(0);
  for (const Group& group : groups) {
    result.members.insert(result.members.end(), group.members.begin(), group.members.end());
    result.starts.push_back(static_cast<std::int32_t>(result.members.size()));
    result.photos.push_back(static_cast<std::int32_t>(group.photos));
    result.score.push_back(group.score);
  }
  return result;
}

}  // namespace leitmotif
