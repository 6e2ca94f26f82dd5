#include <immintrin.h>

#include "kernels/simd/simd.h"

#define LEITMOTIF_SIMD_LEVEL Level::avx2
#define LEITMOTIF_SIMD_TABLE avx2_ops
namespace leitmotif::simd {
#include "kernels/simd/simd_ops.inl"
}
