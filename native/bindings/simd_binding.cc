#include "bindings/job.h"
#include "bindings/stages.h"
#include "kernels/simd/simd.h"

namespace leitmotif::bindings {

void define_simd(Napi::Object& exports) {
  // simdLevel() -> the instruction set in use.
  define(exports, "simdLevel", [](const Napi::CallbackInfo& info) -> Napi::Value {
    return Napi::String::New(info.Env(), simd::name(simd::ops().level));
  });
}

}  // namespace leitmotif::bindings
