// Stopping work in the midst of it.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>

namespace leitmotif::tests {

// Asks the work that these control words belong to to stop once it reports this share, in ten-thousandths.
inline std::jthread stop_at(std::int32_t (&words)[2], std::int32_t share) {
  return std::jthread([&words, share] {
    while (std::atomic_ref(words[1]).load() < share) std::this_thread::yield();
    std::atomic_ref(words[0]).store(1);
  });
}

}  // namespace leitmotif::tests
