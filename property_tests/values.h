#pragma once
// Values for databases to keep: of every kind, with a liking for what is easily lost.

#include <iosfwd>

#include <rapidcheck.h>

#include <poolproof/core/db/result_set.h>
#include <poolproof/core/db/value.h>

namespace poolproof {

void showValue(const Value& value, std::ostream& out);

}  // namespace poolproof

namespace poolproof::property_tests {

/// What a database has room for. The default is all that the values themselves can be and that
/// equals itself.
struct DatabaseLimits {
  bool has_nul_in_text = true;         ///< PostgreSQL: no
  bool has_invalid_utf8 = true;        ///< PostgreSQL: no
  bool has_infinite_decimals = true;   ///< "Infinity": PostgreSQL from version 14 on
  Timestamp first = Timestamp::min();  ///< PostgreSQL: from 4713 BC on
  Timestamp last = Timestamp::max();
};

/// Of one kind. Decimals are spelled as databases do it: no zeros too many in front, no "-0".
rc::Gen<Value> values(ValueKind kind, const DatabaseLimits& limits = {});

/// One value of each kind, null first, in the order of ValueKind; any of them may be null.
rc::Gen<ResultSet::Row> rows_of_all_kinds(const DatabaseLimits& limits = {});

}  // namespace poolproof::property_tests
