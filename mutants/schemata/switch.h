#pragma once
// The switch of mutants that are all compiled at once: each site asks whether its own is on. Made
// use of by what sites.py writes, and by nothing else.

#include <cstdlib>
#include <cstring>
#include <type_traits>

namespace poolproof::mutants {

/// 0: none, the program is as it was written.
inline int active = 0;

constexpr bool on(int number) noexcept {
  return !std::is_constant_evaluated() && active == number;
}

/// Takes "--mutant N" from the front of a command line.
inline void take_mutant(int& argc, char**& argv) {
  if (argc < 3 || std::strcmp(argv[1], "--mutant") != 0) return;
  active = std::atoi(argv[2]);
  argv[2] = argv[0];
  argc -= 2;
  argv += 2;
}

template <class A, class B>
constexpr bool less(int number, const A& a, const B& b) {
  return on(number) ? a <= b : a < b;
}
template <class A, class B>
constexpr bool less_equal(int number, const A& a, const B& b) {
  return on(number) ? a < b : a <= b;
}
template <class A, class B>
constexpr bool greater(int number, const A& a, const B& b) {
  return on(number) ? a >= b : a > b;
}
template <class A, class B>
constexpr bool greater_equal(int number, const A& a, const B& b) {
  return on(number) ? a > b : a >= b;
}
template <class A, class B>
constexpr bool equal(int number, const A& a, const B& b) {
  return on(number) ? !(a == b) : a == b;
}
template <class A, class B>
constexpr bool not_equal(int number, const A& a, const B& b) {
  return on(number) ? a == b : !(a == b);
}

/// The arguments of a call change places where their types allow it; sites.py asks for no other.
template <class T>
constexpr const T& either(bool is_second, const T& first, const T& second) {
  return is_second ? second : first;
}

}  // namespace poolproof::mutants
