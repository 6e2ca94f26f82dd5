#include "kernels/region_groups.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "kernels/leiden.h"

namespace leitmotif {

namespace {

struct Pruned {
  std::vector<std::int32_t> indptr, indices;
  std::vector<float> data;
  SparseView view() const { return {indptr, indices, data}; }
};

Pruned evidence(const SparseView& graph, std::span<const std::int32_t> owner, float least_weight) {
  Pruned kept;
  kept.indptr.reserve(graph.indptr.size());
  kept.indptr.push_back(0);
  for (std::size_t i = 0; i < graph.rows(); ++i) {
    for (std::int32_t e = graph.indptr[i]; e < graph.indptr[i + 1]; ++e) {
      const std::int32_t j = graph.indices[e];
      if (owner[i] == owner[j] || !(graph.data[e] > 0) || graph.data[e] < least_weight) continue;
      kept.indices.push_back(j);
      kept.data.push_back(graph.data[e]);
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

RegionGroups group_regions(const SparseView& graph, std::span<const std::int32_t> owner,
                           std::span<const float> centrality, const GroupOptions& options, const Control& control) {
  require_sparse(graph);
  require_finite(centrality, "centrality");
  const std::size_t n = graph.rows();
  const Pruned pruned = evidence(graph, owner, options.least_weight);
  const SparseView ties = pruned.view();
  std::vector<std::int32_t> community(n);
  const std::size_t count =
      leiden(ties, {options.resolution, options.max_iterations, options.seed}, community, control);

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
    if (photos >= options.min_photos) groups.push_back({members, photos, score(ties, owner, members, community)});
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
