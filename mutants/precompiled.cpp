// The headers of the standard library that every mutant includes are parsed once, here.
