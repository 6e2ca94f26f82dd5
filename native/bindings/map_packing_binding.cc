#include "bindings/job.h"
#include "bindings/maps.h"
#include "bindings/stages.h"
#include "kernels/map_packing.h"

namespace leitmotif::bindings {

namespace {

std::size_t mask_bytes(std::size_t activations) {
  return (activations + 7) / 8;
}

// packMap(data, height, width, channels, mask, values, control) -> how many values
Napi::Value pack(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const ActivationMap map = activation_map(args, 0);
  const auto mask = args.u8(4, "mask");
  if (mask.size() != mask_bytes(map.values().size())) Arguments::fail("mask", "must hold a bit an activation");
  const auto values = args.f32(5, "values", map.values().size());
  args.distinct(mask, "mask", map.values(), "data");
  args.distinct(values, "values", map.values(), "data");
  args.distinct(values, "values", mask, "mask");
  args.control(6);
  const auto taken = std::make_shared<std::size_t>();
  return perform(
      args, args.asynchronous(6), [=] { *taken = pack_map(map, mask, values); },
      [taken](Napi::Env env) -> Napi::Value { return Napi::Number::New(env, static_cast<double>(*taken)); });
}

// unpackMap(mask, values, positions, channels, out, control) : out (positions, channels)
Napi::Value unpack(const Napi::CallbackInfo& info) {
  Arguments args(info);
  constexpr std::size_t kMost = std::size_t{1} << 31;
  const std::size_t positions = args.size(2, "positions", 1, kMost), channels = args.size(3, "channels", 1, 1 << 20);
  const auto out = args.f32(4, "out", positions * channels);
  const auto mask = args.u8(0, "mask");
  if (mask.size() != mask_bytes(out.size())) Arguments::fail("mask", "must hold a bit an activation");
  const auto values = args.f32(1, "values");
  args.distinct(out, "out", mask, "mask");
  args.distinct(out, "out", values, "values");
  args.control(5);
  return perform(args, args.asynchronous(5), [=] { unpack_map(mask, values, positions, channels, out); });
}

}  // namespace

void define_map_packing(Napi::Object& exports) {
  define(exports, "packMap", pack);
  define(exports, "unpackMap", unpack);
}

}  // namespace leitmotif::bindings
