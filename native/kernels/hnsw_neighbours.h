// Approximate nearest neighbours by inner product, through a navigable small-world graph (Malkov and Yashunin 2018,
// hnswlib): for collections where all products would take too long.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "kernels/control.h"
#include "kernels/matrix_view.h"

namespace leitmotif {

// A small-world graph over vectors, built once and searched many times.
//
// Allocates about 350 bytes a vector; the vectors themselves are read in place and must outlive it. `seed` draws the
// graph's levels: one thread builds the same graph each time; several insert in an order that varies, and its searches
// now and then find others.
class HnswIndex {
 public:
  // k: how many neighbours searches will ask for; it settles how widely they look. Throws InvalidArgument (no vector,
  // NaN, infinity, 2^31 vectors or more) and Cancelled.
  HnswIndex(MatrixView vectors, std::size_t k, std::uint64_t seed, std::size_t threads, const Control& control);
  ~HnswIndex();

  MatrixView vectors() const;

  // As neighbours() among the vectors, with the same order, ties and similarities (float64 products, rounded once), but
  // a true neighbour may be missing: a few of a hundred, mostly of those that stand out little. Queries for which the
  // graph finds fewer than k are searched exactly. Throws as neighbours(). Thread-safe.
  void search(MatrixView queries, std::size_t k, bool exclude_self, std::size_t threads, const Control& control,
              std::span<std::int32_t> ids, std::span<float> similarities) const;

 private:
  class Graph;
  std::unique_ptr<Graph> graph_;
};

// One search with an index of its own.
void hnsw_neighbours(MatrixView queries, MatrixView vectors, std::size_t k, bool exclude_self, std::uint64_t seed,
                     std::size_t threads, const Control& control, std::span<std::int32_t> ids,
                     std::span<float> similarities);

// Whether hnsw_neighbours() is expected to take less time than neighbours(). one_by_one: each query is searched in a
// call of its own, so that exact search reads all vectors for each; the graph is built once in either case.
bool hnsw_is_cheaper(std::size_t queries, std::size_t vectors, std::size_t k, bool symmetric, bool one_by_one = false);

}  // namespace leitmotif
