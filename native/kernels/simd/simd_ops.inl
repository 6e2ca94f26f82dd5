// The vector operations, written as loops that the compiler vectorises for the flags of the including file.
// Includes nothing and calls nothing inline from elsewhere: code compiled here for a newer processor must never be the
// copy that the linker keeps for everyone.

static void max_into(float* dst, const float* src, std::size_t n) {
#pragma omp simd
  for (std::size_t i = 0; i < n; ++i) dst[i] = dst[i] < src[i] ? src[i] : dst[i];
}

static float dot(const float* a, const float* b, std::size_t n) {
  float sum = 0;
#pragma omp simd reduction(+ : sum)
  for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
  return sum;
}

static void count_positive(std::uint32_t* counts, const float* src, std::size_t n) {
#pragma omp simd
  for (std::size_t i = 0; i < n; ++i) counts[i] += src[i] > 0 ? 1u : 0u;
}

// Infinity and NaN are the values whose exponent bits are all set; a sign bit alone (-0) is allowed.
static bool all_finite(const float* src, std::size_t n) {
  std::uint32_t bad = 0;
#pragma omp simd reduction(| : bad)
  for (std::size_t i = 0; i < n; ++i) {
    std::uint32_t bits;
    __builtin_memcpy(&bits, src + i, 4);
    bad |= (bits & 0x7f800000u) == 0x7f800000u ? 1u : 0u;
  }
  return bad == 0;
}

static bool all_finite_non_negative(const float* src, std::size_t n) {
  std::uint32_t bad = 0;
#pragma omp simd reduction(| : bad)
  for (std::size_t i = 0; i < n; ++i) {
    std::uint32_t bits;
    __builtin_memcpy(&bits, src + i, 4);
    // Every negative number but -0, and its NaNs, lie above 0x80000000; positive infinity and NaN at 0x7f800000 or
    // more.
    bad |= (bits >= 0x7f800000u && bits != 0x80000000u) ? 1u : 0u;
  }
  return bad == 0;
}

extern const Ops LEITMOTIF_SIMD_TABLE;
const Ops LEITMOTIF_SIMD_TABLE = {LEITMOTIF_SIMD_LEVEL,    max_into,  dot, count_positive,
                                  all_finite_non_negative, all_finite};
