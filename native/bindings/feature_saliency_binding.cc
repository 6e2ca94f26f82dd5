#include "bindings/job.h"
#include "bindings/stages.h"
#include "kernels/feature_saliency.h"

namespace leitmotif::bindings {

namespace {

ActivationMap activation_map(Arguments& args, std::size_t data, std::size_t height, std::size_t width,
                             std::size_t channels) {
  const std::size_t h = args.size(height, "height", 1, 1 << 20), w = args.size(width, "width", 1, 1 << 20);
  const std::size_t c = args.size(channels, "channels", 1, 1 << 20);
  return {args.f32(data, "data", h * w * c).data(), h, w, c};
}

// featureSaliency(data, height, width, channels, epsilon, out, control?) : out (h * w)
Napi::Value compute(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const ActivationMap map = activation_map(args, 0, 1, 2, 3);
  const double epsilon = args.number(4, "epsilon", 0, 1);
  const auto out = args.f32(5, "out", map.positions());
  args.distinct(out, "out", map.values(), "data");
  return perform(args, args.asynchronous(6), [=] { feature_saliency(map, epsilon, out); });
}

// channelWeights(data, height, width, channels, epsilon, out) : out (c)
Napi::Value weights(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const ActivationMap map = activation_map(args, 0, 1, 2, 3);
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
