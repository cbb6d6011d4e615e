#include "adapters/data_url.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

using namespace sallyport;

TEST_CASE("base64 of any bytes is read back") {
  CHECK(rc::check([] {
    const auto bytes = *rc::gen::arbitrary<std::string>();
    RC_ASSERT(from_base64(to_base64(bytes)) == bytes);
  }));
}

TEST_CASE("base64 is as in RFC 4648") {
  CHECK(to_base64("foobar") == "Zm9vYmFy");
  CHECK(to_base64("fooba") == "Zm9vYmE=");
  CHECK(to_base64("foob") == "Zm9vYg==");
  CHECK(from_base64("Zm9vYg") == "foob");
  CHECK_FALSE(from_base64("Zm 9v"));
}

TEST_CASE("a data URL is its type and its bytes, of plain text the text") {
  CHECK(media_of("data:image/png;base64,AAAA")->type == "image/png");
  CHECK(media_of("data:image/png;base64,AAAA")->base64 == "AAAA");
  CHECK(media_of("data:text/plain;charset=utf-8;base64,aGk=")->base64 == "hi");
  CHECK_FALSE(media_of("https://x/y.png"));
  CHECK_FALSE(media_of("data:text/plain,hi"));
  const auto text = *media_of("data:text/plain;base64,aGk=");
  CHECK(data_url_of(text) == "data:text/plain;base64,aGk=");
}
