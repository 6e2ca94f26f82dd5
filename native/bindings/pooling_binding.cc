#include "bindings/job.h"
#include "bindings/maps.h"
#include "bindings/stages.h"
#include "kernels/parallel.h"
#include "kernels/pooling.h"
#include "kernels/sliding_max.h"

namespace leitmotif::bindings {

namespace {

void require_usable(const ActivationMap& map) {
  require_finite_non_negative(map.values(), "the activation map");
}

// poolRegions(maps, shapes (height, width, channels), rectangles, counts, out, threads, control?)
// counts: rectangles of each map, in order; out: a row of channels each.
Napi::Value regions(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const auto maps = activation_maps(args, 0);
  const auto boxes = rectangles(args, 2);
  const auto counts = args.i32(3, "counts", maps.size());
  const std::size_t channels = maps.empty() ? 0 : maps[0].channels;
  const auto out = args.f32(4, "out", boxes.size() * channels);
  const int threads = static_cast<int>(args.size(5, "threads", 1, 1024));
  const Control control = args.control(6);

  std::vector<std::size_t> first{0};
  for (std::size_t i = 0; i < maps.size(); ++i) {
    if (counts[i] < 0 || static_cast<std::size_t>(counts[i]) > boxes.size() - first.back())
      Arguments::fail("counts", "does not add up to the number of rectangles");
    if (maps[i].channels != channels) Arguments::fail("shapes", "holds maps of different numbers of channels");
    args.distinct(out, "out", maps[i].values(), "maps");
    require_within(boxes.subspan(first.back(), counts[i]), maps[i].height, maps[i].width);
    first.push_back(first.back() + counts[i]);
  }
  if (first.back() != boxes.size()) Arguments::fail("counts", "does not add up to the number of rectangles");

  return perform(args, args.asynchronous(6), [=] {
    for_each_item(maps.size(), threads, control, [&](std::size_t i) {
      require_usable(maps[i]);
      for (std::size_t r = first[i]; r < first[i + 1]; ++r)
        region_max(maps[i], boxes[r], out.subspan(r * channels, channels));
    });
  });
}

// regionSaliency(data, height, width, rectangles, out)
Napi::Value saliency(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const SaliencyMap map = saliency_map(args, 0);
  const auto boxes = rectangles(args, 3);
  const auto out = args.f32(4, "out", boxes.size());
  args.distinct(out, "out", map.values(), "data");
  require_within(boxes, map.height, map.width);
  return perform(args, false, [=] {
    require_finite_non_negative(map.values(), "the saliency map");
    for (std::size_t r = 0; r < boxes.size(); ++r) out[r] = static_cast<float>(region_saliency(map, boxes[r]));
  });
}

// aggregate(data, height, width, channels, rectangles, weights, out)
// weights: one a rectangle, or none.
Napi::Value sum_of_regions(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const ActivationMap map = activation_map(args, 0);
  const auto boxes = rectangles(args, 4);
  const auto weights = args.f32(5, "weights");
  if (!weights.empty() && weights.size() != boxes.size())
    Arguments::fail("weights", "must be one a rectangle, or none");
  const auto out = args.f32(6, "out", map.channels);
  args.distinct(out, "out", map.values(), "data");
  args.distinct(out, "out", weights, "weights");
  require_within(boxes, map.height, map.width);
  return perform(args, false, [=] {
    require_usable(map);
    require_finite_non_negative(weights, "weights");
    aggregate(map, boxes, weights, out);
  });
}

// spoc(data, height, width, channels, out), and crow alike
template <void (*Pool)(const ActivationMap&, std::span<float>)>
Napi::Value whole(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const ActivationMap map = activation_map(args, 0);
  const auto out = args.f32(4, "out", map.channels);
  args.distinct(out, "out", map.values(), "data");
  return perform(args, false, [=] {
    require_usable(map);
    Pool(map, out);
  });
}

// gem(data, height, width, channels, p, out)
Napi::Value generalised_mean(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const ActivationMap map = activation_map(args, 0);
  const double p = args.number(4, "p", std::numeric_limits<double>::min());
  const auto out = args.f32(5, "out", map.channels);
  args.distinct(out, "out", map.values(), "data");
  return perform(args, false, [=] {
    require_usable(map);
    gem(map, p, out);
  });
}

// weightedMac(data, height, width, channels, saliency, gamma, out)
Napi::Value saliency_weighted(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const ActivationMap map = activation_map(args, 0);
  const SaliencyMap weights{args.f32(4, "saliency", map.positions()).data(), map.height, map.width};
  const double gamma = args.number(5, "gamma", 0);
  const auto out = args.f32(6, "out", map.channels);
  args.distinct(out, "out", map.values(), "data");
  args.distinct(out, "out", weights.values(), "saliency");
  return perform(args, false, [=] {
    require_usable(map);
    require_finite_non_negative(weights.values(), "the saliency map");
    weighted_mac(map, weights, gamma, out);
  });
}

// slidingMaximum(data, height, width, channels, side, out)
Napi::Value sliding(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const ActivationMap map = activation_map(args, 0);
  const std::size_t side = args.size(4, "side", 1);
  const auto out = args.f32(5, "out", map.values().size());
  args.distinct(out, "out", map.values(), "data");
  return perform(args, false, [=] {
    require_usable(map);
    sliding_max(map, side, out);
  });
}

}  // namespace

void define_pooling(Napi::Object& exports) {
  define(exports, "poolRegions", regions);
  define(exports, "regionSaliency", saliency);
  define(exports, "aggregate", sum_of_regions);
  define(exports, "spoc", whole<spoc>);
  define(exports, "crow", whole<crow>);
  define(exports, "gem", generalised_mean);
  define(exports, "weightedMac", saliency_weighted);
  define(exports, "slidingMaximum", sliding);
}

}  // namespace leitmotif::bindings
