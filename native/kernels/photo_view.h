// Views of a photograph, as another camera position and other light would show it: pairs of them teach a whitening
// (paper section 3.5) which differences mean nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/control.h"
#include "kernels/tensor_layout.h"

namespace leitmotif {

// The point of the photo, in pixels from its upper left corner, that a point (u, v) of the view shows:
// x = xx u + xy v + x0, y = yx u + yy v + y0. Finite.
struct Placement {
  double xx, xy, x0, yx, yy, y0;
};

// What becomes of a colour, 0..1 a channel: r' = min(1, gain r^gamma), then saturation times its distance from the mean
// of the three, clipped to 0..1. gamma > 0; gains and saturation >= 0.
struct Light {
  double gamma;
  double gains[3];
  double saturation;
};

// Fills a view of out_height x out_width pixels. Colours between pixel centres are bilinear, those beyond the border
// the photo's reflection there; rounded to 8 bits before the light and after it. Not for views at much below the
// photo's scale: nothing is smoothed. Allocates 6 KiB; thread-safe. Throws Cancelled between rows.
void render_view(const Pixels& photo, const Placement& placement, const Light& light, std::size_t out_height,
                 std::size_t out_width, const Control& control, std::span<std::uint8_t> out);

}  // namespace leitmotif
