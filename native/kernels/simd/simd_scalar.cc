#include "kernels/simd/simd.h"

#define LEITMOTIF_SIMD_LEVEL Level::scalar
#define LEITMOTIF_SIMD_TABLE scalar_ops
namespace leitmotif::simd {
#include "kernels/simd/simd_ops.inl"
}
