#pragma once
// The functions of MySQL's client library that libzdb calls, over sessions of ours: a program that
// is linked with them has no other MySQL.

#include <zdb/zdb.h>

#include <string>

#include <poolproof/core/db/db_client.h>

namespace poolproof::subjects {

/// The session below a connection. Asks no server.
DbClient* session_below(Connection_T connection);

/// Where libzdb finds the sessions of the ClientRegistry's entry `connection_string`.
std::string mysql_url(const std::string& connection_string);

}  // namespace poolproof::subjects
