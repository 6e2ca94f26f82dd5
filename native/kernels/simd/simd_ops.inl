// The vector operations, written as loops that the compiler vectorises for the flags of the including file.
// Includes nothing and calls nothing inline from elsewhere: code compiled here for a newer processor must never be the
// copy that the linker keeps for everyone.

static void max_into(float* dst, const float* src, std::size_t n) {
#pragma omp simd
  for (std::size_t i = 0; i < n; ++i) dst[i] = dst[i] < src[i] ? src[i] : dst[i];
}

#if defined(__AVX512F__)
constexpr std::size_t kWide = 16;
#elif defined(__AVX2__)
constexpr std::size_t kWide = 8;
#else
constexpr std::size_t kWide = 4;
#endif
typedef float Wide __attribute__((vector_size(kWide * 4)));

// Parts of an item, each a register of type T, that are taken along the line together.
template <class T, std::size_t Parts>
static inline __attribute__((always_inline)) void window_max_parts(float* __restrict dst, std::size_t dst_stride,
                                                                   const float* __restrict src, std::size_t src_stride,
                                                                   const LineWindows& windows,
                                                                   float* __restrict scratch) {
  constexpr std::size_t width = sizeof(T) / sizeof(float), size = Parts * width;
  const auto [length, before, after, first, count] = windows;
  const std::size_t side = before + after + 1, stop = first + count;
  const auto load = [](const float* from, std::size_t part) {
    T value;
    __builtin_memcpy(&value, from + part * width, sizeof value);
    return value;
  };
  const auto store = [](float* to, std::size_t part, T value) {
    __builtin_memcpy(to + part * width, &value, sizeof value);
  };
  // The windows of `side` items in turn share one item, the last of the first window: each is the maximum of one that
  // ends there, kept in scratch, and of one that begins there.
  for (std::size_t block = first; block < stop; block += side) {
    const std::size_t end = block + side < stop ? block + side : stop;
    const std::size_t shared = block + after < length ? block + after : length - 1;
    const std::size_t from = block > before ? block - before : 0;
    const float* item = src + shared * src_stride;
    float *kept = scratch + (shared - from) * size, *to = dst + (block - first) * dst_stride;
    T most[Parts];
#pragma GCC unroll 4
    for (std::size_t v = 0; v < Parts; ++v) store(kept, v, most[v] = load(item, v));
    for (std::size_t t = shared; t > from; --t) {
      item -= src_stride, kept -= size;
#pragma GCC unroll 4
      for (std::size_t v = 0; v < Parts; ++v) {
        const T value = load(item, v);
        store(kept, v, most[v] = most[v] < value ? value : most[v]);
      }
    }
    item = src + shared * src_stride;
#pragma GCC unroll 4
    for (std::size_t v = 0; v < Parts; ++v) {
      store(to, v, most[v]);
      most[v] = load(item, v);
    }
    for (std::size_t i = block + 1; i < end; ++i) {
      to += dst_stride;
      if (i + after < length) {
        item += src_stride;
#pragma GCC unroll 4
        for (std::size_t v = 0; v < Parts; ++v) {
          const T value = load(item, v);
          most[v] = most[v] < value ? value : most[v];
        }
      }
      if (i > before) kept += size;
#pragma GCC unroll 4
      for (std::size_t v = 0; v < Parts; ++v) {
        const T value = load(kept, v);
        store(to, v, most[v] < value ? value : most[v]);
      }
    }
  }
}

static void window_max(float* dst, std::size_t dst_stride, const float* src, std::size_t src_stride, std::size_t n,
                       const LineWindows& windows, float* scratch) {
  std::size_t j = 0;
  for (; j + 4 * kWide <= n; j += 4 * kWide)
    window_max_parts<Wide, 4>(dst + j, dst_stride, src + j, src_stride, windows, scratch);
  for (; j + kWide <= n; j += kWide)
    window_max_parts<Wide, 1>(dst + j, dst_stride, src + j, src_stride, windows, scratch);
  for (; j < n; ++j) window_max_parts<float, 1>(dst + j, dst_stride, src + j, src_stride, windows, scratch);
}

static void max_scaled_into(float* dst, const float* src, float factor, std::size_t n) {
#pragma omp simd
  for (std::size_t i = 0; i < n; ++i) {
    const float value = factor * src[i];
    dst[i] = dst[i] < value ? value : dst[i];
  }
}

static void add_scaled(double* sums, const float* src, double factor, std::size_t n) {
#pragma omp simd
  for (std::size_t i = 0; i < n; ++i) sums[i] += factor * static_cast<double>(src[i]);
}

static void add_cubes(double* sums, const float* src, const double* scales, std::size_t n) {
#pragma omp simd
  for (std::size_t i = 0; i < n; ++i) {
    const double value = scales[i] * static_cast<double>(src[i]);
    sums[i] += value * value * value;
  }
}

static void scale_and_subtract(float* values, double factor, const float* less, std::size_t n) {
#pragma omp simd
  for (std::size_t i = 0; i < n; ++i)
    values[i] = static_cast<float>(factor * static_cast<double>(values[i]) - static_cast<double>(less[i]));
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

// 32 running sums, whatever the width of a register, so that every level rounds alike; a product of two float32 values
// is exact in float64, so that fused and separate multiplication agree too.
template <class A>
static inline double dot_lanes(const A* a, const float* b, std::size_t n) {
  // 32 partial sums in registers of whatever width: vectors wider than the processor's would be kept in memory.
  constexpr std::size_t lanes = kWide / 2, parts = 32 / lanes, eighth = 8 / lanes;
  typedef float Floats __attribute__((vector_size(lanes * 4)));
  typedef double Doubles __attribute__((vector_size(lanes * 8)));
  typedef A Values __attribute__((vector_size(lanes * sizeof(A))));
  Doubles sums[parts] = {};
  std::size_t i = 0;
  for (; i + 32 <= n; i += 32)
#pragma GCC unroll 16
    for (std::size_t part = 0; part < parts; ++part) {
      Values x;
      Floats y;
      __builtin_memcpy(&x, a + i + lanes * part, sizeof x);
      __builtin_memcpy(&y, b + i + lanes * part, sizeof y);
      sums[part] += __builtin_convertvector(x, Doubles) * __builtin_convertvector(y, Doubles);
    }
  double folded[8];
#pragma GCC unroll 4
  for (std::size_t part = 0; part < eighth; ++part) {
    const Doubles four = (sums[part] + sums[2 * eighth + part]) + (sums[eighth + part] + sums[3 * eighth + part]);
    __builtin_memcpy(folded + part * lanes, &four, sizeof four);
  }
  double sum =
      ((folded[0] + folded[4]) + (folded[2] + folded[6])) + ((folded[1] + folded[5]) + (folded[3] + folded[7]));
  for (; i < n; ++i) sum += static_cast<double>(a[i]) * b[i];
  return sum;
}

static double dot_double(const float* a, const float* b, std::size_t n) {
  return dot_lanes(a, b, n);
}

static double dot_wide(const double* a, const float* b, std::size_t n) {
  return dot_lanes(a, b, n);
}

// The compiler has no loop form for gathering comparisons into bits: the widest comparison that the flags allow is
// spelt out.
static std::uint64_t at_least_64(const float* values, const float* limits, float limit) {
  std::uint64_t word = 0;
#if defined(__AVX512F__)
  const __m512 all = _mm512_set1_ps(limit);
  for (int part = 0; part < 4; ++part) {
    const __m512 value = _mm512_loadu_ps(values + 16 * part), own = _mm512_loadu_ps(limits + 16 * part);
    const int mask = _mm512_cmp_ps_mask(value, own, _CMP_GE_OQ) | _mm512_cmp_ps_mask(value, all, _CMP_GE_OQ);
    word |= static_cast<std::uint64_t>(mask) << (16 * part);
  }
#elif defined(__AVX2__)
  const __m256 all = _mm256_set1_ps(limit);
  for (int part = 0; part < 8; ++part) {
    const __m256 least = _mm256_min_ps(_mm256_loadu_ps(limits + 8 * part), all);
    const int mask = _mm256_movemask_ps(_mm256_cmp_ps(_mm256_loadu_ps(values + 8 * part), least, _CMP_GE_OQ));
    word |= static_cast<std::uint64_t>(mask) << (8 * part);
  }
#else
  for (int i = 0; i < 64; ++i)
    word |= static_cast<std::uint64_t>(values[i] >= (limits[i] < limit ? limits[i] : limit)) << i;
#endif
  return word;
}

static void mark_at_least(std::uint64_t* bits, const float* values, const float* limits, float limit, std::size_t n) {
  std::size_t i = 0;
  for (; i + 64 <= n; i += 64) bits[i / 64] = at_least_64(values + i, limits + i, limit);
  if (i == n) return;
  std::uint64_t word = 0;
  for (std::size_t j = 0; i + j < n; ++j)
    word |= static_cast<std::uint64_t>(values[i + j] >= (limits[i + j] < limit ? limits[i + j] : limit)) << j;
  bits[i / 64] = word;
}

// A vector register of doubles, and the same at any address.
#if defined(__AVX512F__)
constexpr std::size_t kLanes = 8, kTileRows = 8;
#elif defined(__AVX2__)
constexpr std::size_t kLanes = 4, kTileRows = 4;
#else
constexpr std::size_t kLanes = 2, kTileRows = 4;
#endif
typedef double Lanes __attribute__((vector_size(kLanes * 8)));
typedef double LooseLanes __attribute__((vector_size(kLanes * 8), aligned(8), may_alias));

// Rows x (Vectors * kLanes) of a product, held in registers over the whole inner dimension: Rows * Vectors sums, one
// row of b and one value of a fit 16 registers (AVX2) or 32 (AVX-512, NEON).
template <std::size_t Rows, std::size_t Vectors>
static inline __attribute__((always_inline)) void product_tile(double* out, const double* a, std::size_t a_row,
                                                               std::size_t a_column, const double* b, std::size_t inner,
                                                               std::size_t columns) {
  Lanes sums[Rows][Vectors] = {};
  for (std::size_t p = 0; p < inner; ++p)
#pragma GCC unroll 8
    for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 2
      for (std::size_t v = 0; v < Vectors; ++v)
        sums[i][v] += a[i * a_row + p * a_column] * *reinterpret_cast<const LooseLanes*>(b + p * columns + v * kLanes);
#pragma GCC unroll 8
  for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 2
    for (std::size_t v = 0; v < Vectors; ++v)
      *reinterpret_cast<LooseLanes*>(out + i * columns + v * kLanes) = sums[i][v];
}

template <std::size_t Rows>
static void product_rows(double* out, const double* a, std::size_t a_row, std::size_t a_column, const double* b,
                         std::size_t inner, std::size_t columns) {
  constexpr std::size_t wide = 2 * kLanes;
  std::size_t j = 0;
  for (; j + wide <= columns; j += wide) product_tile<Rows, 2>(out + j, a, a_row, a_column, b + j, inner, columns);
  for (; j < columns; j += kLanes) product_tile<Rows, 1>(out + j, a, a_row, a_column, b + j, inner, columns);
}

// The last rows, fewer than a tile has, in one tile of as many.
template <std::size_t Rows>
static void product_rest(double* out, const double* a, std::size_t a_row, std::size_t a_column, const double* b,
                         std::size_t rows, std::size_t inner, std::size_t columns) {
  if constexpr (Rows > 0) {
    if (rows == Rows)
      product_rows<Rows>(out, a, a_row, a_column, b, inner, columns);
    else
      product_rest<Rows - 1>(out, a, a_row, a_column, b, rows, inner, columns);
  }
}

static void product(double* out, const double* a, std::size_t a_row, std::size_t a_column, const double* b,
                    std::size_t rows, std::size_t inner, std::size_t columns) {
  std::size_t i = 0;
  for (; i + kTileRows <= rows; i += kTileRows)
    product_rows<kTileRows>(out + i * columns, a + i * a_row, a_row, a_column, b, inner, columns);
  product_rest<kTileRows - 1>(out + i * columns, a + i * a_row, a_row, a_column, b, rows - i, inner, columns);
}

// exp(x) for x <= 0; 0 below -708. exp(x) = 2^n exp(r) with |r| <= log(2) / 2, exp(r) by its Taylor series.
static inline __attribute__((always_inline)) double exp_non_positive(double x) {
  constexpr double shift = 0x1.8p52;  // adding it leaves n in the low bits
  const double y = x < -708.0 ? -708.0 : x;
  const double shifted = y * 1.4426950408889634 + shift;
  const double n = shifted - shift;
  const double r = (y - n * 0x1.62e42fee00000p-1) - n * 0x1.a39ef35793c76p-33;
  double series = 1.0 / 6227020800;
  series = series * r + 1.0 / 479001600;
  series = series * r + 1.0 / 39916800;
  series = series * r + 1.0 / 3628800;
  series = series * r + 1.0 / 362880;
  series = series * r + 1.0 / 40320;
  series = series * r + 1.0 / 5040;
  series = series * r + 1.0 / 720;
  series = series * r + 1.0 / 120;
  series = series * r + 1.0 / 24;
  series = series * r + 1.0 / 6;
  series = series * r + 0.5;
  series = series * r + 1.0;
  series = series * r + 1.0;
  std::uint64_t bits;
  __builtin_memcpy(&bits, &shifted, 8);
  bits = (bits + 1023) << 52;
  double power;
  __builtin_memcpy(&power, &bits, 8);
  return x < -708.0 ? 0.0 : series * power;
}

static void gaussian_rows(double* out, const double* mean, const double* scale, const double* amplitude,
                          std::size_t rows, std::size_t columns) {
  for (std::size_t k = 0; k < rows; ++k) {
    const double centre = mean[k], factor = -scale[k], height = amplitude[k];
    double* row = out + k * columns;
#pragma omp simd
    for (std::size_t i = 0; i < columns; ++i) {
      const double offset = static_cast<double>(static_cast<int>(i)) - centre;
      row[i] = height * exp_non_positive(factor * (offset * offset));
    }
  }
}

static void multiply_into(double* values, const double* factors, std::size_t n) {
#pragma omp simd
  for (std::size_t i = 0; i < n; ++i) values[i] *= factors[i];
}

static double divide_above(double* out, const double* a, const double* b, double least, std::size_t n) {
  double smallest = least;
#pragma omp simd reduction(min : smallest)
  for (std::size_t i = 0; i < n; ++i) {
    const double denominator = b[i] < least ? least : b[i], seen = a[i] > 0 ? b[i] : least;
    out[i] = a[i] / denominator;
    smallest = seen < smallest ? seen : smallest;
  }
  return smallest;
}

static double gaussian_overlap(double x, double y, double var_x, double var_y, const Gaussians& others, std::size_t n) {
  const auto [xs, ys, vars_x, vars_y, amplitudes] = others;
  double sum = 0;
#pragma omp simd reduction(+ : sum)
  for (std::size_t j = 0; j < n; ++j) {
    const double a = var_x + vars_x[j], b = var_y + vars_y[j], dx = x - xs[j], dy = y - ys[j];
    const double inverse = 1 / (a * b);
    sum += amplitudes[j] * __builtin_sqrt(inverse) * exp_non_positive((dx * dx * b + dy * dy * a) * (-0.5 * inverse));
  }
  return sum;
}

// Sums of products of bytes, a lane for each row of a panel. The compiler has no loop form for these either: with VNNI
// one instruction multiplies and adds four bytes, without it one does two values of 16 bits.
#if defined(__AVX512F__)
constexpr std::size_t kCodeBytes = 64;
#elif defined(__AVX2__)
constexpr std::size_t kCodeBytes = 32;
#else
constexpr std::size_t kCodeBytes = 16;
#endif
constexpr std::size_t kCodeParts = kPanelRows * kPanelStep / kCodeBytes;
typedef std::int32_t CodeSums __attribute__((vector_size(kCodeBytes)));
typedef std::int16_t CodeValues __attribute__((vector_size(kCodeBytes)));
typedef std::uint16_t CodePairs __attribute__((vector_size(kCodeBytes)));
typedef float CodeScores __attribute__((vector_size(kCodeBytes)));

// Four values of a query, in every lane, and four of each row of a part of a panel.
#if defined(__AVX512VNNI__)
constexpr std::size_t kCodeRows = 6, kCodePanels = 4;
struct QueryStep {
  CodeSums values;
  explicit QueryStep(std::int32_t four) : values(CodeSums{} + four) {}
};
struct PanelStep {
  CodeSums codes;
  explicit PanelStep(const std::uint8_t* from) { __builtin_memcpy(&codes, from, sizeof codes); }
  CodeSums add(CodeSums sums, const QueryStep& query) const {
    return (CodeSums)_mm512_dpbusd_epi32((__m512i)sums, (__m512i)codes, (__m512i)query.values);
  }
};
#else
// Even and odd bytes apart, each widened to 16 bits.
#if defined(__AVX512BW__)
constexpr std::size_t kCodeRows = 6, kCodePanels = 2;
#else
constexpr std::size_t kCodeRows = 3, kCodePanels = 1;
#endif
struct QueryStep {
  CodeValues even, odd;
  explicit QueryStep(std::int32_t four) {
    const auto values = (CodeValues)(CodeSums{} + four);
    even = (values << 8) >> 8, odd = values >> 8;
  }
};
struct PanelStep {
  CodeValues even, odd;
  explicit PanelStep(const std::uint8_t* from) {
    CodePairs codes;
    __builtin_memcpy(&codes, from, sizeof codes);
    even = (CodeValues)(codes & 255), odd = (CodeValues)(codes >> 8);
  }
  static CodeSums multiply(CodeValues a, CodeValues b) {
#if defined(__AVX512BW__)
    return (CodeSums)_mm512_madd_epi16((__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
    return (CodeSums)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#else
    CodeSums sums{};
    for (std::size_t i = 0; i < kCodeBytes / 4; ++i) sums[i] = a[2 * i] * b[2 * i] + a[2 * i + 1] * b[2 * i + 1];
    return sums;
#endif
  }
  CodeSums add(CodeSums sums, const QueryStep& query) const {
    return sums + multiply(even, query.even) + multiply(odd, query.odd);
  }
};
#endif

static inline std::uint32_t lanes_at_least(CodeScores scores, CodeScores limits) {
#if defined(__AVX512F__)
  return _mm512_cmp_ps_mask((__m512)scores, (__m512)limits, _CMP_GE_OQ);
#elif defined(__AVX2__)
  return static_cast<std::uint32_t>(_mm256_movemask_ps(_mm256_cmp_ps((__m256)scores, (__m256)limits, _CMP_GE_OQ)));
#else
  std::uint32_t bits = 0;
  for (std::size_t i = 0; i < kCodeBytes / sizeof(float); ++i)
    bits |= static_cast<std::uint32_t>(scores[i] >= limits[i]) << i;
  return bits;
#endif
}

// What a tile of code_products() is made of, from its first query and panel on.
struct CodeTask {
  float* scores;
  std::size_t stride;
  const std::int8_t* queries;
  const std::int32_t* query_sums;
  const std::uint8_t* codes;
  const float* scales;
  std::size_t d;
  const float* limits;
  std::uint16_t* marks;
  std::size_t marks_stride;
};

template <std::size_t Rows, std::size_t Panels>
static void code_tile(const CodeTask& task) {
  constexpr std::size_t parts = Panels * kCodeParts, lanes = kCodeBytes / sizeof(float);
  const std::size_t d = task.d;
  const std::uint8_t* const codes = task.codes;
  const std::int8_t* const queries = task.queries;
  const CodeSums none{};
  CodeSums sums[Rows][parts];
#pragma GCC unroll 8
  for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 8
    for (std::size_t v = 0; v < parts; ++v) sums[i][v] = none - 128 * task.query_sums[i];
  for (std::size_t p = 0; p < d; p += kPanelStep)
#pragma GCC unroll 8
    for (std::size_t v = 0; v < parts; ++v) {
      const PanelStep step(codes + (v / kCodeParts * d + p) * kPanelRows + v % kCodeParts * kCodeBytes);
#pragma GCC unroll 8
      for (std::size_t i = 0; i < Rows; ++i) {
        std::int32_t four;
        __builtin_memcpy(&four, queries + i * d + p, sizeof four);
        sums[i][v] = step.add(sums[i][v], QueryStep(four));
      }
    }
#pragma GCC unroll 8
  for (std::size_t i = 0; i < Rows; ++i) {
    std::uint32_t marks = 0;
#pragma GCC unroll 8
    for (std::size_t v = 0; v < parts; ++v) {
      CodeScores scale;
      __builtin_memcpy(&scale, task.scales + v * lanes, sizeof scale);
      const CodeScores score = __builtin_convertvector(sums[i][v], CodeScores) * scale;
      __builtin_memcpy(task.scores + i * task.stride + v * lanes, &score, sizeof score);
      if (!task.marks) continue;
      marks |= lanes_at_least(score, CodeScores{} + task.limits[i]) << (v % kCodeParts * lanes);
      if (v % kCodeParts + 1 < kCodeParts) continue;
      task.marks[i * task.marks_stride + v / kCodeParts] = static_cast<std::uint16_t>(marks);
      marks = 0;
    }
  }
}

// The last rows, fewer than a tile has, in one tile of as many.
template <std::size_t Rows, std::size_t Panels>
static void code_rest(const CodeTask& task, std::size_t count) {
  if constexpr (Rows > 0) {
    if (count == Rows)
      code_tile<Rows, Panels>(task);
    else
      code_rest<Rows - 1, Panels>(task, count);
  }
}

template <std::size_t Panels>
static void code_columns(CodeTask task, std::size_t count) {
  for (; count >= kCodeRows; count -= kCodeRows) {
    code_tile<kCodeRows, Panels>(task);
    task.scores += kCodeRows * task.stride;
    task.queries += kCodeRows * task.d;
    task.query_sums += kCodeRows;
    if (!task.marks) continue;
    task.limits += kCodeRows;
    task.marks += kCodeRows * task.marks_stride;
  }
  code_rest<kCodeRows - 1, Panels>(task, count);
}

// The last panels, as the last rows.
template <std::size_t Panels>
static void code_rest_columns(const CodeTask& task, std::size_t panels, std::size_t count) {
  if constexpr (Panels > 0) {
    if (panels == Panels)
      code_columns<Panels>(task, count);
    else
      code_rest_columns<Panels - 1>(task, panels, count);
  }
}

static void code_products(float* scores, std::size_t stride, const CodedQueries& queries, const std::uint8_t* codes,
                          const float* scales, std::size_t panels, std::size_t d, const float* limits,
                          std::uint16_t* marks) {
  CodeTask task{scores, stride, queries.codes, queries.sums, codes, scales, d, limits, marks, panels};
  for (; panels >= kCodePanels; panels -= kCodePanels) {
    code_columns<kCodePanels>(task, queries.count);
    task.scores += kCodePanels * kPanelRows;
    task.codes += kCodePanels * kPanelRows * d;
    task.scales += kCodePanels * kPanelRows;
    if (marks) task.marks += kCodePanels;
  }
  code_rest_columns<kCodePanels - 1>(task, panels, queries.count);
}

// Products of short codes. Without VNNI in sums of 16 bits, which hold those of kShortStep values: an instruction that
// multiplies bytes and adds two products a lane takes twice as many values as one that multiplies 16 bits.
static_assert(kShortStep / kPanelStep * 2 * (kShortZero + kShortLargest) * kShortLargest < 32768);
#if defined(__AVX512VNNI__)
#define LEITMOTIF_SHORT_ROWS 16
#elif defined(__AVX512BW__)
#define LEITMOTIF_SHORT_ROWS 8, 8
#elif defined(__AVX2__)
#define LEITMOTIF_SHORT_ROWS 6, 5, 5
#else
#define LEITMOTIF_SHORT_ROWS 4, 4, 4, 4
#endif

template <std::size_t Rows>
static inline void add_short_step(CodeSums (&sums)[Rows][kCodeParts], const std::int8_t* values,
                                  const std::uint8_t* codes) {
  constexpr std::size_t step = kPanelRows * kPanelStep;
#if defined(__AVX2__) && !defined(__AVX512VNNI__)
  CodeValues part[Rows][kCodeParts] = {};
  // Unrolled, its sums would be kept in memory.
#pragma GCC unroll 1
  for (std::size_t p = 0; p < kShortStep / kPanelStep; ++p, codes += step, values += step) {
    CodeSums four[kCodeParts];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kCodeParts; ++v) __builtin_memcpy(&four[v], codes + v * kCodeBytes, kCodeBytes);
#pragma GCC unroll 8
    for (std::size_t i = 0; i < Rows; ++i) {
      std::int32_t value;
      __builtin_memcpy(&value, values + i * kPanelStep, sizeof value);
#pragma GCC unroll 8
      for (std::size_t v = 0; v < kCodeParts; ++v)
#if defined(__AVX512BW__)
        part[i][v] += (CodeValues)_mm512_maddubs_epi16((__m512i)four[v], _mm512_set1_epi32(value));
#else
        part[i][v] += (CodeValues)_mm256_maddubs_epi16((__m256i)four[v], _mm256_set1_epi32(value));
#endif
    }
  }
  const CodeValues ones = CodeValues{} + 1;
#pragma GCC unroll 8
  for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kCodeParts; ++v) sums[i][v] += PanelStep::multiply(part[i][v], ones);
#else
  for (std::size_t p = 0; p < kShortStep / kPanelStep; ++p, codes += step, values += step)
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kCodeParts; ++v) {
      const PanelStep four(codes + v * kCodeBytes);
#pragma GCC unroll 16
      for (std::size_t i = 0; i < Rows; ++i) {
        std::int32_t value;
        __builtin_memcpy(&value, values + i * kPanelStep, sizeof value);
        sums[i][v] = four.add(sums[i][v], QueryStep(value));
      }
    }
#endif
}

// Rows `first` .. first + Rows - 1 with panel `panel`.
template <std::size_t Rows>
static inline void short_tile(float* scores, std::uint16_t* marks, const ShortRows& rows, const ShortPanels& columns,
                              std::size_t first, std::size_t panel, std::size_t d) {
  constexpr std::size_t lanes = kCodeBytes / sizeof(float);
  const std::size_t stride = columns.panels * kPanelRows;
  const CodeSums none{};
  CodeSums sums[Rows][kCodeParts];
#pragma GCC unroll 16
  for (std::size_t i = 0; i < Rows; ++i)
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kCodeParts; ++v) sums[i][v] = none - kShortZero * rows.sums[first + i];
  for (std::size_t p = 0; p < d; p += kShortStep)
    add_short_step<Rows>(sums, rows.values + p * kPanelRows + first * kPanelStep,
                         columns.codes + (panel * d + p) * kPanelRows);
  CodeScores scales[kCodeParts], limits[kCodeParts];
#pragma GCC unroll 8
  for (std::size_t v = 0; v < kCodeParts; ++v) {
    __builtin_memcpy(&scales[v], columns.scales + panel * kPanelRows + v * lanes, kCodeBytes);
    __builtin_memcpy(&limits[v], columns.limits + panel * kPanelRows + v * lanes, kCodeBytes);
  }
#pragma GCC unroll 16
  for (std::size_t i = 0; i < Rows; ++i) {
    std::uint32_t bits = 0;
    const CodeScores own = CodeScores{} + rows.limits[first + i];
    CodeScores score[kCodeParts];
#pragma GCC unroll 8
    for (std::size_t v = 0; v < kCodeParts; ++v) {
      score[v] = __builtin_convertvector(sums[i][v], CodeScores) * scales[v] * rows.scales[first + i];
      bits |= lanes_at_least(score[v], limits[v] < own ? limits[v] : own) << (v * lanes);
    }
    // Marks are few, and all scores would drive the codes out of the first-level cache.
    if (bits != 0)
#pragma GCC unroll 8
      for (std::size_t v = 0; v < kCodeParts; ++v)
        __builtin_memcpy(scores + (first + i) * stride + panel * kPanelRows + v * lanes, &score[v], kCodeBytes);
    marks[(first + i) * columns.panels + panel] = static_cast<std::uint16_t>(bits);
  }
}

template <std::size_t First, std::size_t... Rest>
static inline void short_tiles(float* scores, std::uint16_t* marks, const ShortRows& rows, const ShortPanels& columns,
                               std::size_t first, std::size_t panel, std::size_t d) {
  short_tile<First>(scores, marks, rows, columns, first, panel, d);
  if constexpr (sizeof...(Rest) > 0) short_tiles<Rest...>(scores, marks, rows, columns, first + First, panel, d);
}

static void short_products(float* scores, std::uint16_t* marks, const ShortRows& rows, const ShortPanels& columns,
                           std::size_t d) {
  for (std::size_t panel = 0; panel < columns.panels; ++panel)
    short_tiles<LEITMOTIF_SHORT_ROWS>(scores, marks, rows, columns, 0, panel, d);
}
#undef LEITMOTIF_SHORT_ROWS

extern const Ops LEITMOTIF_SIMD_TABLE;
const Ops LEITMOTIF_SIMD_TABLE = {
    .level = LEITMOTIF_SIMD_LEVEL,
    .max_into = max_into,
    .window_max = window_max,
    .max_scaled_into = max_scaled_into,
    .add_scaled = add_scaled,
    .add_cubes = add_cubes,
    .dot = dot,
    .scale_and_subtract = scale_and_subtract,
    .count_positive = count_positive,
    .all_finite_non_negative = all_finite_non_negative,
    .all_finite = all_finite,
    .product = product,
    .gaussian_rows = gaussian_rows,
    .multiply_into = multiply_into,
    .divide_above = divide_above,
    .gaussian_overlap = gaussian_overlap,
    .dot_double = dot_double,
    .dot_wide = dot_wide,
    .mark_at_least = mark_at_least,
    .code_products = code_products,
    .short_products = short_products,
};
