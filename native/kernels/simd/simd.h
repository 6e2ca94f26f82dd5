// Vector operations with run-time dispatch.
//
// simd_ops.inl is compiled once per instruction set (simd_scalar.cc, simd_avx2.cc, simd_avx512.cc), each with its own
// compiler flags; ops() hands out the best table that this processor runs. The scalar table is the twin that the tests
// compare the others with. On other architectures the scalar source is compiled for the baseline (NEON on arm64).
#pragma once

#include <cstddef>
#include <cstdint>

namespace leitmotif::simd {

enum class Level { scalar = 0, avx2 = 1, avx512 = 2 };

// All pointers may be unaligned; lengths may be zero; none of these allocates, and all are thread-safe.
struct Ops {
  Level level;
  // dst[i] = max(dst[i], src[i]). Exact.
  void (*max_into)(float* dst, const float* src, std::size_t n);
  // sum_i a[i] b[i] in float32 with several partial sums. Relative error below n * 2^-24 * sum |a b|.
  float (*dot)(const float* a, const float* b, std::size_t n);
  // counts[i] += (src[i] > 0). Exact while counts stay below 2^32.
  void (*count_positive)(std::uint32_t* counts, const float* src, std::size_t n);
  // True when every value is finite and not negative.
  bool (*all_finite_non_negative)(const float* src, std::size_t n);
  // True when every value is finite.
  bool (*all_finite)(const float* src, std::size_t n);
};

// The table in use: the best this processor runs, or LEITMOTIF_SIMD=scalar|avx2|avx512, or what force() chose.
const Ops& ops();

// The best level this processor (and this build) runs.
Level best();

// Uses `level` from now on. False, and nothing changes, where the processor does not run it.
bool force(Level level);

const char* name(Level level);

}  // namespace leitmotif::simd
