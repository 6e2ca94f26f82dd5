#include "bindings/job.h"
#include "bindings/stages.h"
#include "kernels/tensor_layout.h"

namespace leitmotif::bindings {

namespace {

constexpr std::size_t kLargestSide = 1 << 20;

// packPixels(pixels, height, width, values, bgr, channelsFirst, outHeight, outWidth, out)
Napi::Value pack(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const auto pixels = args.u8(0, "pixels");
  const std::size_t height = args.size(1, "height", 1, kLargestSide), width = args.size(2, "width", 1, kLargestSide);
  if (pixels.size() != height * width * 3) Arguments::fail("pixels", "must hold height * width * 3 values");
  const InputLayout layout{args.f32(3, "values", 3 * 256).data(), args.boolean(4, "bgr"),
                           args.boolean(5, "channelsFirst")};
  const std::size_t out_height = args.size(6, "outHeight", height, kLargestSide);
  const std::size_t out_width = args.size(7, "outWidth", width, kLargestSide);
  const auto out = args.f32(8, "out", 3 * out_height * out_width);
  args.distinct(out, "out", pixels, "pixels");
  return perform(args, false, [=] { pack_pixels({pixels.data(), height, width}, layout, out_height, out_width, out); });
}

// toActivationMap(data, height, width, channels, channelsFirst, relu, rows, columns, out)
Napi::Value to_map(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const std::size_t height = args.size(1, "height", 1, kLargestSide), width = args.size(2, "width", 1, kLargestSide);
  const std::size_t channels = args.size(3, "channels", 1, kLargestSide);
  const auto data = args.f32(0, "data", height * width * channels);
  const OutputTensor tensor{data.data(), height, width, channels, args.boolean(4, "channelsFirst")};
  const bool relu = args.boolean(5, "relu");
  const std::size_t rows = args.size(6, "rows", 1, height), columns = args.size(7, "columns", 1, width);
  const auto out = args.f32(8, "out", rows * columns * channels);
  args.distinct(out, "out", data, "data");
  return perform(args, false, [=] { to_activation_map(tensor, relu, rows, columns, out); });
}

}  // namespace

void define_tensor_layout(Napi::Object& exports) {
  define(exports, "packPixels", pack);
  define(exports, "toActivationMap", to_map);
}

}  // namespace leitmotif::bindings
