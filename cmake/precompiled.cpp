// What each set of precompiled headers is a part of: an executable's or a library's own file.
int main() {}
