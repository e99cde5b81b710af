#pragma once
// Takes the values of a statement's parameters out of what a database says about it. For drivers;
// not installed.

#include <span>
#include <string>

#include <poolproof/core/db/value.h>

namespace poolproof {

/// `message` with "***" for every parameter that stands in it:
/// - texts in whatever case, and also where a server has cut them off as PostgreSQL does with
///   names;
/// - numbers however they are written, as 12.5, 12.50 or 1.25e1, but not in the name of one of the
///   parameters, $1;
/// - days and times of day, in UTC; the bytes of a blob, and these as hexadecimal digits.
/// What has three bytes or less only where it stands alone, and booleans and null nowhere. What a
/// statement makes of a parameter, such as its half, is not found.
std::string without_values(std::string message, std::span<const Value> parameters);

}  // namespace poolproof
