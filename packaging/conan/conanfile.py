# Conan could not be run where this was written; the test conan_recipe runs these steps with a stand-in for it.
import os

from conan import ConanFile
from conan.tools.cmake import CMake, CMakeToolchain, cmake_layout


class Poolproof(ConanFile):
    name = "poolproof"
    version = "0.1.0"
    license = "MIT"
    description = "A database connection pool, and the deterministic harness that proves pools right"
    settings = "os", "arch", "compiler", "build_type"
    options = {"drivers": [True, False], "sim": [True, False]}
    default_options = {"drivers": False, "sim": False}
    generators = "CMakeDeps"
    package_type = "static-library"

    def export_sources(self):
        root = os.path.join(self.recipe_folder, "..", "..")
        for name in ("CMakeLists.txt", "LICENSE", "README.md", "CHANGELOG.md"):
            self.copy_from(root, name)
        for folder in ("cmake", "core", "mocks", "sim", "drivers", "subjects", "examples", "docs"):
            self.copy_from(root, os.path.join(folder, "*"))

    def copy_from(self, root, pattern):
        from conan.tools.files import copy
        copy(self, pattern, src=root, dst=self.export_sources_folder)

    def requirements(self):
        if self.options.drivers:
            self.requires("sqlite3/[>=3.37]")
            self.requires("libpq/[>=15]")
        if self.options.sim:
            self.requires("fmt/[>=9]")
            self.requires("boost/[>=1.74]")
            self.requires("elfutils/[>=0.188]")
            for of_headers in ("cli11/[>=2.3]", "tomlplusplus/[>=3.3]", "nlohmann_json/[>=3.11]"):
                self.requires(of_headers)

    def layout(self):
        cmake_layout(self)

    def generate(self):
        toolchain = CMakeToolchain(self)
        toolchain.cache_variables["POOLPROOF_DEV"] = False
        toolchain.cache_variables["POOLPROOF_DRIVERS"] = bool(self.options.drivers)
        toolchain.cache_variables["POOLPROOF_SIM"] = bool(self.options.sim)
        toolchain.cache_variables["POOLPROOF_TOOLS"] = bool(self.options.sim)
        toolchain.generate()

    def build(self):
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def package(self):
        CMake(self).install()

    def package_info(self):
        # The project's own package file is the one to find.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs.append(os.path.join("lib", "cmake", "poolproof"))
