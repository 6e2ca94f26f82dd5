#include "kernels/blas.h"

#include <cblas.h>
#include <omp.h>

namespace leitmotif::blas {

namespace {

// OpenBLAS takes as many threads as OpenMP would give the calling thread, unless a team is active around it; a team of
// one is not.
class OneThread {
 public:
  OneThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~OneThread() { omp_set_num_threads(before_); }
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int before_;
};

blasint integer(std::size_t value) {
  return static_cast<blasint>(value);
}

}  // namespace

void multiply_transposed(const float* a, std::size_t m, const float* b, std::size_t n, std::size_t k, float* out,
                         std::size_t stride) {
  const OneThread alone;
  cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, integer(m), integer(n), integer(k), 1.0f, a, integer(k), b,
              integer(k), 0.0f, out, integer(stride));
}

void add_transposed_product(const double* a, std::size_t m, const double* b, std::size_t n, std::size_t rows,
                            std::size_t stride, double* out, std::size_t out_stride) {
  const OneThread alone;
  cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans, integer(m), integer(n), integer(rows), 1.0, a, integer(stride),
              b, integer(stride), 1.0, out, integer(out_stride));
}

}  // namespace leitmotif::blas
