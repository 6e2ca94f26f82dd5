// One function a stage, each in its own file, that adds the stage's functions to the addon's exports.
#pragma once

#include <napi.h>

namespace leitmotif::bindings {

void define_simd(Napi::Object& exports);
void define_tensor_layout(Napi::Object& exports);
void define_map_packing(Napi::Object& exports);
void define_photo_view(Napi::Object& exports);
void define_feature_saliency(Napi::Object& exports);
void define_egm(Napi::Object& exports);
void define_pooling(Napi::Object& exports);
void define_whitening(Napi::Object& exports);
void define_regional(Napi::Object& exports);
void define_object_saliency(Napi::Object& exports);
void define_objects(Napi::Object& exports);
void define_truncated_diffusion(Napi::Object& exports);
void define_neighbours(Napi::Object& exports);
void define_graph(Napi::Object& exports);

}  // namespace leitmotif::bindings
