// Communities of a weighted graph by the Leiden algorithm (Traag, Waltman, van Eck 2019) with the constant Potts model
// (Traag, Van Dooren, Nesterov 2011): Q = sum over communities of ( e_c - resolution * n_c (n_c - 1) / 2 ), e_c the
// weight inside, n_c the number of vertices. A community's parts are tied to each other by a mean weight of at least
// `resolution`, whatever the size of the graph: unlike modularity the model has no resolution limit, so an object seen
// in ten photos is found among a million regions as it is among a thousand.
#pragma once

#include <cstdint>
#include <span>

#include "kernels/control.h"
#include "kernels/sparse_view.h"

namespace leitmotif {

struct LeidenOptions {
  double resolution;
  // Repetitions of the whole algorithm, each starting from the partition before; ends early when one changes nothing.
  int max_iterations;
  std::uint32_t seed;
};

// graph: symmetric, without diagonal, weights above 0. community: a number for each vertex, 0 .. result - 1, in
// descending size (ties: smaller first vertex). Returns their number. Every community is connected. Single-threaded,
// float64 sums, the same result on every run and machine for a seed. Time about linear in the edges an iteration;
// allocates about 60 bytes a vertex and 16 an edge. Throws InvalidArgument when the CSR arrays contradict each other or
// a weight is not finite and positive, Cancelled.
std::size_t leiden(const SparseView& graph, const LeidenOptions& options, std::span<std::int32_t> community,
                   const Control& control = {});

}  // namespace leitmotif
