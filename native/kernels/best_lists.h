// Of each row the best of what it is offered, for searches in which every product is offered to both of its rows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/large_array.h"

namespace leitmotif {

// The `kept` best scores of each row, equal ones by smaller id, whatever the order in which they come: lists that take
// a few more, and drop them where they are full. No NaN. Rows may be used by different threads at once.
class BestLists {
 public:
  BestLists(std::size_t rows, std::size_t kept);

  // What scores less is not among the best of a row.
  float limit(std::size_t row) const { return limits_[row]; }
  void offer(std::size_t row, std::size_t id, float score);
  // Ids of the best, in any order; ends the row's list.
  std::size_t take(std::size_t row, std::int32_t* ids);

 private:
  void shorten(std::size_t row);

  std::size_t kept_, capacity_;
  std::vector<float> limits_;
  std::vector<std::uint64_t> least_;  // the last of the best, as keys order them
  std::vector<std::uint32_t> counts_;
  LargeArray<std::uint64_t> keys_;
};

}  // namespace leitmotif
