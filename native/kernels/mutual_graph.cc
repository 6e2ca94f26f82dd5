#include "kernels/mutual_graph.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

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
