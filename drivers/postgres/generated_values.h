#pragma once
// Values of every kind, the extreme ones often, as PostgreSQL can hold them.

#include <string>

#include <rapidcheck.h>

#include <poolproof/core/db/value.h>

namespace poolproof::postgres {

rc::Gen<bool> any_boolean();
rc::Gen<std::int64_t> any_integer();
/// Infinities and both zeros among them; no NaN, which is not equal to itself.
rc::Gen<double> any_real();
/// Any UTF-8 without NUL.
rc::Gen<std::string> any_text();
rc::Gen<Blob> any_blob();
/// From 4713 BC to the end of what a Timestamp holds.
rc::Gen<Timestamp> any_timestamp();
rc::Gen<Decimal> any_decimal();

}  // namespace poolproof::postgres
