#include <poolproof/mutants/patch_file.h>

#include <gtest/gtest.h>

namespace poolproof::mutants {
namespace {

constexpr std::string_view good =
    "Name: newest-first\n"
    "Source: owner/pool#20\n"
    "Law: L6, L17\n"
    "What: The queue is a stack.\n"
    "\n"
    "--- a/core/pool/pool_state.cpp\n"
    "+++ b/core/pool/pool_state.cpp\n";

TEST(PatchFile, SaysWhatItBreaks) {
  const auto patch = read_patch(good, "06-newest-first");

  ASSERT_TRUE(patch) << patch.error();
  EXPECT_EQ(patch->name, "newest-first");
  EXPECT_EQ(patch->source, "owner/pool#20");
  EXPECT_EQ(patch->laws, (std::vector<std::string>{"L6", "L17"}));
  EXPECT_EQ(patch->what, "The queue is a stack.");
}

TEST(PatchFile, IsRefusedWithoutItsSource) {
  std::string text(good);
  text.replace(text.find("Source"), 6, "Origin");

  const auto patch = read_patch(text, "06-newest-first");

  ASSERT_FALSE(patch);
  EXPECT_EQ(patch.error(), "06-newest-first.patch: the head needs a line \"Source: ...\"");
}

TEST(PatchFile, IsRefusedWhenItNamesALawThatThereIsNot) {
  std::string text(good);
  text.replace(text.find("L17"), 3, "L99");

  const auto patch = read_patch(text, "06-newest-first");

  ASSERT_FALSE(patch);
  EXPECT_EQ(patch.error(),
            "06-newest-first.patch: Law: \"L99\": expected labels as poolproof list prints them, "
            "as in \"L3, L5\"");
}

TEST(PatchFile, IsReadForEveryMutantOfTheFolder) {
  const auto patches = read_patches(POOLPROOF_MUTANTS_FOLDER);

  ASSERT_TRUE(patches) << patches.error();
  EXPECT_GE(patches->size(), 44U);
}

}  // namespace
}  // namespace poolproof::mutants
