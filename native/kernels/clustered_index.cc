#include "kernels/clustered_index.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "kernels/clustered_group.h"
#include "kernels/clusters.h"
#include "kernels/neighbours.h"
#include "kernels/parallel.h"

namespace leitmotif {

namespace {

// Queries that go through together at most, and vectors whose true neighbours say how many clusters to look into.
constexpr std::size_t kGroup = 2048, kSample = 512;
static_assert(kGroup <= kMostOfGroup);
// A cluster of more than this many times the mean size is cut up: copies of one vector would else be multiplied with
// one another, all with all.
constexpr std::size_t kLargestShare = 4;
// Of the clusters that a search looks into first: how many times k members they have together.
constexpr std::size_t kFirstMembers = 16;

// Clusters, by the square root of the number of vectors: more are told apart better, and take longer to make and to
// look over. At 100,000 and a million vectors from 8 to 16 come to about the same time.
constexpr double kClusters = 8;

std::size_t cluster_count(std::size_t rows) {
  return std::clamp<std::size_t>(static_cast<std::size_t>(kClusters * std::sqrt(static_cast<double>(rows))), 1, rows);
}

std::size_t part_of(std::size_t whole, std::size_t parts) {
  return (whole + parts - 1) / parts;
}

}  // namespace

ClusteredIndex::ClusteredIndex(MatrixView vectors, std::size_t k, const ClusteredOptions& options, std::size_t threads,
                               const Control& control)
    : vectors_(vectors), means_(vectors.columns), members_(vectors.columns) {
  longest_ = require_searchable(vectors, vectors, std::min(k, vectors.rows), false, threads);
  if (vectors.columns > kMostCodedColumns)
    throw InvalidArgument("vectors of " + std::to_string(vectors.columns) + " columns: at most " +
                          std::to_string(kMostCodedColumns) + " can be grouped into clusters");
  if (!(options.recall > 0 && options.recall <= 1)) throw InvalidArgument("recall must be above 0 and at most 1");

  const std::size_t count = cluster_count(vectors.rows);
  const std::vector<float> centroids = spherical_centroids(vectors, count, options.seed, threads, control.part(0, 0.6));
  std::vector<std::int32_t> nearest(vectors.rows);
  assign_to_centroids(vectors, code_panels({centroids.data(), count, vectors.columns}), count, threads,
                      control.part(0.6, 0.8), nearest);
  fill(nearest, count, threads);
  first_probes_ = std::min(part_of(kFirstMembers * k * clusters(), vectors.rows), clusters());
  shortfall_ = fitting_shortfall(std::min(k, vectors.rows), options, threads, control.part(0.8, 1));
}

// Puts the vectors' codes into their clusters, none larger than allowed.
void ClusteredIndex::fill(std::span<const std::int32_t> nearest, std::size_t count, std::size_t threads) {
  const std::size_t d = vectors_.columns, largest = kLargestShare * part_of(vectors_.rows, count);
  const Grouped groups(nearest, count);
  std::vector<std::size_t> firsts;
  for (std::size_t c = 0; c < count; ++c) {
    const std::size_t size = groups.starts[c + 1] - groups.starts[c];
    for (std::size_t part = 0, parts = part_of(size, largest); part < parts; ++part)
      firsts.push_back(groups.starts[c] + part * size / parts);
  }
  firsts.push_back(vectors_.rows);
  const std::size_t lists = firsts.size() - 1;
  starts_.assign(1, 0);
  for (std::size_t l = 0; l < lists; ++l) starts_.push_back(starts_.back() + panel_places(firsts[l + 1] - firsts[l]));
  members_.resize(starts_.back());
  ids_.assign(starts_.back(), -1);
  std::vector<double> errors(lists, 0);
  std::vector<float> means(lists * d);
#pragma omp parallel for num_threads(static_cast <int>(threads)) schedule(dynamic, 16)
  for (std::size_t l = 0; l < lists; ++l) {
    CodedRows coded(d);
    coded.resize(1);
    std::vector<double> sum(d, 0);
    for (std::size_t i = firsts[l]; i < firsts[l + 1]; ++i) {
      const std::size_t id = groups.order[i], place = starts_[l] + i - firsts[l];
      coded.set(0, {vectors_.row(id), d});
      members_.set(place, coded, 0);
      ids_[place] = static_cast<std::int32_t>(id);
      errors[l] += std::pow(coding_error({vectors_.row(id), d}, coded, 0), 2);
      simd::ops().add_scaled(sum.data(), vectors_.row(id), 1, d);
    }
    for (std::size_t j = 0; j < d; ++j)
      means[l * d + j] = static_cast<float>(sum[j] / static_cast<double>(firsts[l + 1] - firsts[l]));
  }
  means_ = code_panels({means.data(), lists, d});
  error_ = std::sqrt(std::accumulate(errors.begin(), errors.end(), 0.0) / static_cast<double>(vectors_.rows));
}

// A neighbour is found where its cluster is looked into: so the shortfalls of the clusters of a sample's neighbours,
// from what the first round of a search takes for the k-th nearest, say how many are.
double ClusteredIndex::fitting_shortfall(std::size_t k, const ClusteredOptions& options, std::size_t threads,
                                         const Control& control) const {
  const std::size_t size = std::min(kSample, vectors_.rows), d = vectors_.columns;
  const std::vector<std::size_t> drawn = spread(vectors_.rows, size, options.seed + 2);
  std::vector<float> sample;
  for (std::size_t row : drawn) sample.insert(sample.end(), vectors_.row(row), vectors_.row(row) + d);
  const MatrixView queries{sample.data(), size, d};
  // One more than k: each finds itself.
  const std::size_t wanted = std::min(k + 1, vectors_.rows);
  std::vector<std::int32_t> ids(size * wanted), cluster_of(vectors_.rows);
  std::vector<float> similarities(ids.size());
  // What the first round finds, for a moment in the place of the truth.
  ClusteredIndex::search(queries, wanted, false, threads, Control(), ids, similarities);
  std::vector<float> kth(size);
  for (std::size_t i = 0; i < size; ++i) kth[i] = similarities[(i + 1) * wanted - 1];
  neighbours(queries, vectors_, wanted, false, threads, control, ids, similarities);
  for (std::size_t l = 0; l < clusters(); ++l)
    for (std::size_t place = starts_[l]; place < starts_[l + 1] && ids_[place] >= 0; ++place)
      cluster_of[static_cast<std::size_t>(ids_[place])] = static_cast<std::int32_t>(l);

  CodedRows coded(d);
  coded.resize(1);
  std::vector<float> scores(means_.scales.size());
  std::vector<double> shortfalls;
  for (std::size_t i = 0; i < size; ++i) {
    coded.set(0, {queries.row(i), d});
    means_.products(coded, 0, 1, 0, scores.size(), scores.data());
    for (std::size_t j = 0; j < wanted; ++j) {
      const auto id = static_cast<std::size_t>(ids[i * wanted + j]);
      if (id == drawn[i]) continue;
      shortfalls.push_back(kth[i] -
                           static_cast<double>(scores[static_cast<std::size_t>(cluster_of[id])]) * coded.scales[0]);
    }
  }
  if (shortfalls.empty()) return 0;
  const auto place = static_cast<std::size_t>(std::ceil(options.recall * static_cast<double>(shortfalls.size()))) - 1;
  std::nth_element(shortfalls.begin(), shortfalls.begin() + static_cast<std::ptrdiff_t>(place), shortfalls.end());
  return shortfalls[place];
}

// The rows of `queries`, by the cluster that each lies nearest to.
std::vector<std::size_t> ClusteredIndex::by_cluster(MatrixView queries, std::size_t threads,
                                                    const Control& control) const {
  if (queries.data == vectors_.data && queries.rows == vectors_.rows) {
    std::vector<std::size_t> order;
    order.reserve(queries.rows);
    for (std::int32_t id : ids_)
      if (id >= 0) order.push_back(static_cast<std::size_t>(id));
    return order;
  }
  std::vector<std::int32_t> nearest(queries.rows);
  assign_to_centroids(queries, means_, clusters(), threads, control, nearest);
  return Grouped(nearest, clusters()).order;
}

void ClusteredIndex::search(MatrixView queries, std::size_t k, bool exclude_self, std::size_t threads,
                            const Control& control, std::span<std::int32_t> ids, std::span<float> similarities) const {
  look_up(queries, k, exclude_self, threads, control, ids, similarities);
}

void ClusteredIndex::nominate(MatrixView queries, std::size_t wanted, std::size_t threads, const Control& control,
                              std::span<std::int32_t> ids) const {
  look_up(queries, wanted, false, threads, control, ids, {});
}

void ClusteredIndex::look_up(MatrixView queries, std::size_t k, bool exclude_self, std::size_t threads,
                             const Control& control, std::span<std::int32_t> ids, std::span<float> similarities) const {
  // The vectors were checked when the index was built: a look at all of them would cost more than a few searches.
  const std::size_t available = vectors_.rows - (exclude_self ? 1 : 0);
  if (k > available)
    throw InvalidArgument("k must be at most " + std::to_string(available) + ", the number of vectors to find, got " +
                          std::to_string(k));
  require_finite(queries.values(), "the queries");
  if (queries.rows == 0 || k == 0) return;

  // Queries that look into the same clusters go through together.
  const std::vector<std::size_t> order = by_cluster(queries, threads, control.part(0, 0.1));
  const std::size_t size = std::min(kGroup, part_of(queries.rows, threads));
  const ClusterLists lists{vectors_, means_, members_, starts_, ids_, first_probes_, shortfall_, longest_, error_};
  for_each_item(part_of(queries.rows, size), static_cast<int>(threads), control.part(0.1, 1), [&](std::size_t part) {
    const std::size_t first = part * size;
    const auto rows = std::span(order).subspan(first, std::min(size, queries.rows - first));
    search_group(lists, queries, rows, k, exclude_self, control, ids, similarities);
  });
}

void clustered_neighbours(MatrixView queries, MatrixView vectors, std::size_t k, bool exclude_self,
                          const ClusteredOptions& options, std::size_t threads, const Control& control,
                          std::span<std::int32_t> ids, std::span<float> similarities) {
  require_searchable(queries, vectors, k, exclude_self, threads);
  if (queries.rows == 0 || k == 0) return;
  const ClusteredIndex index(vectors, k, options, threads, control.part(0, 0.3));
  index.search(queries, k, exclude_self, threads, control.part(0.3, 1), ids, similarities);
}

// In pairs of vectors multiplied in a tile of float32 products. Measured at 100,000 vectors of 256 dimensions fitted to
// real ones: a search takes as long as a sixth of all pairs would, building as long as some products of each vector
// with all centroids, and those of the sample; the share that searches read falls slowly with more vectors. A query on
// its own reads all vectors from memory, at 40 times the cost of a pair in a tile; in clusters it reads codes.
bool clustered_is_cheaper(std::size_t queries, std::size_t vectors, std::size_t k, bool symmetric, bool one_by_one) {
  constexpr double kMeasuredAt = 1e5, kShare = 1.0 / 6, kBuild = 2, kPairsOfOne = 40, kCodesOfOne = 10;
  // Below, exact search of all takes less than a minute.
  constexpr std::size_t kLeast = std::size_t{1} << 16;
  if (vectors < kLeast || k * 4 > vectors) return false;
  const auto q = static_cast<double>(queries), n = static_cast<double>(vectors);
  const double share = kShare * std::pow(kMeasuredAt / n, 0.25);
  const double build = n * (kBuild * static_cast<double>(cluster_count(vectors)) + static_cast<double>(kSample));
  const double search = q * n * share * (one_by_one ? kCodesOfOne : 1.0);
  const double exact = q * n * (one_by_one ? kPairsOfOne : symmetric ? 0.5 : 1.0);
  return build + search < exact / 2;
}

}  // namespace leitmotif
