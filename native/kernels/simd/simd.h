// Vector operations with run-time dispatch.
//
// simd_ops.inl is compiled once per instruction set (simd_scalar.cc, simd_neon.cc, simd_avx2.cc, simd_avx512.cc,
// simd_vnni.cc), each with its own compiler flags; ops() hands out the best table that this processor runs. The scalar
// table is the twin that the tests compare the others with. NEON belongs to every arm64 processor.
#pragma once

#include <cstddef>
#include <cstdint>

namespace leitmotif::simd {

// n axis-aligned Gaussians in the plane: means (x, y), variances, and a factor on each.
struct Gaussians {
  const double *x, *y, *var_x, *var_y, *amplitude;
};

// vnni: avx512 and products of bytes.
enum class Level { scalar, neon, avx2, avx512, vnni };

// Codes of 8 bits, 16 rows beside one another: of the first four values of each row, then of the next four. What is
// stored of a value from -127 to 127 is 128 more.
constexpr std::size_t kPanelRows = 16, kPanelStep = 4;

// `count` rows of d values from -127 to 127 to multiply them with, and the sum of each.
struct CodedQueries {
  const std::int8_t* codes;
  const std::int32_t* sums;
  std::size_t count;
};

// Shorter codes in such panels, kShortZero more than each value from -kShortLargest to kShortLargest: so short that
// sums of the products of kShortStep values, two of each step a lane, fit 16 bits.
constexpr std::size_t kShortStep = 64;
constexpr int kShortLargest = 21, kShortZero = 22;

// One panel of rows as the other side of products: the values themselves in the place of their codes, and of each row
// the sum of its values, its scale, and the least score that it takes.
struct ShortRows {
  const std::int8_t* values;
  const std::int32_t* sums;
  const float *scales, *limits;
};

// `panels` panels of codes, and of each of their rows its scale and the least score that it takes.
struct ShortPanels {
  const std::uint8_t* codes;
  const float *scales, *limits;
  std::size_t panels;
};

// Windows along a line of `length` items: that of item i reaches from i - before to i + after, clipped at the ends.
// Asked for are those of `count` items, at least 1, from `first` on. before, after < length.
struct LineWindows {
  std::size_t length, before, after, first, count;
};

// All pointers may be unaligned; lengths may be zero; none of these allocates, and all are thread-safe.
struct Ops {
  Level level;
  // dst[i] = max(dst[i], src[i]). Exact.
  void (*max_into)(float* dst, const float* src, std::size_t n);
  // Item first + i of the windows' maxima goes to dst + i * dst_stride; an item is n floats, the line's lie
  // `src_stride` floats apart. Exact. Three maxima a value, whatever the windows' length (van Herk 1992). scratch: n *
  // (before + after
  // + 1) floats. dst, src and scratch are apart from each other.
  void (*window_max)(float* dst, std::size_t dst_stride, const float* src, std::size_t src_stride, std::size_t n,
                     const LineWindows& windows, float* scratch);
  // dst[i] = max(dst[i], factor * src[i]).
  void (*max_scaled_into)(float* dst, const float* src, float factor, std::size_t n);
  // sums[i] += factor * src[i] in float64.
  void (*add_scaled)(double* sums, const float* src, double factor, std::size_t n);
  // sums[i] += (scales[i] * src[i])^3 in float64.
  void (*add_cubes)(double* sums, const float* src, const double* scales, std::size_t n);
  // sum_i a[i] b[i] in float32 with several partial sums. Relative error below n * 2^-24 * sum |a b|.
  float (*dot)(const float* a, const float* b, std::size_t n);
  // values[i] = factor * values[i] - less[i], in float64 and rounded once.
  void (*scale_and_subtract)(float* values, double factor, const float* less, std::size_t n);
  // counts[i] += (src[i] > 0). Exact while counts stay below 2^32.
  void (*count_positive)(std::uint32_t* counts, const float* src, std::size_t n);
  // True when every value is finite and not negative.
  bool (*all_finite_non_negative)(const float* src, std::size_t n);
  // True when every value is finite.
  bool (*all_finite)(const float* src, std::size_t n);

  // out (rows x columns) = a b in float64: a(i, p) = a[i * a_row + p * a_column], b (inner x columns). out and b are
  // dense and row-major; columns is a multiple of 8. For small matrices: everything should fit the second-level cache.
  void (*product)(double* out, const double* a, std::size_t a_row, std::size_t a_column, const double* b,
                  std::size_t rows, std::size_t inner, std::size_t columns);
  // out[k * columns + i] = amplitude[k] * exp(-scale[k] * (i - mean[k])^2), scale > 0; 0 where the exponent is below
  // -708. Relative error below 2^-51 * (1 + |exponent|).
  void (*gaussian_rows)(double* out, const double* mean, const double* scale, const double* amplitude, std::size_t rows,
                        std::size_t columns);
  // values[i] *= factors[i].
  void (*multiply_into)(double* values, const double* factors, std::size_t n);
  // out[i] = a[i] / max(b[i], least). Returns the smallest b[i] whose a[i] > 0, or `least` where none is below it. No
  // NaN.
  double (*divide_above)(double* out, const double* a, const double* b, double least, std::size_t n);
  // sum_j amplitude_j * exp(-((x - x_j)^2 / A + (y - y_j)^2 / B) / 2) / sqrt(A B), A = var_x + var_x_j, B = var_y +
  // var_y_j: 2 pi times the inner products of the normal density at (x, y) with the others. Relative error as
  // gaussian_rows.
  double (*gaussian_overlap)(double x, double y, double var_x, double var_y, const Gaussians& others, std::size_t n);
  // sum_i a[i] b[i] in float64, the same to the last bit at every level: products are exact, sums go by a fixed order.
  double (*dot_double)(const float* a, const float* b, std::size_t n);
  // The same where a is widened: for one vector with many, half of whose time is conversion.
  double (*dot_wide)(const double* a, const float* b, std::size_t n);
  // Bit i of `bits` (bit i % 64 of word i / 64; ceil(n / 64) words, all written) = values[i] >= min(limits[i], limit).
  void (*mark_at_least)(std::uint64_t* bits, const float* values, const float* limits, float limit, std::size_t n);
  // scores[i * stride + j] = scales[j] * sum_p query(i, p) * code(j, p) for all queries and the rows j of `panels`
  // panels (kPanelRows * d bytes each); d a multiple of kPanelStep, at most 2^16. The sum is exact and the product
  // rounded once, so the same to the last bit at every level. Unless null, marks[i * panels + j / kPanelRows] gets bit
  // j % kPanelRows = scores[i * stride + j] >= limits[i].
  void (*code_products)(float* scores, std::size_t stride, const CodedQueries& queries, const std::uint8_t* codes,
                        const float* scales, std::size_t panels, std::size_t d, const float* limits,
                        std::uint16_t* marks);
  // marks[i * columns.panels + j / kPanelRows] gets bit j % kPanelRows = score >= min(limit(i), limit(j)) for the rows
  // i of one panel and j of others, score = sum_p value(i, p) * value(j, p) * scale(j) * scale(i): the sum is exact,
  // both products with scales are rounded, so the same to the last bit at every level. Where a row has marks in a
  // panel, scores[i * kPanelRows * columns.panels + j] gets its scores there. d is a multiple of kShortStep, at most
  // 2^16.
  void (*short_products)(float* scores, std::uint16_t* marks, const ShortRows& rows, const ShortPanels& columns,
                         std::size_t d);
};

// The table in use: the best this processor runs, or LEITMOTIF_SIMD=scalar|neon|avx2|avx512|vnni, or what force()
// chose.
const Ops& ops();

// The best level this processor (and this build) runs.
Level best();

// Uses `level` from now on. False, and nothing changes, where the processor does not run it.
bool force(Level level);

const char* name(Level level);

}  // namespace leitmotif::simd
