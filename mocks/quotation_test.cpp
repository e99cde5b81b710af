#include <poolproof/mocks/quotation.h>

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace poolproof::mocks {
namespace {

using namespace std::string_view_literals;

TEST(Quotation, ShowsPlainTextAsItIs) {
  EXPECT_EQ(quotation("5 parsecs"), "\"5 parsecs\"");
}

TEST(Quotation, ShowsOtherBytesByNumberSoThatTheLineStaysOne) {
  EXPECT_EQ(quotation("a\n\0\x1b\xff"sv), R"("a\x0a\x00\x1b\xff")");
}

TEST(Quotation, CutsWhatIsLong) {
  EXPECT_EQ(quotation(std::string(40, 'x')), '"' + std::string(40, 'x') + '"');
  EXPECT_EQ(quotation(std::string(10'000, 'x')), '"' + std::string(40, 'x') + "...\"");
}

}  // namespace
}  // namespace poolproof::mocks
