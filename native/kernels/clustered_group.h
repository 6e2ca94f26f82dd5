// One group of queries against the clusters of an index.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/codes.h"
#include "kernels/control.h"
#include "kernels/matrix_view.h"

namespace leitmotif {

// What a ClusteredIndex holds, as its searches read it.
struct ClusterLists {
  MatrixView vectors;
  const CodePanels& means;  // of each cluster's members
  const CodePanels& members;
  std::span<const std::size_t> starts;
  std::span<const std::int32_t> ids;
  std::size_t first_probes;
  double shortfall, longest, error;

  std::size_t count() const { return starts.size() - 1; }
};

// Most queries of a group.
constexpr std::size_t kMostOfGroup = std::size_t{1} << 16;

// The k nearest, of those in the clusters that each looks into, of the given rows of `queries`, kMostOfGroup at most,
// into their places of ids and similarities; without similarities only about the k nearest, in any order: those whose
// codes' products are the largest. On the calling thread. k is at most the number of vectors that there are
// to find. Throws Cancelled.
void search_group(const ClusterLists& lists, MatrixView queries, std::span<const std::size_t> rows, std::size_t k,
                  bool exclude_self, const Control& control, std::span<std::int32_t> ids,
                  std::span<float> similarities);

}  // namespace leitmotif
