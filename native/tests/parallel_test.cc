#include "kernels/parallel.h"

#include <doctest/doctest.h>

#include <stdexcept>
#include <vector>

using namespace leitmotif;

TEST_CASE("every item is done once, on one thread and on several, and progress reaches the end") {
  for (int threads : {1, 2, 7}) {
    std::int32_t words[2] = {0, 0};
    std::vector<int> done(100, 0);
    for_each_item(done.size(), threads, Control(words), [&](std::size_t i) { ++done[i]; });
    CHECK(done == std::vector<int>(100, 1));
    CHECK(words[1] == 10000);
    for_each_item(0, threads, Control(words), [&](std::size_t) { FAIL("no item"); });
  }
}

TEST_CASE("an exception leaves the parallel region, and the rest is left undone") {
  for (int threads : {1, 2}) {
    std::atomic<std::size_t> begun{0};
    const auto body = [&](std::size_t i) {
      ++begun;
      if (i == 3) throw InvalidArgument("the fourth");
    };
    CHECK_THROWS_WITH_AS(for_each_item(100000, threads, Control(), body), "the fourth", InvalidArgument);
    if (threads == 1) CHECK(begun == 4);
  }
}

TEST_CASE("cancelling is seen before the next item") {
  for (int threads : {1, 2}) {
    std::int32_t words[2] = {0, 0};
    std::atomic<std::size_t> begun{0};
    const auto body = [&](std::size_t) {
      ++begun;
      std::atomic_ref<std::int32_t>(words[0]).store(1);
    };
    CHECK_THROWS_AS(for_each_item(100000, threads, Control(words), body), Cancelled);
    CHECK(begun <= static_cast<std::size_t>(threads));
  }
}
