#include "kernels/clusters.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>

#include "kernels/parallel.h"

namespace leitmotif {

namespace {

constexpr std::size_t kSamplesOfCluster = 24, kIterations = 5;
// Queries that go through together: their scores stay in the second-level cache.
constexpr std::size_t kBlock = 48;

// Where the largest of the scores lies, the first of equals.
std::size_t place_of_largest(std::span<const float> scores) {
  float largest = scores[0];
#pragma omp simd reduction(max : largest)
  for (std::size_t i = 0; i < scores.size(); ++i) largest = largest < scores[i] ? scores[i] : largest;
  return static_cast<std::size_t>(std::find(scores.begin(), scores.end(), largest) - scores.begin());
}

void assign_block(const CodedRows& rows, std::size_t first, std::size_t size, const CodePanels& centroids,
                  std::size_t count, std::span<std::int32_t> nearest) {
  thread_local std::vector<float> scores;
  const std::size_t places = panel_places(count);
  scores.resize(kBlock * places);
  centroids.products(rows, first, size, 0, places, scores.data());
  for (std::size_t i = 0; i < size; ++i)
    nearest[i] = static_cast<std::int32_t>(place_of_largest({scores.data() + i * places, count}));
}

// A number in [0, 1) by seed and place (SplitMix64).
double draw(std::uint64_t seed, std::uint64_t place) {
  std::uint64_t bits = seed + (place + 1) * 0x9e3779b97f4a7c15u;
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9u;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebu;
  return static_cast<double>((bits ^ (bits >> 31)) >> 11) * 0x1p-53;
}

// The direction of the sum of a group's rows; what is in `centroid` stays where there is none.
void set_centroid(const CodedRows& rows, std::span<const std::size_t> members, std::span<float> centroid) {
  std::vector<double> sum(centroid.size(), 0);
  for (std::size_t row : members)
    for (std::size_t j = 0; j < sum.size(); ++j) sum[j] += static_cast<double>(rows.scales[row]) * rows.row(row)[j];
  const double length = std::sqrt(std::inner_product(sum.begin(), sum.end(), sum.begin(), 0.0));
  if (!(length > 0)) return;
  for (std::size_t j = 0; j < sum.size(); ++j) centroid[j] = static_cast<float>(sum[j] / length);
}

std::vector<float> k_means(MatrixView vectors, std::size_t count, std::uint64_t seed, int threads,
                           const Control& control) {
  const std::size_t d = vectors.columns, size = std::min(vectors.rows, kSamplesOfCluster * count);
  const std::vector<std::size_t> drawn = spread(vectors.rows, size, seed), first = spread(size, count, seed + 1);
  CodedRows sample(d);
  sample.resize(size);
#pragma omp parallel for num_threads(threads) schedule(static)
  for (std::size_t i = 0; i < size; ++i) sample.set(i, {vectors.row(drawn[i]), d});
  std::vector<float> centroids(count * d);
  for (std::size_t c = 0; c < count; ++c) {
    const std::size_t member[] = {first[c]};
    set_centroid(sample, member, {centroids.data() + c * d, d});
  }

  std::vector<std::int32_t> nearest(size);
  for (std::size_t step = 0; step < kIterations; ++step) {
    const auto steps = static_cast<double>(kIterations), now = static_cast<double>(step);
    const CodePanels panels = code_panels({centroids.data(), count, d});
    for_each_item((size + kBlock - 1) / kBlock, threads, control.part(now / steps, (now + 1) / steps),
                  [&](std::size_t block) {
                    const std::size_t begin = block * kBlock, rows = std::min(kBlock, size - begin);
                    assign_block(sample, begin, rows, panels, count, std::span(nearest).subspan(begin, rows));
                  });
    const Grouped groups(nearest, count);
#pragma omp parallel for num_threads(threads) schedule(dynamic, 16)
    for (std::size_t c = 0; c < count; ++c)
      set_centroid(sample, std::span(groups.order).subspan(groups.starts[c], groups.starts[c + 1] - groups.starts[c]),
                   {centroids.data() + c * d, d});
  }
  return centroids;
}

}  // namespace

std::vector<std::size_t> spread(std::size_t rows, std::size_t wanted, std::uint64_t seed) {
  std::vector<std::size_t> drawn(wanted);
  for (std::size_t i = 0; i < wanted; ++i) {
    const std::size_t begin = i * rows / wanted, end = (i + 1) * rows / wanted;
    drawn[i] = begin + static_cast<std::size_t>(draw(seed, i) * static_cast<double>(end - begin));
  }
  return drawn;
}

Grouped::Grouped(std::span<const std::int32_t> group_of, std::size_t groups)
    : starts(groups + 1, 0), order(group_of.size()) {
  for (std::int32_t group : group_of) ++starts[static_cast<std::size_t>(group) + 1];
  std::partial_sum(starts.begin(), starts.end(), starts.begin());
  std::vector<std::size_t> next(starts.begin(), starts.end() - 1);
  for (std::size_t i = 0; i < group_of.size(); ++i) order[next[static_cast<std::size_t>(group_of[i])]++] = i;
}

std::vector<float> spherical_centroids(MatrixView vectors, std::size_t count, std::uint64_t seed, std::size_t threads,
                                       const Control& control) {
  const int team = static_cast<int>(threads);
  const std::size_t d = vectors.columns;
  const std::vector<float> centroids = k_means(vectors, count, seed, team, control);
  // Clusters of clusters, for the order.
  const MatrixView rows{centroids.data(), count, d};
  const auto coarse = std::max<std::size_t>(static_cast<std::size_t>(std::sqrt(static_cast<double>(count))), 1);
  const std::vector<float> above = k_means(rows, coarse, seed, team, Control());
  std::vector<std::int32_t> parent(count);
  assign_to_centroids(rows, code_panels({above.data(), coarse, d}), coarse, threads, Control(), parent);
  const Grouped groups(parent, coarse);
  std::vector<float> ordered(centroids.size());
  for (std::size_t c = 0; c < count; ++c)
    std::memcpy(ordered.data() + c * d, rows.row(groups.order[c]), d * sizeof(float));
  return ordered;
}

CodePanels code_panels(MatrixView rows) {
  CodePanels panels(rows.columns);
  panels.resize(panel_places(rows.rows));
  CodedRows coded(rows.columns);
  coded.resize(1);
  for (std::size_t i = 0; i < rows.rows; ++i) {
    coded.set(0, {rows.row(i), rows.columns});
    panels.set(i, coded, 0);
  }
  return panels;
}

void assign_to_centroids(MatrixView vectors, const CodePanels& centroids, std::size_t count, std::size_t threads,
                         const Control& control, std::span<std::int32_t> nearest) {
  for_each_item((vectors.rows + kBlock - 1) / kBlock, static_cast<int>(threads), control, [&](std::size_t block) {
    const std::size_t begin = block * kBlock, rows = std::min(kBlock, vectors.rows - begin);
    CodedRows coded(vectors.columns);
    coded.resize(rows);
    for (std::size_t i = 0; i < rows; ++i) coded.set(i, {vectors.row(begin + i), vectors.columns});
    assign_block(coded, 0, rows, centroids, count, nearest.subspan(begin, rows));
  });
}

}  // namespace leitmotif
