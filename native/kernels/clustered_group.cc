#include "kernels/clustered_group.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <numeric>
#include <utility>

#include "kernels/candidates.h"
#include "kernels/largest.h"

namespace leitmotif {

namespace {

// Queries multiplied with a cluster at a time: codes and scores of a usual cluster stay in the second-level cache.
constexpr std::size_t kTile = 48;

// Of two scores made of codes the difference strays by sqrt(2) times one score's error, which is about normal: values
// of a row stray independently. Beyond this many times that, the order is taken to be right.
constexpr double kDeviations = 3;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// Of a query of length 0 all scores are 0, in whatever unit.
float scale_of(const CodedRows& coded, std::size_t query) {
  return std::max(coded.scales[query], std::numeric_limits<float>::min());
}

// The rows gathered, in floats and in codes.
struct Gathered {
  std::vector<float> floats;
  CodedRows coded;
  std::vector<double> margins;

  Gathered(const ClusterLists& lists, MatrixView queries, std::span<const std::size_t> rows) : coded(queries.columns) {
    const std::size_t d = queries.columns;
    floats.resize(rows.size() * d);
    coded.resize(rows.size());
    margins.resize(rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::span<float> row(floats.data() + i * d, d);
      std::memcpy(row.data(), queries.row(rows[i]), d * sizeof(float));
      coded.set(i, row);
      const double length = std::sqrt(simd::ops().dot_double(row.data(), row.data(), d));
      const double error = std::hypot(coding_error(row, coded, i) * lists.longest, lists.error * length) /
                           std::sqrt(static_cast<double>(d));
      margins[i] = kDeviations * std::sqrt(2.0) * error;
    }
  }
};

// Which queries look into each cluster, in two rounds, none twice.
class Visits {
 public:
  Visits(const ClusterLists& lists, const CodedRows& coded, std::size_t count)
      : lists_(lists),
        coded_(coded),
        count_(count),
        words_((lists.count() + 63) / 64),
        largest_(lists.count()),
        before_(count * words_, 0),
        now_(count * words_, 0),
        scores_(std::min(kTile, count) * panel_places(lists.count())) {}

  // First round: the clusters of the largest means.
  void plan_first() {
    plan([&](std::size_t, std::span<const float> scores, std::uint64_t* bits) {
      largest_.for_each(scores, lists_.first_probes,
                        [&](std::size_t list) { bits[list / 64] |= std::uint64_t{1} << (list % 64); });
    });
  }

  // Second round: those of all means that reach a query's limit.
  void plan_rest(std::span<const float> limits) {
    std::swap(before_, now_);
    plan([&](std::size_t query, std::span<const float> scores, std::uint64_t* bits) {
      const auto marks = largest_.mark(scores, limits[query] / scale_of(coded_, query));
      for (std::size_t word = 0; word < words_; ++word) bits[word] = marks[word] & ~before_[query * words_ + word];
    });
  }

  std::span<const std::uint16_t> of(std::size_t list) const {
    return std::span(queries_).subspan(starts_[list], starts_[list + 1] - starts_[list]);
  }

 private:
  // choose(query, its scores with all means, a bit a cluster to set) for every query; then by cluster.
  template <class Choose>
  void plan(Choose&& choose) {
    const std::size_t places = panel_places(lists_.count());
    for (std::size_t first = 0; first < count_; first += kTile) {
      const std::size_t size = std::min(kTile, count_ - first);
      lists_.means.products(coded_, first, size, 0, places, scores_.data());
      for (std::size_t i = 0; i < size; ++i)
        choose(first + i, std::span<const float>(scores_.data() + i * places, lists_.count()),
               now_.data() + (first + i) * words_);
    }
    starts_.assign(lists_.count() + 1, 0);
    for_each_visit([&](std::size_t list, std::size_t) { ++starts_[list + 1]; });
    std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
    queries_.resize(starts_.back());
    std::vector<std::size_t> next(starts_.begin(), starts_.end() - 1);
    for_each_visit(
        [&](std::size_t list, std::size_t query) { queries_[next[list]++] = static_cast<std::uint16_t>(query); });
  }

  template <class Each>
  void for_each_visit(Each&& each) const {
    for (std::size_t place = 0; place < now_.size(); ++place)
      for (std::uint64_t bits = now_[place]; bits != 0; bits &= bits - 1)
        each(place % words_ * 64 + static_cast<std::size_t>(std::countr_zero(bits)), place / words_);
  }

  const ClusterLists& lists_;
  const CodedRows& coded_;
  std::size_t count_, words_;
  Largest largest_;
  std::vector<std::uint64_t> before_, now_;  // of either round a bit a cluster, `words_` words a query
  std::vector<float> scores_;
  std::vector<std::size_t> starts_;
  std::vector<std::uint16_t> queries_;  // by cluster, ascending
};

// Products of queries with clusters, offered to the queries' candidates.
class Scan {
 public:
  Scan(const ClusterLists& lists, const CodedRows& coded, std::span<const std::int32_t> own, Candidates& candidates)
      : lists_(lists), coded_(coded), own_(own), candidates_(candidates), tile_(lists.vectors.columns) {
    tile_.resize(kTile);
  }

  void visit(std::size_t list, std::span<const std::uint16_t> queries) {
    for (std::size_t first = 0; first < queries.size(); first += kTile)
      some(list, queries.subspan(first, std::min(kTile, queries.size() - first)));
  }

 private:
  void some(std::size_t list, std::span<const std::uint16_t> queries) {
    const std::size_t begin = lists_.starts[list], places = lists_.starts[list + 1] - begin;
    const std::size_t panels = places / simd::kPanelRows;
    scores_.resize(std::max(scores_.size(), queries.size() * places));
    marks_.resize(std::max(marks_.size(), queries.size() * panels));
    for (std::size_t i = 0; i < queries.size(); ++i) {
      std::memcpy(tile_.codes.data() + i * tile_.size, coded_.row(queries[i]), tile_.size);
      tile_.sums[i] = coded_.sums[queries[i]];
      tile_.scales[i] = scale_of(coded_, queries[i]);
      limits_[i] = candidates_.limit(queries[i]) / tile_.scales[i];
    }
    lists_.members.products(tile_, 0, queries.size(), begin, begin + places, scores_.data(), limits_.data(),
                            marks_.data());
    for (std::size_t i = 0; i < queries.size(); ++i)
      for (std::size_t panel = 0; panel < panels; ++panel)
        for (std::uint32_t bits = marks_[i * panels + panel]; bits != 0; bits &= bits - 1) {
          const std::size_t j = panel * simd::kPanelRows + static_cast<std::size_t>(std::countr_zero(bits));
          offer(queries[i], scores_[i * places + j] * tile_.scales[i], lists_.ids[begin + j]);
        }
  }

  void offer(std::size_t query, float score, std::int32_t id) {
    if (score >= candidates_.limit(query) && id >= 0 && id != own_[query])
      candidates_.add(query, static_cast<std::size_t>(id), score);
  }

  const ClusterLists& lists_;
  const CodedRows& coded_;
  std::span<const std::int32_t> own_;
  Candidates& candidates_;
  CodedRows tile_;
  std::vector<float> scores_;
  std::array<float, kTile> limits_;
  std::vector<std::uint16_t> marks_;
};

}  // namespace

void search_group(const ClusterLists& lists, MatrixView queries, std::span<const std::size_t> rows, std::size_t k,
                  bool exclude_self, const Control& control, std::span<std::int32_t> ids,
                  std::span<float> similarities) {
  Gathered gathered(lists, queries, rows);
  std::vector<std::int32_t> own(rows.size(), -1);
  if (exclude_self)
    for (std::size_t i = 0; i < rows.size(); ++i) own[i] = static_cast<std::int32_t>(rows[i]);
  const bool settled = !similarities.empty();
  if (!settled) std::fill(gathered.margins.begin(), gathered.margins.end(), 0.0);
  Candidates candidates({gathered.floats.data(), rows.size(), queries.columns}, lists.vectors, k, lists.vectors.rows,
                        std::move(gathered.margins), Candidates::Crowds::passed_over);
  Visits visits(lists, gathered.coded, rows.size());
  Scan scan(lists, gathered.coded, own, candidates);
  const auto visit_all = [&] {
    for (std::size_t l = 0; l < lists.count(); ++l) {
      control.check();
      scan.visit(l, visits.of(l));
    }
  };
  visits.plan_first();
  visit_all();
  // Without k candidates as yet: into all clusters.
  std::vector<float> limits(rows.size(), -kInfinity);
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (candidates.complete(i)) limits[i] = candidates.kth(i) - static_cast<float>(lists.shortfall);
  visits.plan_rest(limits);
  visit_all();

  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (settled)
      candidates.finish(i, ids.data() + rows[i] * k, similarities.data() + rows[i] * k);
    else
      candidates.nominate(i, ids.data() + rows[i] * k);
  }
}

}  // namespace leitmotif
