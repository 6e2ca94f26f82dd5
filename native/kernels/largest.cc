#include "kernels/largest.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/simd/simd.h"

namespace leitmotif {

Largest::Largest(std::size_t most) : marks_((most + 63) / 64), none_(most, std::numeric_limits<float>::infinity()) {}

std::span<const std::uint64_t> Largest::mark(std::span<const float> scores, float limit) {
  const std::span<std::uint64_t> marks = std::span(marks_).first((scores.size() + 63) / 64);
  simd::ops().mark_at_least(marks.data(), scores.data(), none_.data(), limit, scores.size());
  return marks;
}

std::size_t Largest::count_at_least(std::span<const float> scores, float limit) {
  std::size_t count = 0;
  for (std::uint64_t word : mark(scores, limit)) count += static_cast<std::size_t>(std::popcount(word));
  return count;
}

float Largest::reached_by(std::span<const float> scores, std::size_t wanted, std::size_t slack) {
  float low = last_, high = last_, step = std::max(std::abs(last_) / 64, 1.0f);
  std::size_t count = count_at_least(scores, low);
  if (count >= wanted)
    while (count > wanted + slack && (count = count_at_least(scores, high += step)) >= wanted) low = high, step *= 2;
  else
    while ((count = count_at_least(scores, low -= step)) < wanted) high = low, step *= 2;
  while (count < wanted || count > wanted + slack) {
    const float middle = low / 2 + high / 2;
    if (middle <= low || middle >= high) break;
    count = count_at_least(scores, middle);
    (count >= wanted ? low : high) = middle;
  }
  return last_ = low;
}

}  // namespace leitmotif
