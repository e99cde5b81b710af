#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include <poolproof/subjects/command_test.h>

namespace poolproof::subjects {
namespace {

using sim::ExitCode;

/// In a folder of its own, where what is new is written.
class NewCommand : public CommandTest {
 protected:
  void SetUp() override {
    CommandTest::SetUp();
    before_ = std::filesystem::current_path();
    std::filesystem::current_path(folder_);
  }
  void TearDown() override {
    std::filesystem::current_path(before_);
    CommandTest::TearDown();
  }

 private:
  std::filesystem::path before_;
};

TEST_F(NewCommand, WritesAProjectAndSaysHowToBuildIt) {
  const Said said = run({"new", "my-pool"});

  EXPECT_EQ(said.code, ExitCode::held);
  EXPECT_EQ(said.out,
            "my-pool has CMakeLists.txt, README.md and pool.cpp, a small pool to put yours in "
            "place of. Build and judge it with:\n"
            "  cmake -S my-pool -B my-pool/build\n"
            "  cmake --build my-pool/build\n"
            "  ctest --test-dir my-pool/build --output-on-failure\n");
  EXPECT_TRUE(std::filesystem::exists("my-pool/pool.cpp"));
  EXPECT_TRUE(std::filesystem::exists("my-pool/README.md"));
}

TEST_F(NewCommand, RefusesWhatCannotBeAName) {
  std::filesystem::create_directories("there");

  EXPECT_EQ(run({"new", "my pool"}).err,
            "poolproof: new \"my pool\": expected a letter and up to 63 of a-z, A-Z, 0-9, \"-\", "
            "\"_\", \".\"\n");
  EXPECT_EQ(run({"new", "../x"}).code, ExitCode::bad_input);
  EXPECT_EQ(run({"new", "test"}).err,
            "poolproof: new \"test\": CMake has a target of that name\n");
  EXPECT_EQ(run({"new", "there"}).err,
            "poolproof: new \"there\": there is a file or folder of that name\n");
}

}  // namespace
}  // namespace poolproof::subjects
