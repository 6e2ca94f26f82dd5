// From the region graph to objects: groups of regions of different photos that are tied to each other more strongly
// than chance.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernels/control.h"
#include "kernels/sparse_view.h"

namespace leitmotif {

// The regions of a collection. Per region: its photo, and, each empty where it is not known, its mean feature saliency
// f (above 0 in some region of every photo that has one) and its likeness to itself (self_similarity of pooling,
// -1..1).
struct RegionTies {
  SparseView graph;  // weights similarity^beta
  std::span<const std::int32_t> owner;
  std::span<const float> centrality;
  std::span<const float> saliency;
  std::span<const float> self_similarity;
};

struct GroupOptions {
  double beta;
  double least_similarity;  // edges of less are chance
  double margin;            // by how much two regions must be more alike than either is like itself
  double theta;             // power of the saliency relative to the photo's most salient region
  double resolution;        // of the constant Potts model, see leiden.h
  std::size_t min_photos;
  double min_score;
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

// What is left of the graph as evidence that something recurs: edges between regions of different photos, of similarity
// least_similarity or more and above either region's likeness to itself by margin or more (a texture's parts are as
// alike as its recurrences), weighted by the trust in their regions (trust.h). Communities of it (leiden.h) with at
// least min_photos photos and min_score are groups; a region belongs to at most one. Allocates about 100 bytes a region
// and 28 an edge. Throws InvalidArgument, Cancelled. Thread-safe, deterministic.
RegionGroups group_regions(const RegionTies& ties, const GroupOptions& options, const Control& control);

}  // namespace leitmotif
