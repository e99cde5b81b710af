"""The least of Conan that conanfile.py needs, so that its CMake steps can be run without it.

usage: stand_in.py CONANFILE SOURCE WORK PREFIX CMAKE [CMAKE ARGUMENTS...]
"""
import importlib.util
import subprocess
import sys
import types

conanfile, source, work, prefix, cmake, *arguments = sys.argv[1:]
variables = {}


class ConanFile:
    pass


class CMakeToolchain:
    def __init__(self, recipe):
        self.cache_variables = {}

    def generate(self):
        variables.update(self.cache_variables)


class CMake:
    def __init__(self, recipe):
        pass

    def configure(self):
        options = [f"-D{name}={'ON' if value else 'OFF'}" for name, value in variables.items()]
        subprocess.run([cmake, "-S", source, "-B", work, *arguments, *options], check=True)

    def build(self):
        subprocess.run([cmake, "--build", work], check=True)

    def install(self):
        subprocess.run([cmake, "--install", work, "--prefix", prefix], check=True)


def module(name, **members):
    sys.modules[name] = types.ModuleType(name)
    vars(sys.modules[name]).update(members)


module("conan", ConanFile=ConanFile)
module("conan.tools")
module("conan.tools.cmake", CMake=CMake, CMakeToolchain=CMakeToolchain, cmake_layout=lambda recipe: None)

specification = importlib.util.spec_from_file_location("recipe", conanfile)
recipe_module = importlib.util.module_from_spec(specification)
specification.loader.exec_module(recipe_module)
recipe = recipe_module.Poolproof()
recipe.options = types.SimpleNamespace(**recipe.default_options)
recipe.requirements()
recipe.layout()
recipe.generate()
recipe.build()
recipe.package()
