#include <poolproof/sim/cli/base64url.h>

#include <gtest/gtest.h>

namespace poolproof::sim {
namespace {

TEST(Base64url, AgreesWithTheStandardsExamples) {
  EXPECT_EQ(to_base64url(""), "");
  EXPECT_EQ(to_base64url("f"), "Zg");
  EXPECT_EQ(to_base64url("fo"), "Zm8");
  EXPECT_EQ(to_base64url("foo"), "Zm9v");
  EXPECT_EQ(to_base64url("foob"), "Zm9vYg");
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
}

TEST(Base64url, BringsEveryByteBack) {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) {
    bytes += static_cast<char>(byte);
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
  }
}

TEST(Base64url, RefusesWhatItWouldNotHaveWritten) {
  EXPECT_EQ(from_base64url("Zm+v").error(),
            "character 3: \"+\": expected a letter, a digit, \"-\" or \"_\"");
  EXPECT_EQ(from_base64url("Zm9vY").error(), "character 6: the end: expected whole bytes");
  EXPECT_EQ(from_base64url("Zh").error(), "character 3: the end: expected whole bytes");
}

}  // namespace
}  // namespace poolproof::sim
