#include <immintrin.h>

#include "kernels/simd/simd.h"

#define LEITMOTIF_SIMD_LEVEL Level::vnni
#define LEITMOTIF_SIMD_TABLE vnni_ops
namespace leitmotif::simd {
#include "kernels/simd/simd_ops.inl"
}
