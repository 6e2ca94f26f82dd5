// Independent items on several threads.
#pragma once

#include <atomic>
#include <cstddef>

#include "kernels/control.h"

namespace leitmotif {

// Calls body(i) for every i below `count` on up to `threads` threads, in any order. The first exception ends the rest
// and is thrown here; cancelling is seen between items. Reports the share of items done.
template <class Body>
void for_each_item(std::size_t count, int threads, const Control& control, Body&& body) {
  ParallelErrors errors;
  std::atomic<std::size_t> done{0};
#pragma omp parallel for schedule(dynamic) num_threads(threads)
  for (std::size_t i = 0; i < count; ++i) {
    if (control.cancelled() || errors.failed()) continue;
    errors.run([&] { body(i); });
    control.report(static_cast<double>(done.fetch_add(1) + 1) / static_cast<double>(count));
  }
  control.check();
  errors.rethrow();
}

}  // namespace leitmotif
