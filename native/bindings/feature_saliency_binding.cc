#include "bindings/job.h"
#include "bindings/maps.h"
#include "bindings/stages.h"
#include "kernels/feature_saliency.h"
#include "kernels/parallel.h"

namespace leitmotif::bindings {

namespace {

// featureSaliency(maps, shapes (height, width, channels), epsilon, outs, threads, control?) : outs (h * w) a map
Napi::Value compute(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const auto maps = activation_maps(args, 0);
  const double epsilon = args.number(2, "epsilon", 0, 1);
  const Napi::Array arrays = args.array(3, "outs");
  if (arrays.Length() != maps.size()) Arguments::fail("outs", "must hold an array a map");
  const int threads = static_cast<int>(args.size(4, "threads", 1, 1024));
  const Control control = args.control(5);
  std::vector<std::span<float>> outs;
  for (std::uint32_t i = 0; i < maps.size(); ++i) {
    outs.push_back(args.f32(arrays.Get(i), "outs", maps[i].positions()));
    args.distinct(outs[i], "outs", maps[i].values(), "maps");
  }
  return perform(args, args.asynchronous(5), [=] {
    for_each_item(maps.size(), threads, control, [&](std::size_t i) { feature_saliency(maps[i], epsilon, outs[i]); });
  });
}

// channelWeights(data, height, width, channels, epsilon, out) : out (c)
Napi::Value weights(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const ActivationMap map = activation_map(args, 0);
  const double epsilon = args.number(4, "epsilon", 0, 1);
  const auto out = args.f32(5, "out", map.channels);
  args.distinct(out, "out", map.values(), "data");
  return perform(args, false, [=] {
    require_finite_non_negative(map.values(), "the activation map");
    channel_weights(map, epsilon, out);
  });
}

}  // namespace

void define_feature_saliency(Napi::Object& exports) {
  define(exports, "featureSaliency", compute);
  define(exports, "channelWeights", weights);
}

}  // namespace leitmotif::bindings
