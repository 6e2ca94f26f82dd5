// Approximate nearest neighbours by inner product among vectors grouped into clusters (an inverted file; Sivic and
// Zisserman 2003, Jegou et al. 2011): for collections where all products would take too long.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "kernels/codes.h"
#include "kernels/control.h"
#include "kernels/matrix_view.h"
#include "kernels/vector_index.h"

namespace leitmotif {

// How much of an index a search reads.
struct ClusteredOptions {
  // Share of the true k nearest that searches should find, above 0, at most 1: so many clusters are looked into as
  // reach it on a sample of the vectors, whose true neighbours are found by all products.
  double recall;
  // Draws centroids and sample.
  std::uint64_t seed;
};

// Vectors in clusters, built once and searched many times.
//
// A query's product with the mean of a cluster is what its products with the members come to on average. A search looks
// into the few clusters where that is largest, which tells about what the k-th nearest comes to, then into all where
// the mean falls short of that by no more than it does for the clusters of true neighbours: a query that stands in a
// crowd reads little, one that stands alone much. Queries that look into the same cluster go through together, so that
// the work is matrix products of 8-bit codes; what may be among the k nearest by them is settled by float64 products of
// the vectors themselves. Results depend on seed, vectors and each query alone: not on threads, the processor, or the
// other queries.
//
// Allocates columns + 8 bytes a vector; the vectors themselves are read in place and must outlive it.
class ClusteredIndex final : public VectorIndex {
 public:
  // k: how many neighbours searches will ask for; how widely they look is fitted for it, among the vectors themselves.
  // Throws InvalidArgument (no vector, NaN, infinity, k of 0, 2^31 vectors or more, more than 2^16 columns, recall out
  // of range) and Cancelled.
  ClusteredIndex(MatrixView vectors, std::size_t k, const ClusteredOptions& options, std::size_t threads,
                 const Control& control);

  MatrixView vectors() const override { return vectors_; }
  std::size_t clusters() const { return starts_.size() - 1; }
  // How far the mean of a cluster may fall short of the k-th nearest for it to be looked into.
  double shortfall() const { return shortfall_; }

  // As VectorIndex has it; of many copies of one vector any may be found. Allocates 8 bytes a query, and a thread, for
  // each of at most 2048 queries at a time, 16 (k + 16) + 5 columns bytes and 2 for each cluster looked into.
  void search(MatrixView queries, std::size_t k, bool exclude_self, std::size_t threads, const Control& control,
              std::span<std::int32_t> ids, std::span<float> similarities) const override;

  // By the order of their codes' products.
  void nominate(MatrixView queries, std::size_t wanted, std::size_t threads, const Control& control,
                std::span<std::int32_t> ids) const override;

 private:
  // Without similarities: nominates.
  void look_up(MatrixView queries, std::size_t k, bool exclude_self, std::size_t threads, const Control& control,
               std::span<std::int32_t> ids, std::span<float> similarities) const;
  void fill(std::span<const std::int32_t> nearest, std::size_t count, std::size_t threads);
  // Called while shortfall_ lets no search look beyond its first round.
  double fitting_shortfall(std::size_t k, const ClusteredOptions& options, std::size_t threads,
                           const Control& control) const;
  std::vector<std::size_t> by_cluster(MatrixView queries, std::size_t threads, const Control& control) const;

  MatrixView vectors_;
  double longest_ = 0;  // the longest vector's length
  double error_ = 0;    // root mean square of the vectors' coding errors
  std::size_t first_probes_ = 0;
  double shortfall_ = -std::numeric_limits<double>::infinity();
  CodePanels means_;  // of each cluster's members
  CodePanels members_;
  // Of each cluster's first place among the members, a multiple of simd::kPanelRows; one more for the end.
  std::vector<std::size_t> starts_;
  std::vector<std::int32_t> ids_;  // of each place; -1 where there is none
};

// One search with an index of its own.
void clustered_neighbours(MatrixView queries, MatrixView vectors, std::size_t k, bool exclude_self,
                          const ClusteredOptions& options, std::size_t threads, const Control& control,
                          std::span<std::int32_t> ids, std::span<float> similarities);

// Whether clustered_neighbours() is expected to take less than half the time of neighbours(). one_by_one: each query is
// searched in a call of its own, so that exact search reads all vectors for each; the index is built once in any case.
bool clustered_is_cheaper(std::size_t queries, std::size_t vectors, std::size_t k, bool symmetric,
                          bool one_by_one = false);

}  // namespace leitmotif
