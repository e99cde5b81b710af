#include <poolproof/sim/cli/text_file.h>

#include <unistd.h>

#include <gtest/gtest.h>

namespace poolproof::sim {
namespace {

/// A folder of its own for each test.
class TextFile : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(folder_); }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() /
      ("poolproof-text-file-" + std::to_string(::getpid()) + "-" +
       testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(TextFile, IsReadAsItWasWritten) {
  const std::string text("one\0two\r\n", 9);
  ASSERT_TRUE(write_text_file(folder_ / "file", text));

  EXPECT_EQ(read_text_file(folder_ / "file", 9), text);
}

TEST_F(TextFile, IsRefusedWhenItIsTooLarge) {
  ASSERT_TRUE(write_text_file(folder_ / "file", "12345"));

  EXPECT_EQ(read_text_file(folder_ / "file", 4).error(),
            (folder_ / "file").string() + ": is larger than 4 bytes, the most that is read");
}

TEST_F(TextFile, SaysWhatTheSystemSays) {
  EXPECT_EQ(read_text_file(folder_ / "none", 9).error(),
            (folder_ / "none").string() + ": cannot be read: No such file or directory");
  EXPECT_EQ(read_text_file(folder_, 9).error(),
            folder_.string() + ": cannot be read: Is a directory");
  EXPECT_EQ(
      write_text_file(folder_ / "none" / "file", "").error(),
      (folder_ / "none" / "file").string() + ": cannot be written: No such file or directory");
}

TEST_F(TextFile, FolderIsMadeAndLeftEmpty) {
  EXPECT_TRUE(ensure_writable_folder(folder_ / "a" / "b"));

  EXPECT_TRUE(std::filesystem::is_empty(folder_ / "a" / "b"));
}

TEST_F(TextFile, FolderThatIsAFileIsRefused) {
  ASSERT_TRUE(write_text_file(folder_ / "file", ""));

  EXPECT_EQ(ensure_writable_folder(folder_ / "file" / "a").error(),
            (folder_ / "file" / "a").string() + ": cannot be made a folder: Not a directory");
}

TEST_F(TextFile, KeepsItsTextWhenItIsTried) {
  ASSERT_TRUE(write_text_file(folder_ / "file", "text"));

  EXPECT_TRUE(ensure_writable_file(folder_ / "file"));

  EXPECT_EQ(read_text_file(folder_ / "file", 9), "text");
}

TEST_F(TextFile, ThatCannotBeWrittenIsRefusedWhenItIsTried) {
  EXPECT_EQ(ensure_writable_file(folder_).error(),
            folder_.string() + ": cannot be written: Is a directory");
}

}  // namespace
}  // namespace poolproof::sim
