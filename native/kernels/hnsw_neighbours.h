// Approximate nearest neighbours by inner product, through a navigable small-world graph (Malkov and Yashunin 2018,
// hnswlib): for who wants them so. Clusters (clustered_index.h) find as many in less time, and the same on any machine.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "kernels/control.h"
#include "kernels/matrix_view.h"
#include "kernels/vector_index.h"

namespace leitmotif {

// A small-world graph over vectors, built once and searched many times.
//
// Allocates about 350 bytes a vector; the vectors themselves are read in place and must outlive it. `seed` draws the
// graph's levels: one thread builds the same graph each time; several insert in an order that varies, and its searches
// now and then find others.
class HnswIndex final : public VectorIndex {
 public:
  // k: how many neighbours searches will ask for; it settles how widely they look. Throws InvalidArgument (no vector,
  // NaN, infinity, 2^31 vectors or more) and Cancelled.
  HnswIndex(MatrixView vectors, std::size_t k, std::uint64_t seed, std::size_t threads, const Control& control);
  ~HnswIndex() override;

  MatrixView vectors() const override;

  // As VectorIndex has it: a few of a hundred are missing, mostly of those that stand out little. Queries for which the
  // graph finds fewer than k are searched exactly.
  void search(MatrixView queries, std::size_t k, bool exclude_self, std::size_t threads, const Control& control,
              std::span<std::int32_t> ids, std::span<float> similarities) const override;

 private:
  class Graph;
  std::unique_ptr<Graph> graph_;
};

// One search with an index of its own.
void hnsw_neighbours(MatrixView queries, MatrixView vectors, std::size_t k, bool exclude_self, std::uint64_t seed,
                     std::size_t threads, const Control& control, std::span<std::int32_t> ids,
                     std::span<float> similarities);

}  // namespace leitmotif
