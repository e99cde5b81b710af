#pragma once
// Values for databases to keep: of every kind, with a liking for what is easily lost. For the
// properties of drivers.

#include <iosfwd>
#include <string>

#include <rapidcheck.h>

#include <poolproof/core/db/result_set.h>
#include <poolproof/core/db/value.h>

namespace poolproof {

/// RapidCheck's way to print one.
void showValue(const Value& value, std::ostream& out);

/// What a database has room for. The default is all that the values themselves can be and that
/// equals itself.
struct DatabaseLimits {
  bool has_nul_in_text = true;
  bool has_invalid_utf8 = true;
  bool has_infinite_decimals = true;
  Timestamp first = Timestamp::min();
  Timestamp last = Timestamp::max();
};

/// Infinities and both zeros among them; no NaN, which is not equal to itself.
rc::Gen<double> any_real();
rc::Gen<std::string> any_text(const DatabaseLimits& limits = {});
/// Of one kind. Decimals are spelled as databases do it: no zeros too many in front, no "-0".
rc::Gen<Value> any_value(ValueKind kind, const DatabaseLimits& limits = {});
/// One value of each kind, null first, in the order of ValueKind; any of them may be null.
rc::Gen<ResultSet::Row> any_row(const DatabaseLimits& limits = {});

}  // namespace poolproof
