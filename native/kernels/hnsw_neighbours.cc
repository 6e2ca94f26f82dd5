#include "kernels/hnsw_neighbours.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

// Without its prefetches, which read one entry beyond a full list of links. Distances are ours, so nothing else
// changes.
#define NO_MANUAL_VECTORIZATION
#include "hnswlib/hnswlib.h"
#include "kernels/exact_products.h"
#include "kernels/neighbours.h"
#include "kernels/simd/simd.h"

namespace leitmotif {

namespace {

constexpr std::size_t kLinks = 24, kBuildBreadth = 160;

// How many candidates a search keeps: a wider one finds more of the true neighbours.
std::size_t search_breadth(std::size_t k) {
  return std::max<std::size_t>(2 * k, 100);
}

// hnswlib's view of the vectors: its elements are pointers to them, so that it makes no copy.
class VectorsByPointer : public hnswlib::SpaceInterface<float> {
 public:
  explicit VectorsByPointer(std::size_t dimensions) : dimensions_(dimensions) {}
  std::size_t get_data_size() override { return sizeof(const float*); }
  hnswlib::DISTFUNC<float> get_dist_func() override { return distance; }
  void* get_dist_func_param() override { return &dimensions_; }

 private:
  static float distance(const void* a, const void* b, const void* dimensions) {
    const float *x, *y;
    std::memcpy(&x, a, sizeof x);
    std::memcpy(&y, b, sizeof y);
    return -simd::ops().dot(x, y, *static_cast<const std::size_t*>(dimensions));
  }

  std::size_t dimensions_;
};

// An element's level, -log(u) / log(links) rounded down for a u in (0, 1] drawn by seed and id: hnswlib's own draw
// would depend on the order in which threads insert.
int level_of(std::uint64_t seed, std::uint64_t id) {
  std::uint64_t bits = seed + (id + 1) * 0x9e3779b97f4a7c15u;  // SplitMix64
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
  bits ^= bits >> 31;
  const double u = (static_cast<double>(bits >> 11) + 1) * 0x1p-53;
  return static_cast<int>(-std::log(u) / std::log(static_cast<double>(kLinks)));
}

// Exact neighbours of the given rows of `queries`, put into their places.
void search_exactly(MatrixView queries, MatrixView vectors, const std::vector<std::size_t>& rows, std::size_t k,
                    bool exclude_self, std::size_t threads, const Control& control, std::span<std::int32_t> ids,
                    std::span<float> similarities) {
  std::vector<float> gathered;
  for (std::size_t row : rows) gathered.insert(gathered.end(), queries.row(row), queries.row(row) + queries.columns);
  const std::size_t wanted = k + (exclude_self ? 1 : 0);
  std::vector<std::int32_t> found(rows.size() * wanted);
  std::vector<float> products(found.size());
  neighbours({gathered.data(), rows.size(), queries.columns}, vectors, wanted, false, threads, control, found,
             products);
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t j = 0, kept = 0; kept < k; ++j) {
      if (exclude_self && static_cast<std::size_t>(found[i * wanted + j]) == rows[i]) continue;
      ids[rows[i] * k + kept] = found[i * wanted + j];
      similarities[rows[i] * k + kept++] = products[i * wanted + j];
    }
}

// Counts steps that several threads take, and is told to stop between them.
class Steps {
 public:
  Steps(std::size_t count, const Control& control) : count_(static_cast<double>(count)), control_(control) {}
  void take() {
    control_.check();
    control_.report(static_cast<double>(done_.fetch_add(1) + 1) / count_);
  }

 private:
  double count_;
  const Control& control_;
  std::atomic<std::size_t> done_{0};
};

}  // namespace

class HnswIndex::Graph {
 public:
  Graph(MatrixView vectors, std::size_t breadth, std::uint64_t seed)
      : vectors_(vectors), space_(vectors.columns), graph_(&space_, vectors.rows, kLinks, kBuildBreadth), seed_(seed) {
    graph_.setEf(breadth);
    graph_.mult_ = 0;  // hnswlib's own draw is then level 0, which the level given overrides.
  }

  void insert(std::size_t id) {
    const float* vector = vectors_.row(id);
    graph_.addPoint(&vector, id, level_of(seed_, id));
  }

  MatrixView vectors() const { return vectors_; }

  // The nearest `wanted` of `query` (or fewer, where the graph leads no further), with float64 products.
  std::vector<std::pair<double, std::int32_t>> search(const float* query, std::size_t wanted) const {
    std::vector<std::pair<double, std::int32_t>> found;
    for (auto queue = graph_.searchKnn(&query, wanted); !queue.empty(); queue.pop())
      found.emplace_back(0, queue.top().second);
    exact_products(
        query, vectors_, found.size(), [&](std::size_t i) { return found[i].second; },
        [&](std::size_t i, double product) { found[i].first = product; });
    return found;
  }

 private:
  MatrixView vectors_;
  VectorsByPointer space_;
  hnswlib::HierarchicalNSW<float> graph_;
  std::uint64_t seed_;
};

HnswIndex::HnswIndex(MatrixView vectors, std::size_t k, std::uint64_t seed, std::size_t threads,
                     const Control& control) {
  require_searchable(vectors, vectors, 1, false, threads);
  graph_ = std::make_unique<Graph>(vectors, search_breadth(k), seed);
  graph_->insert(0);
  Steps steps(vectors.rows, control);
  ParallelErrors errors;
#pragma omp parallel for num_threads(static_cast <int>(threads)) schedule(dynamic, 16)
  for (std::size_t i = 1; i < vectors.rows; ++i)
    errors.run([&] {
      steps.take();
      graph_->insert(i);
    });
  errors.rethrow();
}

HnswIndex::~HnswIndex() = default;

MatrixView HnswIndex::vectors() const {
  return graph_->vectors();
}

void HnswIndex::search(MatrixView queries, std::size_t k, bool exclude_self, std::size_t threads,
                       const Control& control, std::span<std::int32_t> ids, std::span<float> similarities) const {
  // The vectors were checked when the index was built: a look at all of them would cost more than a few searches.
  const std::size_t available = vectors().rows - (exclude_self ? 1 : 0);
  if (k > available)
    throw InvalidArgument("k must be at most " + std::to_string(available) + ", the number of vectors to find, got " +
                          std::to_string(k));
  require_finite(queries.values(), "the queries");
  if (queries.rows == 0 || k == 0) return;
  const std::size_t wanted = k + (exclude_self ? 1 : 0);
  Steps steps(queries.rows, control);
  std::vector<std::size_t> unfinished;
  ParallelErrors errors;
#pragma omp parallel for num_threads(static_cast <int>(threads)) schedule(dynamic, 16)
  for (std::size_t i = 0; i < queries.rows; ++i)
    errors.run([&] {
      steps.take();
      auto found = graph_->search(queries.row(i), wanted);
      if (exclude_self) std::erase_if(found, [i](const auto& f) { return static_cast<std::size_t>(f.second) == i; });
      if (found.size() < k) {
#pragma omp critical(leitmotif_unfinished)
        unfinished.push_back(i);
        return;
      }
      std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first > b.first : a.second < b.second;
      });
      for (std::size_t j = 0; j < k; ++j) {
        ids[i * k + j] = found[j].second;
        similarities[i * k + j] = static_cast<float>(found[j].first);
      }
    });
  errors.rethrow();
  search_exactly(queries, vectors(), unfinished, k, exclude_self, threads, Control(), ids, similarities);
}

void hnsw_neighbours(MatrixView queries, MatrixView vectors, std::size_t k, bool exclude_self, std::uint64_t seed,
                     std::size_t threads, const Control& control, std::span<std::int32_t> ids,
                     std::span<float> similarities) {
  require_searchable(queries, vectors, k, exclude_self, threads);
  if (queries.rows == 0 || k == 0) return;
  const double built = static_cast<double>(vectors.rows) / static_cast<double>(vectors.rows + queries.rows);
  const HnswIndex index(vectors, k + (exclude_self ? 1 : 0), seed, threads, control.part(0, built));
  index.search(queries, k, exclude_self, threads, control.part(built, 1), ids, similarities);
}

}  // namespace leitmotif
