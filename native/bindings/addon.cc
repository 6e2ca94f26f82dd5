#include <napi.h>

#include "bindings/stages.h"

namespace {

Napi::Object initialise(Napi::Env, Napi::Object exports) {
  using namespace leitmotif::bindings;
  define_simd(exports);
  define_tensor_layout(exports);
  define_map_packing(exports);
  define_photo_view(exports);
  define_feature_saliency(exports);
  define_egm(exports);
  define_pooling(exports);
  define_whitening(exports);
  define_regional(exports);
  define_object_saliency(exports);
  define_objects(exports);
  define_truncated_diffusion(exports);
  define_neighbours(exports);
  define_graph(exports);
  return exports;
}

}  // namespace

NODE_API_MODULE(leitmotif, initialise)
