// From the region graph to objects: groups of regions of different photos that are tied to each other more strongly
// than chance.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/control.h"
#include "kernels/sparse_view.h"

namespace leitmotif {

struct GroupOptions {
  float least_weight;  // edges of less are chance
  double resolution;   // of the constant Potts model, see leiden.h
  std::size_t min_photos;
  int max_iterations;
  std::uint32_t seed;
};

// Groups in descending score; group i has members [starts[i], starts[i + 1]), in descending centrality (ties: smaller
// index).
struct RegionGroups {
  std::vector<std::int32_t> members;
  std::vector<std::int32_t> starts;
  std::vector<std::int32_t> photos;  // distinct photos of each group
  std::vector<double> score;         // sum over pairs of photos of the group's strongest edge between the two
};

// graph: symmetric weights; owner: the photo of each region; centrality: of each region. Edges between regions of one
// photo are no evidence that anything recurs and are left out, as are those under least_weight. Communities of the rest
// (leiden.h) with at least min_photos photos are groups; a region belongs to at most one. Allocates about 100 bytes a
// region and 28 an edge. Throws InvalidArgument, Cancelled. Thread-safe, deterministic.
RegionGroups group_regions(const SparseView& graph, std::span<const std::int32_t> owner,
                           std::span<const float> centrality, const GroupOptions& options, const Control& control);

}  // namespace leitmotif
