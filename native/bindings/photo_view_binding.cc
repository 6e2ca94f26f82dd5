#include "bindings/job.h"
#include "bindings/stages.h"
#include "kernels/photo_view.h"

namespace leitmotif::bindings {

namespace {

constexpr std::size_t kLargestSide = 1 << 20;

// renderView(pixels, height, width, xx, xy, x0, yx, yy, y0, gamma, red, green, blue, saturation, outHeight, outWidth,
// out, control)
Napi::Value render(const Napi::CallbackInfo& info) {
  Arguments args(info);
  const auto pixels = args.u8(0, "pixels");
  const std::size_t height = args.size(1, "height", 1, kLargestSide), width = args.size(2, "width", 1, kLargestSide);
  if (pixels.size() != height * width * 3) Arguments::fail("pixels", "must hold height * width * 3 values");
  const Placement placement{args.number(3, "xx"), args.number(4, "xy"), args.number(5, "x0"),
                            args.number(6, "yx"), args.number(7, "yy"), args.number(8, "y0")};
  const Light light{args.number(9, "gamma", 1e-3),
                    {args.number(10, "red", 0), args.number(11, "green", 0), args.number(12, "blue", 0)},
                    args.number(13, "saturation", 0)};
  const std::size_t out_height = args.size(14, "outHeight", 1, kLargestSide);
  const std::size_t out_width = args.size(15, "outWidth", 1, kLargestSide);
  const auto out = args.u8(16, "out");
  if (out.size() != out_height * out_width * 3) Arguments::fail("out", "must hold outHeight * outWidth * 3 values");
  args.distinct(out, "out", pixels, "pixels");
  const Control control = args.control(17);
  return perform(args, args.asynchronous(17), [=] {
    render_view({pixels.data(), height, width}, placement, light, out_height, out_width, control, out);
  });
}

}  // namespace

void define_photo_view(Napi::Object& exports) {
  define(exports, "renderView", render);
}

}  // namespace leitmotif::bindings
