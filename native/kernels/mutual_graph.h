// The mutual k-nearest-neighbour graph W and its normalisation (paper section 3.6, eq. 11).
//
// Graphs are square CSR matrices with columns ascending in each row, no diagonal, and weights above 0. All functions
// are thread-safe, give the same bits with any number of threads, throw Cancelled when asked to stop, and allocate only
// what they say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/control.h"
#include "kernels/sparse_view.h"

namespace leitmotif {

// What neighbours() found for n vectors among themselves: n rows of k, similarities descending, and the same to the
// last bit from both sides of a pair.
struct NeighbourLists {
  std::span<const std::int32_t> ids;
  std::span<const float> similarities;
  std::size_t rows;
  std::size_t k;
};

// w_ij = max(v_i . v_j, 0)^beta where i is among the k nearest of j and j among those of i, else 0, in two steps: the
// caller makes room between them.
//
// First, where each row begins: indptr, rows + 1 values. Throws InvalidArgument where more than 2^31 - 1 weights would
// be stored, a weight exceeds float32, or an id is not a row.
void mutual_rows(const NeighbourLists& lists, double beta, std::size_t threads, const Control& control,
                 std::span<std::int32_t> indptr);
// Then its columns and weights: indptr[rows] values each. Weights: float64 powers, rounded once. Throws InvalidArgument
// where indptr is not that of these lists. Allocates 8 k bytes a thread.
void mutual_edges(const NeighbourLists& lists, double beta, std::size_t threads, const Control& control,
                  std::span<const std::int32_t> indptr, std::span<std::int32_t> indices, std::span<float> data);

// The image of each region, its saliency f, finite and not negative, and its likeness to itself s, or none.
struct ImageRegions {
  std::span<const std::int32_t> owner;
  std::span<const float> saliency;
  std::span<const float> self_similarity;
};

// What recurs from image to image: of a graph W those edges of which each end is, among the regions of its image, the
// one nearest to the other end, weighted by w_ij (t_i t_j)^(theta / 2), t_i = f_i (1 - s_i), or f_i where
// self_similarity is empty (trust.h). Written to indptr (rows + 1) and to the first indptr[rows] of indices and data,
// which have room for as many as W. Allocates 2 bytes an edge of W and 8 a row.
void cross_image_edges(const SparseView& graph, const ImageRegions& regions, double theta, std::size_t threads,
                       const Control& control, std::span<std::int32_t> indptr, std::span<std::int32_t> indices,
                       std::span<float> data);

// Eq. 11: D^(-1/2) W D^(-1/2) on the same structure, D the row sums of W in float64. An isolated vertex has no weights.
// Throws InvalidArgument where the arrays are not square CSR. Allocates rows doubles.
void normalise_graph(const SparseView& graph, std::size_t threads, const Control& control, std::span<float> data);

// The square roots of the row sums of W (rows values): W's normalised form takes them to themselves.
void degree_roots(const SparseView& graph, std::size_t threads, const Control& control, std::span<float> roots);

// Throws InvalidArgument unless the arrays are such a graph: structure, finite weights and symmetry to the last bit.
// Costs a binary search a weight.
void require_graph(const SparseView& graph, std::size_t threads, const Control& control);

}  // namespace leitmotif
