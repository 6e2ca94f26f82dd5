// What every kernel shares: errors, cancelling, progress, and checks of what it is given.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>

#include "kernels/simd/simd.h"

namespace leitmotif {

// A value that the caller passed is not usable; the message says which, and what would be.
struct InvalidArgument : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

// The caller asked to stop.
struct Cancelled : std::runtime_error {
  Cancelled() : std::runtime_error("the operation was aborted") {}
};

// How a caller watches and stops a long kernel. Both words belong to the caller and outlive the call; another thread
// may write `cancel` and read `progress` at any time. Null pointers: neither cancelled nor watched.
class Control {
 public:
  Control() = default;
  // words[0]: non-zero asks to stop; words[1]: progress in 1/10000.
  explicit Control(std::int32_t* words) : words_(words) {}

  bool cancelled() const { return words_ && std::atomic_ref<std::int32_t>(words_[0]).load(std::memory_order_relaxed); }
  // Throws Cancelled. Not for the inside of a parallel region: leave the loop there and call it after.
  void check() const {
    if (cancelled()) throw Cancelled();
  }
  // share: fraction done, 0..1. Never takes progress back, in whatever order threads report.
  void report(double share) const {
    if (!words_) return;
    const auto value = static_cast<std::int32_t>((from_ + share * (to_ - from_)) * 10000);
    const std::atomic_ref<std::int32_t> word(words_[1]);
    std::int32_t now = word.load(std::memory_order_relaxed);
    while (now < value && !word.compare_exchange_weak(now, value, std::memory_order_relaxed)) {
    }
  }
  // For a part of the work: what it reports as 0..1 is from..to of this one's.
  Control part(double from, double to) const {
    Control result(words_);
    result.from_ = from_ + from * (to_ - from_);
    result.to_ = from_ + to * (to_ - from_);
    return result;
  }

 private:
  std::int32_t* words_ = nullptr;
  double from_ = 0, to_ = 1;
};

// The first exception thrown inside an OpenMP region, carried out of it. Usage: region.run([&] { ... });
// region.rethrow().
class ParallelErrors {
 public:
  template <class F>
  void run(F&& body) noexcept {
    if (failed_.load(std::memory_order_relaxed)) return;
    try {
      body();
    } catch (...) {
      if (!failed_.exchange(true)) error_ = std::current_exception();
    }
  }
  bool failed() const { return failed_.load(std::memory_order_relaxed); }
  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  std::atomic<bool> failed_{false};
  std::exception_ptr error_;
};

inline void require_finite(std::span<const float> values, const char* what) {
  if (!simd::ops().all_finite(values.data(), values.size()))
    throw InvalidArgument(std::string(what) + " holds NaN or infinity: only finite values can be used");
}

inline void require_finite_non_negative(std::span<const float> values, const char* what) {
  if (!simd::ops().all_finite_non_negative(values.data(), values.size()))
    throw InvalidArgument(std::string(what) +
                          " holds NaN, infinity or negative values: only finite values of at least 0 can be used "
                          "(apply ReLU to a network's output first)");
}

}  // namespace leitmotif
