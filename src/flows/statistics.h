#pragma once

#include <span>
#include <vector>

/// Tails of distributions, false discovery rates, and intervals. Results are estimates for people: nothing of them enters a recorded decision. Every
/// sum is taken in a fixed order, so that the same input gives the same numbers.
namespace tamga::flows {

/// Of 95 %, or of what else it says where it stands.
struct Interval {
  double low = 0;
  double high = 0;
};

/// P(T > t) of Student's t. `freedom` above 0; NaN gives NaN.
[[nodiscard]] double t_tail(double t, double freedom);
/// P(|T| > |t|).
[[nodiscard]] double t_two_sided(double t, double freedom);
/// t with P(T <= t) = probability.
[[nodiscard]] double t_quantile(double probability, double freedom);
/// P(F > f) of Fisher's F.
[[nodiscard]] double f_tail(double f, double numerator, double denominator);

/// For each p the least false discovery rate at which it would be a discovery (Benjamini and Hochberg 1995, J. R. Stat. Soc. B 57:289): with the p in
/// ascending order, q_i = min over j >= i of p_j n / j, at most 1. It holds for independent tests and for positively dependent ones.
[[nodiscard]] std::vector<double> false_discovery_rates(std::span<const double> p);

/// A symmetric positive definite matrix of few rows, row by row.
struct SmallMatrix {
  std::size_t size = 0;
  std::vector<double> cells;
  explicit SmallMatrix(std::size_t rows) : size(rows), cells(rows * rows) {}
  double& at(std::size_t i, std::size_t j) { return cells[i * size + j]; }
  [[nodiscard]] double at(std::size_t i, std::size_t j) const { return cells[i * size + j]; }
};
[[nodiscard]] SmallMatrix product(const SmallMatrix& a, const SmallMatrix& b);
/// By Cholesky. False, and `collinear` names the first row that those before it explain, where a pivot is below `least` of the diagonal.
[[nodiscard]] bool invert(const SmallMatrix& matrix, SmallMatrix& inverse, std::size_t& collinear, double least = 1e-10);

}  // namespace tamga::flows
