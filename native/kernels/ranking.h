// The best of many scores, in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace leitmotif {

// Puts the ids of the largest scores into `ids`, descending, equal ones by smaller id, without those in `exclude` (in
// any order; an id may come twice). Returns how many there are: ids.size(), or fewer where the scores run out.
//
// Takes n + ids.size() log ids.size() steps. Allocates 4 bytes a score. Throws InvalidArgument (NaN, an excluded id
// that is no score's). Thread-safe.
std::size_t rank(std::span<const float> scores, std::span<const std::int32_t> exclude, std::span<std::int32_t> ids);

}  // namespace leitmotif
