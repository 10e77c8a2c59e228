#include "flows/statistics.h"

#include <algorithm>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <numeric>

namespace tamga::flows {
namespace {

namespace policies = boost::math::policies;
// No exceptions, and no long double, whose width differs between processors.
using Quiet = policies::policy<policies::domain_error<policies::ignore_error>, policies::pole_error<policies::ignore_error>,
                               policies::overflow_error<policies::ignore_error>, policies::underflow_error<policies::ignore_error>,
                               policies::denorm_error<policies::ignore_error>, policies::rounding_error<policies::ignore_error>,
                               policies::evaluation_error<policies::ignore_error>, policies::promote_double<false>>;
using Student = boost::math::students_t_distribution<double, Quiet>;
using Fisher = boost::math::fisher_f_distribution<double, Quiet>;

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

double t_tail(double t, double freedom) {
  if (std::isnan(t) || !(freedom > 0)) return kNothing;
  if (std::isinf(t)) return t > 0 ? 0 : 1;
  return boost::math::cdf(boost::math::complement(Student(freedom), t));
}

double t_two_sided(double t, double freedom) { return std::min(1.0, 2 * t_tail(std::abs(t), freedom)); }

double t_quantile(double probability, double freedom) {
  if (std::isnan(probability) || !(freedom > 0)) return kNothing;
  return boost::math::quantile(Student(freedom), probability);
}

double f_tail(double f, double numerator, double denominator) {
  if (std::isnan(f) || !(numerator > 0) || !(denominator > 0)) return kNothing;
  if (f <= 0) return 1;
  return boost::math::cdf(boost::math::complement(Fisher(numerator, denominator), f));
}

std::vector<double> false_discovery_rates(std::span<const double> p) {
  std::vector<std::size_t> order(p.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return p[a] != p[b] ? p[a] < p[b] : a < b; });
  std::vector<double> q(p.size());
  double least = 1;
  for (std::size_t i = order.size(); i > 0; --i) {
    const auto at = order[i - 1];
    least = std::min(least, p[at] * static_cast<double>(p.size()) / static_cast<double>(i));
    q[at] = least;
  }
  return q;
}

SmallMatrix product(const SmallMatrix& a, const SmallMatrix& b) {
  SmallMatrix out(a.size);
  for (std::size_t i = 0; i < a.size; ++i) {
    for (std::size_t j = 0; j < a.size; ++j) {
      for (std::size_t k = 0; k < a.size; ++k) out.at(i, j) += a.at(i, k) * b.at(k, j);
    }
  }
  return out;
}

bool invert(const SmallMatrix& matrix, SmallMatrix& inverse, std::size_t& collinear, double least) {
  const std::size_t n = matrix.size;
  SmallMatrix factor(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = matrix.at(i, j);
      for (std::size_t k = 0; k < j; ++k) sum -= factor.at(i, k) * factor.at(j, k);
      if (i != j) {
        factor.at(i, j) = sum / factor.at(j, j);
      } else if (!(sum > least * matrix.at(i, i))) {
        collinear = i;
        return false;
      } else {
        factor.at(i, i) = std::sqrt(sum);
      }
    }
  }
  inverse = SmallMatrix(n);
  for (std::size_t column = 0; column < n; ++column) {
    std::vector<double> solution(n);
    for (std::size_t i = 0; i < n; ++i) {
      double sum = i == column ? 1 : 0;
      for (std::size_t k = 0; k < i; ++k) sum -= factor.at(i, k) * solution[k];
      solution[i] = sum / factor.at(i, i);
    }
    for (std::size_t i = n; i > 0; --i) {
      double sum = solution[i - 1];
      for (std::size_t k = i; k < n; ++k) sum -= factor.at(k, i - 1) * solution[k];
      solution[i - 1] = sum / factor.at(i - 1, i - 1);
    }
    for (std::size_t i = 0; i < n; ++i) inverse.at(i, column) = solution[i];
  }
  return true;
}

}  // namespace tamga::flows
