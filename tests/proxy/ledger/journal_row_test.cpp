#include "proxy/ledger/journal_row.hpp"

#include "proxy/words/request_id.hpp"

#include <doctest/doctest.h>

using namespace sallyport;
using namespace sallyport::ledger;

TEST_CASE("a request's id goes into sixteen bytes and comes back") {
  const auto id = make_request_id(wall_time(std::chrono::hours(500'000)));
  CHECK(request_id_of(request_uuid_of(id)) == id);
  CHECK(request_uuid_of("req_00112233445566778899aabbccddeeff")[15] == 0xff);
}

TEST_CASE("a text that is no request's id becomes zeros") {
  for (const auto text : {"", "req_", "req_00112233445566778899aabbccddee", "req_00112233445566778899AABBCCDDEEFF",
                          "res_00112233445566778899aabbccddeeff", "req_00112233445566778899aabbccddeeff0"})
    CHECK(request_uuid_of(text) == request_uuid{});
}
