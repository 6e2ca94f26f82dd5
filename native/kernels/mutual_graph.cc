#include "kernels/mutual_graph.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "kernels/trust.h"

namespace leitmotif {

namespace {

float weight(float similarity, double beta) {
  return similarity > 0 ? static_cast<float>(std::pow(static_cast<double>(similarity), beta)) : 0.0f;
}

// Whether `id`, at this similarity, is in row `row`: rows descend, so only equal similarities need be looked at.
bool lists_back(const NeighbourLists& lists, std::size_t row, std::int32_t id, float similarity) {
  const auto all = lists.similarities.subspan(row * lists.k, lists.k);
  const auto equal = std::equal_range(all.begin(), all.end(), similarity, std::greater<>());
  const auto first = lists.ids.begin() + static_cast<std::ptrdiff_t>(row * lists.k);
  const auto from = first + (equal.first - all.begin()), to = first + (equal.second - all.begin());
  return std::find(from, to, id) != to;
}

// Calls body(column, weight) for the row's mutual neighbours, nearest first.
template <class Body>
void for_each_mutual(const NeighbourLists& lists, std::size_t row, double beta, Body&& body) {
  for (std::size_t p = row * lists.k; p < (row + 1) * lists.k; ++p) {
    const std::int32_t id = lists.ids[p];
    if (id < 0 || static_cast<std::size_t>(id) >= lists.rows)
      throw InvalidArgument("the neighbours hold " + std::to_string(id) + ", which is not a row: there are " +
                            std::to_string(lists.rows));
    const float w = weight(lists.similarities[p], beta);
    if (!std::isfinite(w))
      throw InvalidArgument("a similarity of " + std::to_string(lists.similarities[p]) + " to the power beta = " +
                            std::to_string(beta) + " exceeds float32: normalise the vectors, or lower beta");
    if (w > 0 && lists_back(lists, static_cast<std::size_t>(id), static_cast<std::int32_t>(row), lists.similarities[p]))
      body(id, w);
  }
}

double degree(const SparseView& graph, std::size_t row) {
  return std::accumulate(graph.data.begin() + graph.indptr[row], graph.data.begin() + graph.indptr[row + 1], 0.0);
}

// body(row) for all rows, in parallel, until cancelled.
template <class Body>
void for_each_row(std::size_t rows, std::size_t threads, const Control& control, Body&& body) {
  constexpr std::size_t kChunk = 1024;
  const std::size_t chunks = (rows + kChunk - 1) / kChunk;
  std::size_t done = 0;
  ParallelErrors errors;
  const int team = static_cast<int>(std::min(threads, std::max<std::size_t>(chunks, 1)));
#pragma omp parallel for num_threads(team) schedule(dynamic)
  for (std::size_t chunk = 0; chunk < chunks; ++chunk)
    errors.run([&] {
      control.check();
      for (std::size_t row = chunk * kChunk; row < std::min(rows, (chunk + 1) * kChunk); ++row) body(row);
      std::size_t finished;
#pragma omp atomic capture
      finished = ++done;
      control.report(static_cast<double>(finished) / static_cast<double>(chunks));
    });
  errors.rethrow();
}

}  // namespace

void mutual_rows(const NeighbourLists& lists, double beta, std::size_t threads, const Control& control,
                 std::span<std::int32_t> indptr) {
  for_each_row(lists.rows, threads, control, [&](std::size_t row) {
    std::int32_t count = 0;
    for_each_mutual(lists, row, beta, [&](std::int32_t, float) { ++count; });
    indptr[row + 1] = count;
  });
  indptr[0] = 0;
  std::int64_t total = 0;
  for (std::size_t row = 0; row < lists.rows; ++row) {
    total += indptr[row + 1];
    if (total > std::numeric_limits<std::int32_t>::max())
      throw InvalidArgument("the graph would hold more than 2147483647 weights: use a smaller k");
    indptr[row + 1] = static_cast<std::int32_t>(total);
  }
}

void mutual_edges(const NeighbourLists& lists, double beta, std::size_t threads, const Control& control,
                  std::span<const std::int32_t> indptr, std::span<std::int32_t> indices, std::span<float> data) {
  for_each_row(lists.rows, threads, control, [&](std::size_t row) {
    thread_local std::vector<std::pair<std::int32_t, float>> edges;
    edges.clear();
    for_each_mutual(lists, row, beta, [&](std::int32_t id, float w) { edges.emplace_back(id, w); });
    std::sort(edges.begin(), edges.end());
    if (indptr[row] < 0 || indptr[row + 1] - indptr[row] != static_cast<std::int32_t>(edges.size()) ||
        static_cast<std::size_t>(indptr[row + 1]) > data.size())
      throw InvalidArgument("indptr is not that of these neighbours");
    auto p = static_cast<std::size_t>(indptr[row]);
    for (const auto& [id, w] : edges) {
      indices[p] = id;
      data[p++] = w;
    }
  });
}

namespace {

// Whether each of the row's edges is its heaviest to the regions of an image (all of them, where several weigh the
// same), and leads to another image than the row's.
void mark_heaviest(const SparseView& graph, std::span<const std::int32_t> owner, std::size_t row,
                   std::span<std::uint8_t> heaviest) {
  thread_local std::vector<std::pair<std::int32_t, float>> found;
  found.clear();
  for (std::int32_t e = graph.indptr[row]; e < graph.indptr[row + 1]; ++e)
    found.emplace_back(owner[graph.indices[e]], -graph.data[e]);
  std::ranges::sort(found);
  for (std::int32_t e = graph.indptr[row]; e < graph.indptr[row + 1]; ++e) {
    const std::int32_t image = owner[graph.indices[e]];
    const auto first = std::ranges::lower_bound(found, image, {}, &std::pair<std::int32_t, float>::first);
    heaviest[e] = image != owner[row] && -first->second == graph.data[e];
  }
}

// Where the edge from `row` to `column` has its mirror image; -1 where it has none.
std::int32_t mirror(const SparseView& graph, std::size_t row, std::int32_t column) {
  const auto first = graph.indices.begin() + graph.indptr[column],
             last = graph.indices.begin() + graph.indptr[column + 1];
  const auto found = std::lower_bound(first, last, static_cast<std::int32_t>(row));
  if (found == last || static_cast<std::size_t>(*found) != row) return -1;
  return static_cast<std::int32_t>(found - graph.indices.begin());
}

}  // namespace

void cross_image_edges(const SparseView& graph, const ImageRegions& regions, double theta, std::size_t threads,
                       const Control& control, std::span<std::int32_t> indptr, std::span<std::int32_t> indices,
                       std::span<float> data) {
  const auto& [owner, saliency, self_similarity] = regions;
  require_sparse(graph);
  require_finite(graph.data, "weights");
  require_finite_non_negative(saliency, "saliency");
  require_finite(self_similarity, "self-similarity");
  const std::size_t rows = graph.rows();
  const std::vector<double> trusted = relative_trust(saliency, self_similarity, owner, theta);
  std::vector<std::uint8_t> heaviest(graph.stored()), kept(graph.stored());
  // The product of trusts first: then both directions of an edge weigh the same to the last bit.
  const auto weight = [&](std::size_t i, std::int32_t e) {
    return static_cast<float>(graph.data[e] * (trusted[i] * trusted[graph.indices[e]]));
  };
  for_each_row(rows, threads, control.part(0, 0.4),
               [&](std::size_t i) { mark_heaviest(graph, regions.owner, i, heaviest); });
  for_each_row(rows, threads, control.part(0.4, 0.8), [&](std::size_t i) {
    std::int32_t count = 0;
    for (std::int32_t e = graph.indptr[i]; e < graph.indptr[i + 1]; ++e) {
      if (!heaviest[e] || !(weight(i, e) > 0)) continue;
      const std::int32_t back = mirror(graph, i, graph.indices[e]);
      if (back < 0 || !heaviest[back]) continue;
      kept[e] = 1;
      ++count;
    }
    indptr[i + 1] = count;
  });
  indptr[0] = 0;
  std::partial_sum(indptr.begin(), indptr.end(), indptr.begin());
  for_each_row(rows, threads, control.part(0.8, 1), [&](std::size_t i) {
    std::int32_t p = indptr[i];
    for (std::int32_t e = graph.indptr[i]; e < graph.indptr[i + 1]; ++e) {
      if (!kept[e]) continue;
      indices[p] = graph.indices[e];
      data[p++] = weight(i, e);
    }
  });
}

void normalise_graph(const SparseView& graph, std::size_t threads, const Control& control, std::span<float> data) {
  require_sparse(graph);
  std::vector<double> degrees(graph.rows());
  for_each_row(graph.rows(), threads, control, [&](std::size_t i) { degrees[i] = degree(graph, i); });
  for_each_row(graph.rows(), threads, control, [&](std::size_t i) {
    for (std::int32_t p = graph.indptr[i]; p < graph.indptr[i + 1]; ++p)
      data[p] = static_cast<float>(graph.data[p] / std::sqrt(degrees[i] * degrees[graph.indices[p]]));
  });
}

void degree_roots(const SparseView& graph, std::size_t threads, const Control& control, std::span<float> roots) {
  require_sparse(graph);
  for_each_row(graph.rows(), threads, control,
               [&](std::size_t i) { roots[i] = static_cast<float>(std::sqrt(degree(graph, i))); });
}

void require_graph(const SparseView& graph, std::size_t threads, const Control& control) {
  const auto fail = [](std::size_t row, const char* what) {
    throw InvalidArgument("row " + std::to_string(row) + " of the graph " + what);
  };
  require_sparse(graph);
  for_each_row(graph.rows(), threads, control, [&](std::size_t i) {
    std::int32_t before = -1;
    for (std::int32_t p = graph.indptr[i]; p < graph.indptr[i + 1]; before = graph.indices[p++]) {
      const std::int32_t j = graph.indices[p];
      if (j <= before) fail(i, "does not hold its columns in ascending order");
      if (static_cast<std::size_t>(j) == i) fail(i, "holds its own column: a vertex is not its own neighbour");
      if (!(graph.data[p] > 0) || !std::isfinite(graph.data[p]))
        fail(i, "holds a weight that is not above 0 and finite");
      const auto row = graph.indices.subspan(graph.indptr[j], graph.indptr[j + 1] - graph.indptr[j]);
      const auto back = std::lower_bound(row.begin(), row.end(), static_cast<std::int32_t>(i));
      if (back == row.end() || *back != static_cast<std::int32_t>(i) ||
          graph.data[graph.indptr[j] + (back - row.begin())] != graph.data[p])
        fail(i, "holds a weight that its mirror image does not have: the graph must be symmetric");
    }
  });
}

}  // namespace leitmotif
