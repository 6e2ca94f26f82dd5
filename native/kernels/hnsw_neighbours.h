// Approximate nearest neighbours by inner product, through a navigable small-world graph (Malkov and Yashunin 2018,
// hnswlib): for collections where all products would take too long.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/control.h"
#include "kernels/matrix_view.h"

namespace leitmotif {

// As neighbours(), with the same order, ties and similarities (float64 products, rounded once), but a true neighbour
// may be missing: on clustered descriptors a few of a hundred. Rows for which the graph finds fewer than k are searched
// exactly.
//
// `seed` draws the graph's levels. One thread gives the same neighbours each time; several insert in an order that
// varies, and now and then find others.
//
// Throws as neighbours(). Allocates about 300 bytes a vector; the vectors themselves are read in place. Thread-safe.
void hnsw_neighbours(MatrixView queries, MatrixView vectors, std::size_t k, bool exclude_self, std::uint64_t seed,
                     std::size_t threads, const Control& control, std::span<std::int32_t> ids,
                     std::span<float> similarities);

// Whether hnsw_neighbours() is expected to take less time than neighbours().
bool hnsw_is_cheaper(std::size_t queries, std::size_t vectors, std::size_t dimensions, std::size_t k, bool symmetric);

}  // namespace leitmotif
