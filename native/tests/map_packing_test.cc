#include "kernels/map_packing.h"

#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "kernels/control.h"

using namespace leitmotif;

TEST_CASE("a packed map is the map again, of any size and sparsity, and its values go channel by channel") {
  std::mt19937 random(1);
  for (std::size_t channels : {1, 3, 16, 17, 40})
    for (std::size_t positions : {1, 5, 8, 33})
      for (double share : {0.0, 0.05, 0.6, 1.0}) {
        std::vector<float> data(positions * channels), values(data.size()), out(data.size(), 7);
        std::bernoulli_distribution active(share);
        std::uniform_real_distribution<float> value(0.1f, 2.0f);
        for (float& v : data) v = active(random) ? value(random) : 0;
        std::vector<std::uint8_t> mask((data.size() + 7) / 8, 0xff);
        const std::size_t taken = pack_map({data.data(), 1, positions, channels}, mask, values);
        values.resize(taken);
        unpack_map(mask, values, positions, channels, out);
        REQUIRE(out == data);
        std::vector<float> expected;
        for (std::size_t j = 0; j < channels; ++j)
          for (std::size_t p = 0; p < positions; ++p)
            if (data[p * channels + j] != 0) expected.push_back(data[p * channels + j]);
        REQUIRE(values == expected);
      }
}

TEST_CASE("a mask and values that do not belong together are refused") {
  std::vector<std::uint8_t> mask{0b101};
  std::vector<float> values{1, 2}, out(3);
  CHECK_NOTHROW(unpack_map(mask, values, 3, 1, out));
  CHECK(out == std::vector<float>{1, 0, 2});
  CHECK_THROWS_AS(unpack_map(mask, std::span(values).first(1), 3, 1, out), InvalidArgument);
  mask[0] = 0b1001;
  CHECK_THROWS_AS(unpack_map(mask, values, 3, 1, out), InvalidArgument);
}
