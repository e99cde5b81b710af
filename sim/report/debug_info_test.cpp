#include <poolproof/sim/report/debug_info.h>

#include <gtest/gtest.h>

namespace poolproof::sim {
namespace {

TEST(PlainName, IsTheFunctionWithoutItsTypeTemplateArgumentsAndParameters) {
  EXPECT_EQ(plain_name("shop::Pool<poolproof::sim::SimPlatform>::acquire(int) const"),
            "shop::Pool::acquire");
  EXPECT_EQ(plain_name("std::vector<int, std::allocator<int> > shop::all<int>(shop::Pool&)"),
            "shop::all");
  EXPECT_EQ(plain_name("(anonymous namespace)::take()"), "{anonymous}::take");
  EXPECT_EQ(plain_name("pthread_mutex_lock"), "pthread_mutex_lock");
}

TEST(PlainName, OfALambdaIsTheFunctionThatItIsIn) {
  EXPECT_EQ(plain_name("shop::run(int)::{lambda()#1}::operator()() const"), "shop::run");
}

TEST(PlainName, KeepsOperators) {
  EXPECT_EQ(plain_name("bool shop::operator< <int>(shop::A<int>, int)"), "shop::operator< <int>");
  EXPECT_EQ(plain_name("shop::Free<int>::operator()(int*) const"), "shop::Free::operator()");
}

// Not inlined, and known by its symbol alone.
[[gnu::noinline]] std::uintptr_t here() {
  return reinterpret_cast<std::uintptr_t>(__builtin_return_address(0));
}

TEST(Symbols, NameTheFunctionOfAnAddress) {
  const auto function = reinterpret_cast<std::uintptr_t>(&here);

  const std::vector<SourceLine> lines = read_symbols()->at(function);

  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].function, "poolproof::sim::{anonymous}::here");
  EXPECT_EQ(lines[0].line, 0U);
  EXPECT_EQ(lines[0].file, "sim_tests");
}

TEST(Symbols, NameFunctionsOfSharedLibrariesToo) {
  const auto function = reinterpret_cast<std::uintptr_t>(&std::terminate);

  const std::vector<SourceLine> lines = read_symbols()->at(function);

  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(lines[0].function, "std::terminate");
  EXPECT_TRUE(lines[0].file.starts_with("libstdc++.so")) << lines[0].file;
}

TEST(Symbols, SayNothingOfAnAddressThatIsNoCode) {
  EXPECT_TRUE(read_symbols()->at(1).empty());
}

TEST(Plumbing, IsKnownByTheFunctionWhereThereIsNoLine) {
  const auto in_program = [](const char* function) {
    return SourceLine{.path = "/bin/pool", .file = "pool", .line = 0, .function = function};
  };
  EXPECT_TRUE(is_plumbing(in_program("poolproof::sim::Engine::park")));
  EXPECT_TRUE(is_plumbing(in_program("std::unique_lock::lock")));
  EXPECT_FALSE(is_plumbing(in_program("poolproof::ConnectionPool::acquire")));
  EXPECT_FALSE(is_plumbing(in_program("shop::Pool::acquire")));
}

}  // namespace
}  // namespace poolproof::sim
