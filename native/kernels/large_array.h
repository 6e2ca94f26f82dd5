// Large arrays that are written once, without a fault for every 4 KiB of them.
#pragma once

#ifdef __linux__
#include <sys/mman.h>
#endif

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

namespace leitmotif {

struct FreeLargeArray {
  void operator()(void* array) const { std::free(array); }
};

template <class T>
using LargeArray = std::unique_ptr<T[], FreeLargeArray>;

// `count` values, not initialised. Where there are huge pages, the system is asked for them.
template <class T>
LargeArray<T> make_large_array(std::size_t count) {
  const std::size_t bytes = count * sizeof(T);
#ifdef __linux__
  constexpr std::size_t page = std::size_t{1} << 21;
  if (bytes >= page) {
    const std::size_t whole = (bytes + page - 1) / page * page;
    void* array = std::aligned_alloc(page, whole);
    if (!array) throw std::bad_alloc();
    madvise(array, whole, MADV_HUGEPAGE);
    return LargeArray<T>(static_cast<T*>(array));
  }
#endif
  void* array = std::malloc(bytes > 0 ? bytes : 1);
  if (!array) throw std::bad_alloc();
  return LargeArray<T>(static_cast<T*>(array));
}

}  // namespace leitmotif
