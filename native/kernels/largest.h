// Which of many scores are the largest, by comparing all with a limit.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace leitmotif {

// Holds a bit for each of so many scores, and what it found last: queries of one place have about the same limit.
class Largest {
 public:
  // Room for `most` scores.
  explicit Largest(std::size_t most = 0);

  // Calls each(place) for the `wanted` largest scores, the first of equals; wanted <= scores.size().
  template <class Each>
  void for_each(std::span<const float> scores, std::size_t wanted, Each&& each) {
    const float limit = reached_by(scores, wanted);
    for (const bool equal : {false, true})
      for_each_at_least(scores, limit, [&](std::size_t place) {
        if (wanted == 0 || (scores[place] == limit) != equal) return;
        each(place);
        --wanted;
      });
  }

  // Calls each(place) for the scores that reach a limit.
  template <class Each>
  void for_each_at_least(std::span<const float> scores, float limit, Each&& each) {
    const auto marks = mark(scores, limit);
    for (std::size_t word = 0; word < marks.size(); ++word)
      for (std::uint64_t bits = marks[word]; bits != 0; bits &= bits - 1)
        each(word * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
  }

  // A bit for each score that reaches a limit.
  std::span<const std::uint64_t> mark(std::span<const float> scores, float limit);

  // A limit that `wanted` scores reach, and `slack` more at most unless they are tied. By bisection, from the last one
  // found. wanted <= scores.size().
  float reached_by(std::span<const float> scores, std::size_t wanted, std::size_t slack = 0);

 private:
  std::size_t count_at_least(std::span<const float> scores, float limit);

  std::vector<std::uint64_t> marks_;
  std::vector<float> none_;
  float last_ = 0;
};

}  // namespace leitmotif
