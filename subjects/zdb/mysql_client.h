#pragma once
// The functions of MySQL's client library that libzdb calls, over sessions of ours. A program that
// is linked with them has no other MySQL. The name of the database is a ClientRegistry entry's.

#include <zdb.h>

#include <string>

#include <poolproof/core/db/db_client.h>

namespace poolproof::subjects {

/// The session below a connection that its pool has just lent: nobody else may use it.
DbClient* session_below(Connection_T connection);

/// Where libzdb finds the sessions of a ClientRegistry entry.
std::string mysql_url(const std::string& connection_string);

/// So that the replaced functions are linked.
void replace_mysql_client();

}  // namespace poolproof::subjects
