#include "kernels/quantised_neighbours.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <limits>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "kernels/best_lists.h"
#include "kernels/codes.h"
#include "kernels/exact_products.h"
#include "kernels/neighbours.h"
#include "kernels/parallel.h"
#include "kernels/short_codes.h"

namespace leitmotif {

namespace {

using simd::kPanelRows;

// The codes of a block stay in the second-level cache while those of another go by.
constexpr std::size_t kBlockBytes = std::size_t{1} << 17, kLargestBlock = 64;  // panels

// Rows whose lists lie in one place, and are freed as soon as they are settled: what is found then takes their room.
constexpr std::size_t kTogether = std::size_t{1} << 16;

// Rows that a thread settles at a time.
constexpr std::size_t kBatch = 256;

// The order by codes is not quite that of the vectors: so many are compared by the vectors themselves.
std::size_t kept_for(std::size_t k) {
  return k + k / 4 + 8;
}

// The lists of all rows, in parts that are given away one after another.
class Lists {
 public:
  Lists(std::size_t rows, std::size_t kept) {
    for (std::size_t first = 0; first < rows; first += kTogether)
      parts_.emplace_back(std::min(kTogether, rows - first), kept);
  }
  float limit(std::size_t row) const { return parts_[row / kTogether].limit(row % kTogether); }
  void offer(std::size_t row, std::size_t id, float score) {
    parts_[row / kTogether].offer(row % kTogether, id, score);
  }
  // The lists of the rows from kTogether * number on, for the last time.
  BestLists part(std::size_t number) { return std::move(parts_[number]); }

 private:
  std::vector<BestLists> parts_;
};

// A product that one of its rows may want.
struct Hit {
  std::uint32_t row, column;
  float score;
};

// What a thread multiplies with.
struct Scratch {
  std::vector<std::int8_t> values;
  std::vector<float> scores, row_limits, column_limits;
  std::vector<std::uint16_t> marks;
  std::vector<Hit> hits;
};

// All pairs of blocks, each offered to the lists of both sides.
class Pairs {
 public:
  Pairs(const ShortCodes& codes, std::size_t rows, bool exclude_self, Lists& lists)
      : codes_(codes),
        rows_(rows),
        exclude_self_(exclude_self),
        lists_(lists),
        block_(std::clamp<std::size_t>(kBlockBytes / (kPanelRows * codes.size()), 1, kLargestBlock)),
        blocks_((codes.panels() + block_ - 1) / block_),
        locks_(blocks_) {}

  std::size_t count() const { return blocks_ * (blocks_ + 1) / 2; }

  // Pairs run along diagonals: threads at work on neighbouring ones wait for no common block, and the first half of all
  // holds each pair once.
  void multiply(std::size_t number, Scratch& scratch) {
    const std::size_t a = number % blocks_, b = (a + number / blocks_) % blocks_;
    // By their order, whoever multiplies: scores are rounded differently from either side.
    const std::size_t first = std::min(a, b), second = std::max(a, b);
    read_limits(first, scratch.row_limits);
    read_limits(second, scratch.column_limits);
    find(first, second, scratch);
    std::unique_lock<std::mutex> one(locks_[first]), other;
    if (second != first) other = std::unique_lock(locks_[second]);
    for (const Hit& hit : scratch.hits) {
      lists_.offer(hit.row, hit.column, hit.score);
      if (hit.row != hit.column) lists_.offer(hit.column, hit.row, hit.score);
    }
  }

 private:
  std::size_t begin(std::size_t block) const { return block * block_; }
  std::size_t end(std::size_t block) const { return std::min((block + 1) * block_, codes_.panels()); }

  void read_limits(std::size_t block, std::vector<float>& limits) {
    const std::scoped_lock lock(locks_[block]);
    limits.assign((end(block) - begin(block)) * kPanelRows, std::numeric_limits<float>::infinity());
    const std::size_t row = begin(block) * kPanelRows, count = std::min(limits.size(), rows_ - row);
    for (std::size_t i = 0; i < count; ++i) limits[i] = lists_.limit(row + i);
  }

  void find(std::size_t first, std::size_t second, Scratch& scratch) const {
    scratch.hits.clear();
    scratch.values.resize(kPanelRows * codes_.size());
    for (std::size_t panel = begin(first); panel < end(first); ++panel) {
      codes_.values(panel, scratch.values.data());
      const std::size_t from = first == second ? panel : begin(second), count = end(second) - from;
      scratch.scores.resize(count * kPanelRows * kPanelRows);
      scratch.marks.resize(count * kPanelRows);
      simd::ops().short_products(scratch.scores.data(), scratch.marks.data(),
                                 {scratch.values.data(), codes_.sums(panel), codes_.scales(panel),
                                  scratch.row_limits.data() + (panel - begin(first)) * kPanelRows},
                                 {codes_.panel(from), codes_.scales(from),
                                  scratch.column_limits.data() + (from - begin(second)) * kPanelRows, count},
                                 codes_.size());
      collect(panel, from, count, scratch);
    }
  }

  void collect(std::size_t panel, std::size_t from, std::size_t count, Scratch& scratch) const {
    for (std::size_t i = 0; i < kPanelRows && panel * kPanelRows + i < rows_; ++i) {
      const std::size_t row = panel * kPanelRows + i;
      for (std::size_t p = 0; p < count; ++p)
        for (std::uint32_t bits = scratch.marks[i * count + p]; bits != 0; bits &= bits - 1) {
          const std::size_t j = p * kPanelRows + static_cast<std::size_t>(std::countr_zero(bits));
          const std::size_t column = from * kPanelRows + j;
          // Of a panel with itself each pair once.
          if (column < row || column >= rows_ || (exclude_self_ && column == row)) continue;
          scratch.hits.push_back({static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(column),
                                  scratch.scores[i * count * kPanelRows + j]});
        }
    }
  }

  const ShortCodes& codes_;
  std::size_t rows_;
  bool exclude_self_;
  Lists& lists_;
  std::size_t block_, blocks_;
  std::vector<std::mutex> locks_;
};

// The k nearest of some vectors to a row, by the vectors themselves.
void settle(MatrixView vectors, std::size_t row, std::span<const std::int32_t> some, std::size_t k, std::int32_t* ids,
            float* similarities) {
  std::vector<std::pair<double, std::int32_t>> found(some.size());
  exact_products(
      vectors.row(row), vectors, some.size(), [&](std::size_t i) { return some[i]; },
      [&](std::size_t i, double product) {
        found[i] = {-product, some[i]};
      });
  std::sort(found.begin(), found.end());
  for (std::size_t i = 0; i < k; ++i) {
    ids[i] = found[i].second;
    similarities[i] = static_cast<float>(-found[i].first);
  }
}

}  // namespace

void quantised_neighbours(MatrixView vectors, std::size_t k, bool exclude_self, std::size_t threads,
                          const Control& control, std::span<std::int32_t> ids, std::span<float> similarities) {
  require_searchable(vectors, vectors, k, exclude_self, threads);
  if (vectors.columns > kMostCodedColumns)
    throw InvalidArgument("vectors of " + std::to_string(vectors.columns) + " columns: at most " +
                          std::to_string(kMostCodedColumns) + " can be quantised");
  if (k == 0) return;
  const std::size_t kept = std::min(kept_for(k), vectors.rows - (exclude_self ? 1 : 0));
  const int team = static_cast<int>(threads);
  Lists lists(vectors.rows, kept);
  {
    const ShortCodes codes(vectors, threads);
    Pairs pairs(codes, vectors.rows, exclude_self, lists);
    const Control share = control.part(0, 0.95);
    const std::size_t count = pairs.count();
    std::atomic<std::size_t> done{0};
    ParallelErrors errors;
#pragma omp parallel num_threads(team)
    {
      Scratch scratch;
#pragma omp for schedule(dynamic)
      for (std::size_t number = 0; number < count; ++number)
        errors.run([&] {
          control.check();
          pairs.multiply(number, scratch);
          share.report(static_cast<double>(++done) / static_cast<double>(count));
        });
    }
    errors.rethrow();
  }
  const auto all = static_cast<double>(vectors.rows);
  for (std::size_t first = 0; first < vectors.rows; first += kTogether) {
    BestLists some = lists.part(first / kTogether);
    const std::size_t last = std::min(first + kTogether, vectors.rows);
    const Control share =
        control.part(0.95 + 0.05 * static_cast<double>(first) / all, 0.95 + 0.05 * static_cast<double>(last) / all);
    for_each_item((last - first + kBatch - 1) / kBatch, team, share, [&](std::size_t batch) {
      std::vector<std::int32_t> best(kept);
      const std::size_t begin = first + batch * kBatch;
      for (std::size_t row = begin; row < std::min(begin + kBatch, last); ++row) {
        const std::size_t count = some.take(row - first, best.data());
        settle(vectors, row, std::span(best).first(count), k, ids.data() + row * k, similarities.data() + row * k);
      }
    });
  }
}

}  // namespace leitmotif
