#include "kernels/ranking.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "kernels/control.h"

namespace leitmotif {

std::size_t rank(std::span<const float> scores, std::span<const std::int32_t> exclude, std::span<std::int32_t> ids) {
  if (std::any_of(scores.begin(), scores.end(), [](float score) { return std::isnan(score); }))
    throw InvalidArgument("a score must be a number, got NaN");
  std::vector<std::int32_t> passed(exclude.begin(), exclude.end());
  std::sort(passed.begin(), passed.end());
  passed.erase(std::unique(passed.begin(), passed.end()), passed.end());
  if (!passed.empty() && (passed.front() < 0 || static_cast<std::size_t>(passed.back()) >= scores.size()))
    throw InvalidArgument("an excluded id must be from 0 to " + std::to_string(scores.size()) + ", exclusive, got " +
                          std::to_string(passed.front() < 0 ? passed.front() : passed.back()));
  std::vector<std::int32_t> order;
  order.reserve(scores.size() - passed.size());
  auto next = passed.begin();
  for (std::size_t id = 0; id < scores.size(); ++id) {
    if (next != passed.end() && static_cast<std::size_t>(*next) == id)
      ++next;
    else
      order.push_back(static_cast<std::int32_t>(id));
  }
  const auto before = [scores](std::int32_t a, std::int32_t b) {
    const float x = scores[static_cast<std::size_t>(a)], y = scores[static_cast<std::size_t>(b)];
    return x != y ? x > y : a < b;
  };
  const auto wanted = static_cast<std::ptrdiff_t>(std::min(ids.size(), order.size()));
  if (wanted < static_cast<std::ptrdiff_t>(order.size()))
    std::nth_element(order.begin(), order.begin() + wanted, order.end(), before);
  std::sort(order.begin(), order.begin() + wanted, before);
  std::copy_n(order.begin(), wanted, ids.begin());
  return static_cast<std::size_t>(wanted);
}

}  // namespace leitmotif
