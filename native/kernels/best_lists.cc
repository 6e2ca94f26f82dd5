#include "kernels/best_lists.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <limits>

namespace leitmotif {

namespace {

// Keys in the order of what they stand for: larger scores first, then smaller ids. The bits of floats are in the order
// of their values once the sign is turned over, of negative ones all bits; -0 would be below 0.
std::uint64_t key_of(float score, std::size_t id) {
  const auto bits = std::bit_cast<std::uint32_t>(score + 0.0f);
  const std::uint32_t ordered = bits ^ (bits >> 31 ? 0xffffffffu : 0x80000000u);
  return std::uint64_t{ordered} << 32 | (0xffffffffu - static_cast<std::uint32_t>(id));
}

float score_of(std::uint64_t key) {
  const auto ordered = static_cast<std::uint32_t>(key >> 32);
  return std::bit_cast<float>(ordered ^ (ordered >> 31 ? 0x80000000u : 0xffffffffu));
}

std::int32_t id_of(std::uint64_t key) {
  return static_cast<std::int32_t>(0xffffffffu - static_cast<std::uint32_t>(key));
}

}  // namespace

BestLists::BestLists(std::size_t rows, std::size_t kept)
    : kept_(kept),
      capacity_(kept + kept / 8 + 1),
      limits_(rows, -std::numeric_limits<float>::infinity()),
      least_(rows, 0),
      counts_(rows, 0),
      keys_(make_large_array<std::uint64_t>(rows * capacity_)) {}

void BestLists::offer(std::size_t row, std::size_t id, float score) {
  const std::uint64_t key = key_of(score, id);
  if (key < least_[row]) return;
  keys_[row * capacity_ + counts_[row]++] = key;
  if (counts_[row] == capacity_) shorten(row);
}

// The best stay in order, so that the few that have come since are merged into them: quicker by a quarter than
// selecting from all.
void BestLists::shorten(std::size_t row) {
  std::uint64_t* const keys = keys_.get() + row * capacity_;
  std::uint64_t *const end = keys + counts_[row], *const fresh = least_[row] > 0 ? keys + kept_ : keys;
  std::sort(fresh, end, std::greater<>());
  std::inplace_merge(keys, fresh, end, std::greater<>());
  counts_[row] = static_cast<std::uint32_t>(kept_);
  least_[row] = keys[kept_ - 1];
  limits_[row] = score_of(least_[row]);
}

std::size_t BestLists::take(std::size_t row, std::int32_t* ids) {
  if (counts_[row] > kept_) shorten(row);
  const std::uint64_t* const keys = keys_.get() + row * capacity_;
  std::transform(keys, keys + counts_[row], ids, id_of);
  return counts_[row];
}

}  // namespace leitmotif
