#pragma once
/// The fields of a head, read by Beast's parser. It runs after framing::examine() has accepted the same bytes, and the two must agree on
/// where the body ends: a second, independent reading guards against a hole in the first.

#include "adapters/words/header_list.hpp"
#include "proxy/server/framing.hpp"

#include <string_view>

namespace sallyport::server {

/// All end-to-end fields as sent. Left out: framing (Content-Length, Transfer-Encoding, Trailer, TE), what belongs to this connection
/// (Connection, Keep-Alive, Proxy-Connection, Upgrade) and Expect. Fields that Connection names are kept: otherwise a client could take
/// away what a trusted proxy in front of us has added. Fails with malformed_http.
result<header_list> read_fields(std::string_view head, const framing& examined);

}  // namespace sallyport::server
