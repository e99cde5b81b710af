// The headers of the standard library that every mutant includes are parsed once, here: for an
// executable, as a mutant is one.
int main() {}
