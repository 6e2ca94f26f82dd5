// What this machine can do, as bounds for benchmarks: the rate of OpenBLAS's sgemm and of reading memory.
//
//     leitmotif_machine <threads>   ->   {"threads": 2, "flops": 4.1e11, "bytes": 4.2e10}, each a second
#include <cblas.h>
#include <omp.h>

#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

constexpr int kRows = 2048, kDepth = 512, kProducts = 50;
constexpr std::size_t kRead = std::size_t{1} << 27;  // floats: far more than a cache holds
constexpr std::size_t kLanes = 64;
constexpr int kReads = 20;

// The shortest of `repeats` times of body: what the machine can do, whatever else it is doing now and then.
template <class Body>
double seconds(int repeats, Body&& body) {
  double best = 0;
  for (int i = 0; i < repeats; ++i) {
    const double began = omp_get_wtime();
    body();
    const double took = omp_get_wtime() - began;
    if (i == 0 || took < best) best = took;
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 0;
  if (threads < 1) {
    std::fputs("usage: leitmotif_machine <threads>\n", stderr);
    return 2;
  }
  omp_set_num_threads(threads);
  const std::vector<float> a(std::size_t{kRows} * kDepth, 1.0f);
  std::vector<float> c(std::size_t{kRows} * kRows);
  const double product = seconds(kProducts, [&] {
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, kRows, kRows, kDepth, 1.0f, a.data(), kDepth, a.data(), kDepth,
                0.0f, c.data(), kRows);
  });

  const std::vector<float> long_array(kRead, 1.0f);
  volatile float sink = 0;  // so that the sums are not left out
  const double read = seconds(kReads, [&] {
    const float* values = long_array.data();
    float total = 0;
#pragma omp parallel for reduction(+ : total) schedule(static)
    for (std::size_t first = 0; first < kRead; first += kLanes * kLanes) {
      // Many sums at a time: one would wait for itself.
      float sums[kLanes] = {};
      for (std::size_t i = first; i < first + kLanes * kLanes; i += kLanes)
        for (std::size_t j = 0; j < kLanes; ++j) sums[j] += values[i + j];
      for (float sum : sums) total += sum;
    }
    sink = total;
  });
  std::printf("{\"threads\": %d, \"flops\": %.4g, \"bytes\": %.4g}\n", threads, 2.0 * kRows * kRows * kDepth / product,
              kRead * sizeof(float) / read);
  return sink > 0 ? 0 : 1;
}
