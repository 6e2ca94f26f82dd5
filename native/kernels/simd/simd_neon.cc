#include "kernels/simd/simd.h"

#define LEITMOTIF_SIMD_LEVEL Level::neon
#define LEITMOTIF_SIMD_TABLE neon_ops
namespace leitmotif::simd {
#include "kernels/simd/simd_ops.inl"
}
